import { HubError, hubErrorOf } from './hub-error.ts'

/** A call that sends the request and gives the parsed body, or undefined when there is none. */
export type HubRequest = <T>(method: string, path: string, input?: HubInput) => Promise<T>

export interface HubInput {
  readonly query?: object | undefined
  readonly body?: object | undefined
  readonly signal?: AbortSignal | undefined
}

export interface HubRequestOptions {
  /** Scheme, host and port without a trailing slash; empty for the page's own origin. */
  readonly baseUrl: string
  readonly apiKey?: string
  readonly fetch?: typeof globalThis.fetch
}

interface SessionLike {
  readonly csrfToken?: string
  readonly signedIn: boolean
}

/** Path and query; entries that are undefined or empty are left out. */
function pathWithQuery(path: string, query?: object): string {
  const parameters = new URLSearchParams()
  for (const [name, value] of Object.entries(query ?? {}) as [string, unknown][]) {
    if (typeof value === 'number' || typeof value === 'boolean' || (typeof value === 'string' && value !== '')) {
      parameters.set(name, String(value))
    }
  }
  const text = parameters.toString()
  return text === '' ? path : `${path}?${text}`
}

function isSession(body: unknown): body is SessionLike {
  // Of administrators as well as of users.
  return typeof body === 'object' && body !== null && 'signedIn' in body && typeof body.signedIn === 'boolean'
}

/** Makes the request function: adds the API key or the CSRF token of the last session reply, throws HubError. */
export function createHubRequest(options: HubRequestOptions): HubRequest {
  const send = options.fetch ?? globalThis.fetch.bind(globalThis)
  let csrfToken: string | undefined

  return async function request<T>(method: string, path: string, input: HubInput = {}): Promise<T> {
    const headers = new Headers({ accept: 'application/json' })
    if (options.apiKey !== undefined) headers.set('x-api-key', options.apiKey)
    if (csrfToken !== undefined && method !== 'GET') headers.set('x-csrf-token', csrfToken)
    if (input.body !== undefined) headers.set('content-type', 'application/json')
    const response = await reach(() =>
      send(`${options.baseUrl}${pathWithQuery(path, input.query)}`, {
        method,
        headers,
        credentials: 'same-origin',
        ...(input.body === undefined ? {} : { body: JSON.stringify(input.body) }),
        ...(input.signal === undefined ? {} : { signal: input.signal }),
      }),
    )
    if (!response.ok) throw await hubErrorOf(response)
    const text = await response.text()
    const body: unknown = text === '' ? undefined : JSON.parse(text)
    if (isSession(body)) csrfToken = body.csrfToken
    return body as T
  }
}

async function reach(attempt: () => Promise<Response>): Promise<Response> {
  try {
    return await attempt()
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause
    const detail = 'The hub does not answer. Check the connection and that the hub is running, then try again.'
    throw new HubError({ status: 0, code: 'unreachable', detail, cause })
  }
}
