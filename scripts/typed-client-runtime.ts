// The part of the typed client that does not depend on the descriptions; typed-client.ts puts it before what it prints.

/** Where the API is, and as whom it is called. */
export interface Connection {
  /** Without a path, such as http://127.0.0.1:8080 */
  readonly url: string
  readonly apiKey: string
  readonly organizationId?: string
  /** Sees every answer, refusals included. */
  readonly answered?: (answer: Answered) => void
}

export interface Answered {
  /** Method and path as the reference has them, with the names of parameters. */
  readonly operation: string
  readonly status: number
  readonly body: unknown
}

export interface Reply<Body> {
  readonly status: number
  readonly headers: Headers
  readonly body: Body
}

/** An answer that is no success. */
export class Refusal extends Error {
  readonly operation: string
  readonly status: number
  readonly body: unknown

  constructor({ operation, status, body }: Answered) {
    super(`${operation}: ${status} ${messageOf(body)}`)
    this.name = 'Refusal'
    this.operation = operation
    this.status = status
    this.body = body
  }
}

function messageOf(body: unknown): string {
  const isObject = typeof body === 'object' && body !== null && 'message' in body
  return isObject && typeof body.message === 'string' ? body.message : (JSON.stringify(body) ?? '')
}

interface Parameters {
  readonly path?: object
  readonly query?: object
  readonly headers?: object
  readonly body?: unknown
}

/** What an address or a header may hold. */
type Plain = string | number | boolean

interface Operation {
  readonly method: string
  readonly path: string
  /** Lists of the query that repeat the parameter instead of dividing its values by commas. */
  readonly repeated?: readonly string[]
}

export type Call = <Body>(operation: Operation, parameters?: Parameters) => Promise<Reply<Body>>

export function createCall({ url, apiKey, organizationId, answered }: Connection): Call {
  return async <Body>(operation: Operation, parameters: Parameters = {}): Promise<Reply<Body>> => {
    const { method, path } = operation
    const address = `${url}${filled(path, parameters.path)}${queryOf(operation, parameters.query)}`
    const { body, contentType } = contentOf(parameters.body)
    const response = await fetch(address, {
      method,
      headers: {
        accept: 'application/json',
        'x-api-key': apiKey,
        ...(organizationId === undefined ? {} : { 'x-org-id': organizationId }),
        ...contentType,
        ...Object.fromEntries(entriesOf(parameters.headers)),
      },
      ...(body === undefined ? {} : { body }),
    })
    const answer = { operation: `${method} ${path}`, status: response.status, body: await read(response) }
    answered?.(answer)
    if (!response.ok) throw new Refusal(answer)
    return { status: response.status, headers: response.headers, body: answer.body as Body }
  }
}

function filled(path: string, values: object = {}): string {
  const byName = new Map(entriesOf(values))
  return path.replaceAll(/\{([^}]+)\}/g, (_, name: string) => encodeURIComponent(byName.get(name) ?? ''))
}

function queryOf({ repeated = [] }: Operation, query: object = {}): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query) as [string, Plain | readonly Plain[] | undefined][]) {
    const values = value === undefined ? [] : [value].flat()
    if (repeated.includes(name)) for (const one of values) search.append(name, String(one))
    else if (values.length > 0) search.append(name, values.join(','))
  }
  const text = search.toString()
  return text === '' ? '' : `?${text}`
}

function contentOf(body: unknown): { readonly body?: string | FormData; readonly contentType?: object } {
  if (body === undefined) return {}
  if (body instanceof FormData) return { body }
  return { body: JSON.stringify(body), contentType: { 'content-type': 'application/json' } }
}

function entriesOf(values: object = {}): readonly (readonly [string, string])[] {
  return (Object.entries(values) as [string, Plain | undefined][]).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)] as const],
  )
}

async function read(response: Response): Promise<unknown> {
  const text = await response.text()
  if (text === '') return undefined
  return response.headers.get('content-type')?.includes('json') === true ? JSON.parse(text) : text
}

export interface Page {
  readonly limit: number
  readonly skip: number
}

/** A page of either version: a bare list, or one in `results`. */
type Rows<Row> = readonly Row[] | { readonly results?: readonly Row[] }

/** Every row of a list, page by page until one is empty. */
export async function* eachRow<Row>(
  list: (page: Page) => Promise<Reply<Rows<Row>>>,
  limit = 100,
): AsyncGenerator<Row, void> {
  for (let skip = 0; ;) {
    const { body } = await list({ limit, skip })
    const rows = 'results' in body ? (body.results ?? []) : (body as readonly Row[])
    if (rows.length === 0) return
    yield* rows
    skip += rows.length
  }
}

/** What the descriptions call objects; the API sends plain values. */
type SearchAfter = readonly Readonly<Record<string, unknown>>[]

/** Every event of a query of Directory Insights, page by page until one is empty; `after` is undefined for the first. */
export async function* eachEvent<Event>(
  query: (after: SearchAfter | undefined) => Promise<Reply<readonly Event[]>>,
): AsyncGenerator<Event, void> {
  let after: SearchAfter | undefined
  for (;;) {
    const { body, headers } = await query(after)
    if (body.length === 0) return
    yield* body
    const next = headers.get('x-search_after')
    if (next === null || next === '') return
    after = JSON.parse(next) as SearchAfter
  }
}
