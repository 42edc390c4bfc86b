// Requests over plain sockets, one under way on each: a client library would cost more than some of the requests.
import { connect, type Socket } from 'node:net'
import { type LoadResult, summarize } from './load-result.ts'

/** Where to send, through how many connections, for how long. */
export interface Drive {
  readonly port: number
  readonly connections: number
  readonly durationMs: number
  /** No more requests than this, whatever the time. */
  readonly limit: number
}

const headerEnd = Buffer.from('\r\n\r\n')
const lastChunk = '0\r\n\r\n'

/** Sends one request after the other on one connection; `next` answers undefined at the end. */
function driveOne(
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
        const length = /transfer-encoding: chunked/i.test(text) ? Infinity : /content-length: (\d+)/i.exec(text)?.[1]
        missing = Number(length ?? 0) - (head.length - end - headerEnd.length)
      }
      const isLast = missing === Infinity && chunk.subarray(-lastChunk.length).toString('latin1') === lastChunk
      if (missing > 0 && !isLast) return
      answered(performance.now() - began, status)
      send()
    })
    socket.once('error', reject)
    socket.once('connect', send)
  })
}

/** Sends what `make` makes until the time or the number is reached; whatever is not 2xx is a failure. */
export async function driveHttp(drive: Drive, make: () => string): Promise<LoadResult> {
  const times: number[] = []
  let failures = 0
  let sent = 0
  const began = performance.now()
  const next = (): string | undefined => {
    if (sent >= drive.limit || performance.now() - began >= drive.durationMs) return undefined
    sent += 1
    return make()
  }
  const answered = (ms: number, status: number): void => {
    times.push(ms)
    if (status < 200 || status >= 300) failures += 1
  }
  await Promise.all(
    Array.from({ length: drive.connections }, () =>
      driveOne(connect({ host: '127.0.0.1', port: drive.port, noDelay: true }), next, answered),
    ),
  )
  return summarize(times, { seconds: (performance.now() - began) / 1000, failures })
}
