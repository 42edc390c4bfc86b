// Requests as strangers send them: any path, any header, any bytes. Answers are read whole, except event streams, which are left at once.
import { Agent, request as httpRequest, type IncomingMessage } from 'node:http'
import { connect } from 'node:net'

export interface Call {
  readonly method: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
  readonly body?: string | Buffer
}

export interface Answer {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly text: string
  /** The parsed body; undefined when it is not JSON. */
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into bodies of every shape
  readonly body: any
  readonly isStream: boolean
}

export interface Caller {
  call(call: Call): Promise<Answer>
  /** Sends bytes that need not be HTTP and answers what comes back until the hub closes. */
  sendRaw(bytes: string | Buffer): Promise<string>
  close(): void
}

const answerLimitMs = 30_000

/** Calls the server on this port of the own machine, as many times at once as there are sockets. */
export function createCaller(port: number, sockets = 8): Caller {
  const agent = new Agent({ keepAlive: true, maxSockets: sockets })
  return {
    call: (call) => send(agent, port, call),
    sendRaw: (bytes) => sendRaw(port, bytes),
    close: () => agent.destroy(),
  }
}

/** JSON headers and body of a call. */
export function json(body: unknown): Pick<Call, 'headers' | 'body'> {
  return { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
}

function send(agent: Agent, port: number, { method, path, headers = {}, body }: Call): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }
    const request = httpRequest({
      agent,
      host: '127.0.0.1',
      port,
      method,
      path,
      headers: { ...length, ...headers } as never,
    })
    request.setTimeout(answerLimitMs, () => request.destroy(new Error(`no answer to ${method} ${path}`)))
    request.once('error', reject)
    request.once('response', (response) => {
      const answer = { status: response.statusCode ?? 0, headers: response.headers }
      if (String(response.headers['content-type']).startsWith('text/event-stream')) {
        resolve({ ...answer, text: '', body: undefined, isStream: true })
        request.destroy()
        return
      }
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.once('end', () => {
        const text = Buffer.concat(chunks).toString()
        resolve({ ...answer, text, body: parsed(text), isStream: false })
      })
    })
    request.end(body)
  })
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function sendRaw(port: number, bytes: string | Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    const socket = connect({ host: '127.0.0.1', port })
    const finish = (): void => resolve(Buffer.concat(chunks).toString('latin1'))
    socket.setTimeout(answerLimitMs, () => socket.destroy(new Error('no answer to raw bytes')))
    socket.on('data', (chunk: Buffer) => chunks.push(chunk))
    socket.once('close', finish)
    // The hub may close before it has read everything.
    socket.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'ECONNRESET' || error.code === 'EPIPE' ? finish() : reject(error),
    )
    socket.write(bytes)
  })
}
