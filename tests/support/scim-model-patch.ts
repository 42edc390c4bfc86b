// What an operation of PATCH does to a user, written from RFC 7644, section 3.5.2, and from what lenient clients are allowed, without the
// hub's own engine. Operations are told by what they are about; their paths are spelled where they are sent.
import { enterprise } from './scim-client.ts'

export type Element = Readonly<Record<string, unknown>>
export type Shape = Readonly<Record<string, unknown>>

export const listNames = ['emails', 'roles', 'phoneNumbers'] as const
type ListName = (typeof listNames)[number]

/** What an operation is about; texts by their path. */
export type UserTarget =
  | { readonly text: string }
  | { readonly flag: 'active' }
  | { readonly name: true }
  | { readonly manager: true }
  | { readonly extension: true }
  | { readonly list: ListName; readonly type?: string; readonly sub?: 'value' | 'display' | 'primary' }
  /** A path that is none, and the keyword that it is refused with. */
  | { readonly wrong: string; readonly keyword: string }

export interface UserOperation {
  readonly verb: 'add' | 'replace' | 'remove'
  readonly at: UserTarget
  /** Absent: none is sent. */
  readonly value?: unknown
}

/** A refusal with its status and keyword. */
export class Refused extends Error {
  readonly status: number
  readonly keyword: string | undefined
  constructor(status: number, keyword?: string) {
    super(`${status} ${keyword ?? ''}`)
    this.status = status
    this.keyword = keyword
  }
}

function isNothing(value: unknown): boolean {
  return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0)
}

/** The user after an operation; throws Refused. */
export function patchedUser(user: Shape, { verb, at, value }: UserOperation): Shape {
  if ('wrong' in at) throw new Refused(400, at.keyword)
  if ('list' in at)
    return withMember(user, [at.list], listAfter((user[at.list] ?? []) as Element[], at, { verb, value }))
  const given = verb === 'remove' ? undefined : value
  if ('text' in at) {
    const text = textOf(given)
    if (at.text === 'userName' && text === undefined) throw new Refused(400, 'mutability')
    return withMember(user, pathOf(at.text), text)
  }
  if ('flag' in at) return withMember(user, ['active'], isNothing(given) ? undefined : flagOf(given))
  if ('manager' in at) return withMember(user, [enterprise, 'manager'], isNothing(given) ? undefined : { value: given })
  const path = 'name' in at ? ['name'] : [enterprise]
  if (isNothing(given)) return withMember(user, path, undefined)
  return Object.entries(given as Shape).reduce(
    (next, [key, part]) => withMember(next, [...path, key], textOf(part)),
    user,
  )
}

/** `name.givenName`, or an attribute of the extension behind its URN. */
function pathOf(path: string): readonly string[] {
  const prefix = `${enterprise}:`
  return path.startsWith(prefix) ? [enterprise, path.slice(prefix.length)] : path.split('.')
}

function withMember(shape: Shape, [head = '', ...rest]: readonly string[], value: unknown): Shape {
  const { [head]: was, ...others } = shape
  const next = rest.length === 0 ? value : withMember((was ?? {}) as Shape, rest, value)
  const isEmpty = isNothing(next) || (typeof next === 'object' && Object.keys(next as Shape).length === 0)
  return isEmpty ? others : { ...others, [head]: next }
}

function textOf(value: unknown): string | undefined {
  if (isNothing(value)) return undefined
  if (typeof value === 'object') throw new Refused(400, 'invalidValue')
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function flagOf(value: unknown): boolean {
  const text = String(value).toLowerCase()
  if (text !== 'true' && text !== 'false') throw new Refused(400, 'invalidValue')
  return text === 'true'
}

function identity(element: Element): string {
  return JSON.stringify(
    element['value'] === undefined
      ? Object.entries(element).toSorted(([a], [b]) => (a < b ? -1 : 1))
      : [element['value'], element['type'] ?? null],
  )
}

function distinct(elements: readonly Element[]): readonly Element[] {
  return elements.filter((one, index) => elements.findIndex((other) => identity(other) === identity(one)) === index)
}

/** At most one is primary: the one that became so last. */
function settled(before: readonly Element[], after: readonly Element[]): readonly Element[] {
  const list = distinct(after)
  const primary = list.filter((one) => one['primary'] === true)
  const last = primary.findLast((one) => !before.includes(one)) ?? primary.at(-1)
  return list.map((one) => (one['primary'] === true && one !== last ? { ...one, primary: false } : one))
}

/** Elements without what is nothing. */
function elementsOf(value: unknown): readonly Element[] {
  const elements = (Array.isArray(value) ? (value as readonly Element[]) : []).map((one) =>
    Object.fromEntries(Object.entries(one).filter(([, part]) => !isNothing(part))),
  )
  return elements.filter((one) => Object.keys(one).length > 0)
}

/** A list as it is sent whole. */
export function listSent(value: unknown): readonly Element[] {
  const list = distinct(elementsOf(value))
  if (list.filter((one) => one['primary'] === true).length > 1) throw new Refused(400, 'invalidValue')
  return list
}

function listAfter(
  before: readonly Element[],
  { type, sub }: { readonly type?: string; readonly sub?: string },
  { verb, value }: Pick<UserOperation, 'verb' | 'value'>,
): readonly Element[] {
  if (type === undefined && sub === undefined) {
    if (verb === 'replace') return listSent(value)
    if (verb === 'add') return settled(before, [...before, ...listSent(value)])
    return isNothing(value) && !Array.isArray(value) ? [] : withoutNamed(before, elementsOf(value))
  }
  const isMeant = (one: Element): boolean =>
    type === undefined || String(one['type']).toLowerCase() === type.toLowerCase()
  const change = isNothing(value)
    ? {}
    : sub === undefined
      ? (value as Element)
      : { [sub]: sub === 'primary' ? flagOf(value) : textOf(value) }
  if (!before.some(isMeant)) {
    const creates = type === undefined ? verb !== 'remove' : verb === 'add'
    if (verb === 'replace' && type !== undefined) throw new Refused(400, 'noTarget')
    return creates && !isNothing(value)
      ? settled(before, [...before, type === undefined ? change : { type, ...change }])
      : before
  }
  const after = before.flatMap((one) => {
    if (!isMeant(one)) return [one]
    if (verb !== 'remove' && !isNothing(value)) return [{ ...one, ...change }]
    return sub === undefined ? [] : withoutSub(one, sub)
  })
  return settled(before, after)
}

/** What is left may say what it was for, and nothing else: then it is gone. */
function withoutSub(element: Element, sub: string): readonly Element[] {
  const { [sub]: _gone, ...rest } = element
  return Object.keys(rest).every((key) => key === 'type' || key === 'primary') ? [] : [rest]
}

function withoutNamed(before: readonly Element[], named: readonly Element[]): readonly Element[] {
  const isNamed = (one: Element, by: Element): boolean => Object.entries(by).every(([key, value]) => one[key] === value)
  return before.filter((one) => !named.some((by) => isNamed(one, by)))
}
