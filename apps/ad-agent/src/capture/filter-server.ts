import { randomBytes } from 'node:crypto'
import { chmod, rm } from 'node:fs/promises'
import { createServer, type Socket } from 'node:net'
import { challengeBytes, filterAnswers, frameBytes, greeting, type HeardPassword, readFrame } from './filter-frame.ts'

/** What listening to a password filter needs. */
export interface FilterServerOptions {
  /** `\\.\pipe\NAME` on Windows, the absolute path of a socket elsewhere. */
  readonly path: string
  readonly key: Buffer
  /** Takes a password and answers at once; false when there is no room for it. */
  readonly take: (heard: HeardPassword) => boolean
  /** Of a frame that is none of the filter's. */
  readonly onRefused: () => void
}

export interface FilterServer extends AsyncDisposable {
  readonly path: string
}

const connectionLimit = 16
const patienceMs = 5000

/** Listens to the password filter of this machine, and to nobody without its key. Rejects when the place is taken or cannot be made. */
export async function listenToFilter(options: FilterServerOptions): Promise<FilterServer> {
  const { path } = options
  const isPipe = path.startsWith('\\\\.\\pipe\\')
  // A socket that was left by an agent that was killed; nobody listens on it any more, or listening fails below.
  if (!isPipe) await rm(path, { force: true })
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    hear(socket, options)
  })
  server.maxConnections = connectionLimit
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ path, readableAll: false, writableAll: false }, resolve)
  })
  if (!isPipe) await chmod(path, 0o600)
  return {
    path,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function hear(socket: Socket, { key, take, onRefused }: FilterServerOptions): void {
  const challenge = randomBytes(challengeBytes)
  let received = Buffer.alloc(0)
  const answer = (code: number): void => {
    received.fill(0)
    socket.removeAllListeners('data')
    socket.end(Buffer.from([code]))
    if (code === filterAnswers.refused) onRefused()
  }
  // A filter that ends, or says nothing, loses its connection and nothing else.
  socket.on('error', () => socket.destroy())
  socket.setTimeout(patienceMs, () => socket.destroy())
  socket.on('data', (chunk: Buffer) => {
    const before = received
    received = Buffer.concat([before, chunk])
    before.fill(0)
    chunk.fill(0)
    const expected = frameBytes(received)
    if (expected === undefined || received.length < expected) return
    const heard = received.length === expected ? readFrame(received, key, challenge) : undefined
    if (heard === undefined) return answer(filterAnswers.refused)
    answer(take(heard) ? filterAnswers.taken : filterAnswers.full)
  })
  socket.write(Buffer.concat([greeting, challenge]))
}
