// The HTTP side of a measurement, as a process of its own so that making load costs the hub nothing but the processor. Takes a job as JSON,
// prints the result as JSON.
import { randomBytes } from 'node:crypto'
import { type Drive, driveHttp } from './http-drive.ts'
import { pickId, userBody } from './load-subjects.ts'

/** What to send, through how many connections, for how long. */
export interface HttpJob extends Drive {
  readonly apiKey: string
  readonly request: 'create' | 'list' | 'read' | 'sign-in'
  /** For `read`: the users. */
  readonly ids?: readonly string[]
  /** For `sign-in`: the usernames, each for one sign-in at a time, and the password of all. */
  readonly names?: readonly string[]
  readonly password?: string
  /** For `list`: how many users there are. */
  readonly total?: number
}

const pageSize = 100

function requestMaker(job: HttpJob): () => string {
  const common = `host: 127.0.0.1:${job.port}\r\nx-api-key: ${job.apiKey}\r\n`
  const get = (path: string): string => `GET ${path} HTTP/1.1\r\n${common}\r\n`
  if (job.request === 'create') {
    const run = randomBytes(4).toString('hex')
    let count = 0
    return () => {
      count += 1
      const body = userBody(`${run}-${count}`)
      return `POST /api/systemusers HTTP/1.1\r\n${common}content-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
    }
  }
  const { names = [], password } = job
  if (job.request === 'sign-in') {
    let turn = 0
    return () => {
      const body = JSON.stringify({ name: names[turn % names.length], password })
      turn += 1
      return `POST /portal/v1/session HTTP/1.1\r\nhost: 127.0.0.1:${job.port}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
    }
  }
  if (job.request === 'read') return () => get(`/api/systemusers/${pickId(job.ids ?? [])}`)
  const pages = Math.floor((job.total ?? 0) / pageSize)
  return () => get(`/api/systemusers?limit=${pageSize}&skip=${Math.floor(Math.random() * pages) * pageSize}`)
}

const job = JSON.parse(process.argv[2] ?? '') as HttpJob
console.log(JSON.stringify(await driveHttp(job, requestMaker(job))))
