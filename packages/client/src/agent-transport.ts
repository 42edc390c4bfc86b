import { Agent as HttpAgent, request as requestPlain, type IncomingMessage } from 'node:http'
import { Agent as HttpsAgent, request as requestTls } from 'node:https'
import { isIP } from 'node:net'
import { HubError } from './hub-error.ts'

/** Where the hub is and which authorities its certificate may come from (PEM; those Node trusts when left out). */
export interface HubAddress {
  readonly url: string
  readonly ca?: string
}

/** One POST with a JSON body. */
export interface HubPost {
  readonly path: string
  readonly body: string | Buffer
  /** Made for every sending, so that what is sent again is not the same request. */
  readonly headers: () => Readonly<Record<string, string>>
  readonly timeoutMs: number
  readonly signal?: AbortSignal | undefined
}

/** Status, headers and text of the hub's answer, whatever the status is. */
export interface HubAnswer {
  readonly status: number
  readonly retryAfter: string | undefined
  readonly text: string
}

const answerLimitBytes = 64 * 1024 * 1024

/**
 * Scheme, host and port of a hub's address. Throws when the text is no address, has a path, or would send requests over
 * plain HTTP to another machine.
 */
export function parseHubUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !['http:', 'https:'].includes(url.protocol) || url.hostname === '') {
    throw new Error('The address of the hub must look like https://lockstep.example.com.')
  }
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '' || url.username !== '' || url.password !== '') {
    throw new Error('The address of the hub has scheme, host and port only.')
  }
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    throw new Error('The hub is on another machine: its address must begin with https://.')
  }
  return url
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || (isIP(hostname) === 4 && hostname.startsWith('127.'))
}

/** Kept connections to one hub. */
export class HubTransport {
  readonly #url: URL
  readonly #agent: HttpAgent | HttpsAgent
  readonly #isTls: boolean

  /** Throws for an address that `parseHubUrl` refuses. */
  constructor({ url, ca }: HubAddress) {
    this.#url = parseHubUrl(url)
    this.#isTls = this.#url.protocol === 'https:'
    this.#agent = this.#isTls
      ? new HttpsAgent({ keepAlive: true, minVersion: 'TLSv1.2', ...(ca === undefined ? {} : { ca }) })
      : new HttpAgent({ keepAlive: true })
  }

  /** Sends and gives the answer; rejects with a HubError `unreachable` when there is none in time. */
  async post(outgoing: HubPost): Promise<HubAnswer> {
    try {
      return await this.#exchange(outgoing)
    } catch (cause) {
      const detail = `The hub does not answer (${reasonOf(cause)}). Check its address, the network and that it runs.`
      throw new HubError({ status: 0, code: 'unreachable', detail, cause })
    }
  }

  /** Drops kept connections. */
  close(): void {
    this.#agent.destroy()
  }

  async #exchange(outgoing: HubPost): Promise<HubAnswer> {
    const limit = AbortSignal.timeout(outgoing.timeoutMs)
    const signal = outgoing.signal === undefined ? limit : AbortSignal.any([outgoing.signal, limit])
    const first = await this.#try(outgoing, signal)
    // A kept connection that the hub closed while the request was on its way: it was not answered, so it is sent again.
    const answer = first === 'stale' ? await this.#try(outgoing, signal) : first
    if (answer === 'stale') throw new Error('connection closed')
    return answer
  }

  #try(outgoing: HubPost, signal: AbortSignal): Promise<HubAnswer | 'stale'> {
    return new Promise((resolve, reject) => {
      const send = this.#isTls ? requestTls : requestPlain
      const options = {
        method: 'POST',
        agent: this.#agent,
        signal,
        headers: {
          ...outgoing.headers(),
          accept: 'application/json',
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(outgoing.body),
        },
      }
      const request = send(new URL(outgoing.path, this.#url), options, (response) => {
        textOf(response).then(
          (text) => resolve({ status: response.statusCode ?? 0, retryAfter: response.headers['retry-after'], text }),
          reject,
        )
      })
      request.on('error', (error: NodeJS.ErrnoException) => {
        if (request.reusedSocket && error.code === 'ECONNRESET' && !signal.aborted) resolve('stale')
        else reject(error)
      })
      request.end(outgoing.body)
    })
  }
}

async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let sizeBytes = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length
    if (sizeBytes > answerLimitBytes) throw new Error('answer too long')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return 'unknown reason'
  return (cause as NodeJS.ErrnoException).code ?? cause.name
}
