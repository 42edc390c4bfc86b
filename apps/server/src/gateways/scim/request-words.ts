// What a request was about and what became of it, in words.
import { isJsonObject, type Json, type JsonObject } from '@lockstep/kernel/json'
import type { ScimReply, ScimRequest } from './scim-request.ts'

/** Whom a request is about. */
export interface EntityNames {
  readonly kind: 'user' | 'group' | null
  readonly id: string | undefined
  readonly name: string
  /** By what it is found in the log. */
  readonly keys: readonly string[]
}

const maxKeys = 20

/** Whom a request is about, from its path, its body and its answer. */
export function entityNames({ path, body, caller }: ScimRequest, reply: ScimReply): EntityNames {
  const [noun = '', second] = path.split('/').filter(Boolean)
  const kind = /^users$/i.test(noun) ? 'user' : /^groups$/i.test(noun) ? 'group' : null
  const answered = reply.status < 400 ? reply.body : undefined
  const sent = isJsonObject(body) ? body : undefined
  const bodies = [answered, caller.notes.subject, sent].filter((one) => one !== undefined)
  const id = textIn(answered, 'id') ?? (second?.startsWith('.') === true ? undefined : second)
  const names = bodies.flatMap((one) => namesIn(one))
  const name = names[0] ?? id ?? ''
  const isOne = kind !== null && !Array.isArray(answered?.['Resources'])
  const keys = isOne
    ? [id, ...names, ...bodies.flatMap(addressesIn)].filter((key) => key !== undefined && key !== '')
    : []
  return {
    kind,
    id: isOne ? id : undefined,
    name: isOne ? name : '',
    keys: [...new Set(keys as string[])].slice(0, maxKeys),
  }
}

function textIn(body: JsonObject | undefined, name: string): string | undefined {
  if (body === undefined) return undefined
  const value = valueOf(body, name)
  return typeof value === 'string' ? value : undefined
}

/** What stands under a name in any letter case. */
function valueOf(body: JsonObject, name: string): Json | undefined {
  if (body[name] !== undefined) return body[name]
  for (const key in body) if (key.length === name.length && key.toLowerCase() === name.toLowerCase()) return body[key]
  return undefined
}

function namesIn(body: JsonObject): readonly string[] {
  const values = operationValues(body)
  return [body, ...values].flatMap((one) =>
    ['userName', 'displayName', 'externalId'].flatMap((name) => textIn(one, name) ?? []),
  )
}

/** The objects that operations without a path set. */
function operationValues(body: JsonObject): readonly JsonObject[] {
  const operations = valueOf(body, 'Operations')
  if (!Array.isArray(operations)) return []
  return (operations as readonly Json[]).flatMap((one) => {
    const value = isJsonObject(one) ? one['value'] : undefined
    return isJsonObject(value) ? [value] : []
  })
}

function addressesIn(body: JsonObject): readonly string[] {
  const emails = valueOf(body, 'emails')
  if (!Array.isArray(emails)) return []
  return (emails as readonly Json[]).flatMap((one) =>
    isJsonObject(one) && typeof one['value'] === 'string' ? [one['value']] : [],
  )
}

/** What was done. */
export function successWords(
  { method, caller, path, body }: ScimRequest,
  reply: ScimReply,
  names: EntityNames,
): string {
  const { notes } = caller
  const who = names.kind === null ? path : `the ${names.kind} ${names.name}`
  if (notes.isHeld === true)
    return `Answered as done and held: more ${names.kind === 'group' ? 'members or groups' : 'users'} would be taken away than the limit allows. ${capital(who)} ${names.kind === 'group' ? 'keeps them' : 'stays as it is'} until somebody releases it.`
  if (notes.words !== undefined) return notes.words
  if (/^\/bulk\/?$/i.test(path)) return 'Carried out the operations, which are rows of their own.'
  if (/\/\.search\/?$/i.test(path) || method === 'GET') return `Read ${path}.`
  if (method === 'POST') return `Made ${who}.`
  if (method === 'DELETE') return `Deleted ${who}.`
  const active = activeIn(body)
  if (active !== undefined) return `${active ? 'Activated' : 'Deactivated'} ${who}, or left it so.`
  return `Changed ${who}, or left it as it is.`
}

/** What an operation alone says about being active. */
function activeIn(body: unknown): boolean | undefined {
  const operations = isJsonObject(body) ? (body['Operations'] ?? body['operations']) : undefined
  const [first, ...more] = Array.isArray(operations) ? (operations as readonly Json[]) : []
  if (!isJsonObject(first) || more.length > 0) return undefined
  const { path, value } = first
  const sent =
    path === 'active' ? value : isJsonObject(value) && Object.keys(value).length === 1 ? value['active'] : undefined
  if (typeof sent === 'boolean') return sent
  return typeof sent === 'string' && /^(true|false)$/i.test(sent) ? /^true$/i.test(sent) : undefined
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** Why it was not done. */
export function failureWords({ status, body }: ScimReply): string {
  const detail = typeof body?.['detail'] === 'string' ? body['detail'] : `Answered with ${status}.`
  return status === 404 ? `There is no such thing. ${detail}` : detail
}
