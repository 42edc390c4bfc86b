// The HTTP side of a measurement, as a process of its own so that making load costs the hub nothing but the processor. Plain sockets with
// one request under way each: a client library would cost more than some of the requests. Takes a job as JSON, prints the result as JSON.
import { randomBytes } from 'node:crypto'
import { connect, type Socket } from 'node:net'
import { pickId, userBody } from './load-subjects.ts'
import type { LoadResult } from './load-result.ts'
import { summarize } from './load-result.ts'

/** What to send, through how many connections, for how long. */
export interface HttpJob {
  readonly port: number
  readonly apiKey: string
  readonly request: 'create' | 'list' | 'read'
  readonly connections: number
  readonly durationMs: number
  /** No more requests than this, whatever the time. */
  readonly limit: number
  /** For `read`: the users. */
  readonly ids?: readonly string[]
  /** For `list`: how many users there are. */
  readonly total?: number
}

const pageSize = 100
const headerEnd = Buffer.from('\r\n\r\n')

/** Sends one request after the other on one connection; `next` answers undefined at the end. */
function drive(
  socket: Socket,
  next: () => string | undefined,
  answered: (ms: number, status: number) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let began = 0
    let missing = -1
    let head: Buffer = Buffer.alloc(0)
    let status = 0
    const send = (): void => {
      const request = next()
      if (request === undefined) {
        socket.end()
        resolve()
        return
      }
      missing = -1
      head = Buffer.alloc(0)
      began = performance.now()
      socket.write(request)
    }
    socket.on('data', (chunk: Buffer) => {
      if (missing >= 0) missing -= chunk.length
      else {
        head = head.length === 0 ? chunk : Buffer.concat([head, chunk])
        const end = head.indexOf(headerEnd)
        if (end < 0) return
        const text = head.toString('latin1', 0, end)
        status = Number(text.slice(9, 12))
        missing = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0) - (head.length - end - headerEnd.length)
      }
      if (missing > 0) return
      answered(performance.now() - began, status)
      send()
    })
    socket.once('error', reject)
    socket.once('connect', send)
  })
}

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
  if (job.request === 'read') return () => get(`/api/systemusers/${pickId(job.ids ?? [])}`)
  const pages = Math.floor((job.total ?? 0) / pageSize)
  return () => get(`/api/systemusers?limit=${pageSize}&skip=${Math.floor(Math.random() * pages) * pageSize}`)
}

async function run(job: HttpJob): Promise<LoadResult> {
  const make = requestMaker(job)
  const times: number[] = []
  let failures = 0
  let sent = 0
  const began = performance.now()
  const next = (): string | undefined => {
    if (sent >= job.limit || performance.now() - began >= job.durationMs) return undefined
    sent += 1
    return make()
  }
  const answered = (ms: number, status: number): void => {
    times.push(ms)
    if (status !== 200) failures += 1
  }
  await Promise.all(
    Array.from({ length: job.connections }, () =>
      drive(connect({ host: '127.0.0.1', port: job.port, noDelay: true }), next, answered),
    ),
  )
  return summarize(times, { seconds: (performance.now() - began) / 1000, failures })
}

console.log(JSON.stringify(await run(JSON.parse(process.argv[2] ?? '') as HttpJob)))
