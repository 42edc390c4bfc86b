// Bulk requests (RFC 7644, section 3.7). Operations run one after the other, each by itself. Those that refer to a resource of a later one wait
// for it; of a circle, one is created without the references and completed when they are known.
import { AppError } from '@lockstep/contract/app-error'
import { isJsonObject, type Json, type JsonObject } from '@lockstep/kernel/json'
import { bulkLimits } from './bulk-limits.ts'
import { entriesOf } from './read-value.ts'
import { errorMessage } from './scim-error.ts'
import type { ScimReply, ScimRequest } from './scim-request.ts'
import { ScimRefusal } from './scim-refusal.ts'

const requestUrn = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest'
const responseUrn = 'urn:ietf:params:scim:api:messages:2.0:BulkResponse'
const methods = ['POST', 'PUT', 'PATCH', 'DELETE']

interface Operation {
  readonly method: string
  readonly path: string
  readonly bulkId: string | undefined
  readonly version: string | undefined
  readonly data: Json | undefined
  /** The bulkIds that path and data refer to. */
  readonly refersTo: readonly string[]
  /** Why it cannot run at all. */
  readonly fault?: ScimRefusal
}

export type Run = (request: ScimRequest) => Promise<ScimReply>

/** Runs a bulk request. Refuses with invalidSyntax, and with `payload_too_large` when it holds too much. */
export async function runBulk(request: ScimRequest, run: Run): Promise<ScimReply> {
  const { operations, failOnErrors } = readBulk(request.body)
  const bulk = new Bulk(request, run, operations)
  const Operations = await bulk.run(failOnErrors)
  return { status: 200, body: { schemas: [responseUrn], Operations } }
}

function readBulk(body: unknown): { readonly operations: readonly Operation[]; readonly failOnErrors: number } {
  if (!isJsonObject(body)) throw new ScimRefusal('invalidSyntax', 'The body has to be a JSON object.')
  const members = new Map(entriesOf(body, 'the body'))
  const schemas = members.get('schemas')
  if (!Array.isArray(schemas) || !(schemas as readonly Json[]).includes(requestUrn))
    throw new ScimRefusal('invalidSyntax', `schemas has to be ["${requestUrn}"].`)
  const list = members.get('operations')
  if (!Array.isArray(list)) throw new ScimRefusal('invalidSyntax', 'Operations has to be a list.')
  if (list.length > bulkLimits.maxOperations) throw new AppError('payload_too_large', { field: 'Operations' })
  const operations = (list as readonly Json[]).map(readOperation)
  const ids = operations.map(({ bulkId }) => bulkId).filter((id) => id !== undefined)
  if (new Set(ids).size < ids.length) throw new ScimRefusal('invalidSyntax', 'Every bulkId stands once.')
  const failOnErrors = members.get('failonerrors') ?? 0
  if (typeof failOnErrors !== 'number' || !Number.isSafeInteger(failOnErrors) || failOnErrors < 0)
    throw new ScimRefusal('invalidSyntax', 'failOnErrors has to be a whole number.')
  return { operations, failOnErrors }
}

function readOperation(sent: Json): Operation {
  if (!isJsonObject(sent)) throw new ScimRefusal('invalidSyntax', 'An operation has to be an object.')
  const members = new Map(entriesOf(sent, 'an operation'))
  const textOf = (name: string): string | undefined => {
    const value = members.get(name) ?? undefined
    return typeof value === 'string' ? value : undefined
  }
  const method = textOf('method')?.toUpperCase() ?? ''
  const path = textOf('path') ?? ''
  const data = members.get('data')
  const bulkId = textOf('bulkid')
  const fault = faultOf({ method, path, bulkId, data })
  return {
    method,
    path,
    bulkId,
    version: textOf('version'),
    data,
    refersTo: [...new Set([...referencesIn(path), ...referencesIn(data)])],
    ...(fault === undefined ? {} : { fault }),
  }
}

function faultOf(operation: Pick<Operation, 'method' | 'path' | 'bulkId' | 'data'>): ScimRefusal | undefined {
  const { method, path, bulkId, data } = operation
  if (!methods.includes(method)) return new ScimRefusal(undefined, `method has to be ${methods.join(', ')}.`, 405)
  if (!/^\/?[A-Za-z][A-Za-z0-9]*(\/[^/]+)?\/?$/.test(path))
    return new ScimRefusal('invalidPath', 'path names no resource.')
  if (/^\/?(bulk|me)\/?$/i.test(path)) return new ScimRefusal('invalidPath', 'path names no resource.')
  if (method === 'POST' && (bulkId === undefined || bulkId === ''))
    return new ScimRefusal('invalidSyntax', 'POST needs a bulkId.')
  return method !== 'DELETE' && !isJsonObject(data)
    ? new ScimRefusal('invalidSyntax', 'data has to be an object.')
    : undefined
}

/** The bulkIds that a value refers to, at any depth. */
function referencesIn(value: Json | undefined): readonly string[] {
  if (typeof value === 'string') return [...value.matchAll(/bulkId:([^/"\]]+)/g)].map((match) => match[1] ?? '')
  if (Array.isArray(value)) return (value as readonly Json[]).flatMap(referencesIn)
  return isJsonObject(value) ? Object.values(value).flatMap(referencesIn) : []
}

class Bulk {
  readonly #request: ScimRequest
  readonly #run: Run
  readonly #made = new Map<string, string>()
  readonly #answers: JsonObject[] = []
  #waiting: Operation[]
  #errors = 0

  constructor(request: ScimRequest, run: Run, operations: readonly Operation[]) {
    this.#request = request
    this.#run = run
    this.#waiting = [...operations]
  }

  async run(failOnErrors: number): Promise<readonly JsonObject[]> {
    const isOver = (): boolean => failOnErrors > 0 && this.#errors >= failOnErrors
    while (this.#waiting.length > 0 && !isOver()) {
      const next = this.#waiting.find((one) => this.#missing(one).length === 0 || one.fault !== undefined)
      const chosen = next ?? this.#lost() ?? this.#circular()
      if (chosen === undefined) break
      this.#waiting = this.#waiting.filter((one) => one !== chosen)
      if (next !== undefined) await this.#one(chosen, chosen.data)
      else if (this.#lost(chosen) !== undefined) this.#refuse(chosen, unresolved(this.#missing(chosen)))
      else await this.#inTwoSteps(chosen)
    }
    return this.#answers
  }

  #missing({ refersTo, bulkId }: Operation): readonly string[] {
    return refersTo.filter((id) => !this.#made.has(id) || id === bulkId)
  }

  /** An operation that refers to what will never be made. */
  #lost(one?: Operation): Operation | undefined {
    const coming = new Set(
      [...this.#waiting, ...(one === undefined ? [] : [one])].flatMap(({ method, bulkId }) =>
        method === 'POST' && bulkId !== undefined ? [bulkId] : [],
      ),
    )
    return (one === undefined ? this.#waiting : [one]).find((candidate) =>
      this.#missing(candidate).some((id) => !coming.has(id)),
    )
  }

  #circular(): Operation | undefined {
    return this.#waiting.find(({ method, path }) => method === 'POST' && referencesIn(path).length === 0)
  }

  /** Of a circle: created without what is not there yet, and replaced by the whole once it is. */
  async #inTwoSteps(operation: Operation): Promise<void> {
    const missing = this.#missing(operation)
    const place = this.#answers.length
    await this.#one(operation, without(operation.data, missing))
    const id = operation.bulkId === undefined ? undefined : this.#made.get(operation.bulkId)
    if (id === undefined) return
    const rest = this.#waiting.findLastIndex(({ bulkId }) => bulkId !== undefined && missing.includes(bulkId))
    const completion = { ...operation, method: 'PUT', path: `${operation.path.replace(/\/$/, '')}/${id}` }
    this.#waiting.splice(rest + 1, 0, { ...completion, bulkId: undefined, refersTo: operation.refersTo })
    this.#completions.set(completion.path, place)
  }

  readonly #completions = new Map<string, number>()

  async #one(operation: Operation, data: Json | undefined): Promise<void> {
    if (operation.fault !== undefined) return this.#refuse(operation, operation.fault)
    const { method, version } = operation
    const path = this.#resolved(operation.path) as string
    try {
      const reply = await this.#run({
        ...this.#request,
        method,
        path,
        query: {},
        body: this.#resolved(data),
        ifMatch: version,
        ifNoneMatch: undefined,
      })
      const location = reply.headers?.['location'] ?? `${this.#request.caller.baseUrl}/${path.replace(/^\//, '')}`
      const id = reply.body?.['id']
      if (operation.bulkId !== undefined && typeof id === 'string') this.#made.set(operation.bulkId, id)
      this.#answer(operation, path, {
        location,
        method,
        ...(operation.bulkId === undefined ? {} : { bulkId: operation.bulkId }),
        ...(reply.headers?.['etag'] === undefined ? {} : { version: reply.headers['etag'] }),
        status: String(reply.status),
      })
    } catch (error) {
      this.#refuse({ ...operation, path }, error)
    }
  }

  /** The completion of a creation is no operation of its own: only its version, or its failure, is told. */
  #answer({ method }: Operation, path: string, answer: JsonObject): void {
    const place = method === 'PUT' ? this.#completions.get(path) : undefined
    const first = place === undefined ? undefined : this.#answers[place]
    if (place === undefined || first === undefined) this.#answers.push(answer)
    else this.#answers[place] = { ...first, ...(answer['version'] === undefined ? {} : { version: answer['version'] }) }
  }

  #refuse(operation: Operation, thrown: unknown): void {
    const { status, body } = errorMessage(thrown)
    this.#errors += 1
    const isPlaced = operation.method !== 'POST' && operation.path !== ''
    this.#answers.push({
      ...(isPlaced ? { location: `${this.#request.caller.baseUrl}/${operation.path.replace(/^\//, '')}` } : {}),
      method: operation.method,
      ...(operation.bulkId === undefined ? {} : { bulkId: operation.bulkId }),
      status: String(status),
      response: body,
    })
  }

  #resolved(value: Json | undefined): Json {
    if (typeof value === 'string')
      return value.replaceAll(/bulkId:([^/"\]]+)/g, (whole, id: string) => this.#made.get(id) ?? whole)
    if (Array.isArray(value)) return (value as readonly Json[]).map((item) => this.#resolved(item))
    if (!isJsonObject(value)) return value ?? null
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, this.#resolved(item)]))
  }
}

function unresolved(missing: readonly string[]): ScimRefusal {
  return new ScimRefusal(undefined, `Nothing was made under the bulkId "${(missing[0] ?? '').slice(0, 100)}".`, 409)
}

/** A value without what refers to these bulkIds. */
function without(value: Json | undefined, missing: readonly string[]): Json | undefined {
  const refers = (part: Json): boolean =>
    typeof part === 'string' && referencesIn(part).some((id) => missing.includes(id))
  if (value === undefined) return undefined
  if (Array.isArray(value))
    return (value as readonly Json[])
      .map((item) => (refers(item) ? undefined : without(item, missing)))
      .filter((item) => item !== undefined)
  if (!isJsonObject(value)) return value
  if (value['value'] !== undefined && refers(value['value'])) return undefined
  const kept = Object.entries(value).flatMap(([key, item]) => {
    const part = refers(item) ? undefined : without(item, missing)
    return part === undefined ? [] : [[key, part] as const]
  })
  return Object.fromEntries(kept)
}
