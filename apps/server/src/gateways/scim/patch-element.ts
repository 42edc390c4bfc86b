// What an operation does to the elements of a list.
import { isJsonObject, type Json, type JsonObject } from '@lockstep/kernel/json'
import type { ClientProfile } from './client-profile.ts'
import type { Filter } from './filter.ts'
import { matches } from './filter-match.ts'
import { comparedValue } from './filter-value.ts'
import { distinctElements, identityOf, isPrimary, readValue } from './read-value.ts'
import type { Attribute } from './schema.ts'
import { named } from './attribute-path.ts'
import { quoted, ScimRefusal } from './scim-refusal.ts'

export type PatchVerb = 'add' | 'remove' | 'replace'

/** An operation on the elements that a filter names, or on a sub-attribute of theirs. */
export interface ElementChange {
  readonly verb: PatchVerb
  readonly list: Attribute
  readonly where: Filter
  readonly sub?: Attribute
  readonly value: Json | undefined
  readonly profile: ClientProfile
}

/** The list after the operation. Refuses with noTarget, invalidValue and mutability. */
export function changeElements(elements: readonly Json[], change: ElementChange): readonly Json[] {
  const { verb, list, where, sub, profile } = change
  const chosen = elements.map((element) => matches(element, where, list, profile))
  if (!chosen.includes(true)) return withoutMatch(elements, change)
  if (verb === 'remove') {
    if (sub === undefined) return elements.filter((_, index) => chosen[index] !== true)
    return elements.flatMap((element, index) => (chosen[index] === true ? withoutSub(element, sub) : [element]))
  }
  const set = settingOf(change)
  return elements.flatMap((element, index) => {
    if (chosen[index] !== true) return [element]
    if (set === undefined) return sub === undefined ? [] : withoutSub(element, sub)
    return [merged(element, set, list)]
  })
}

function withoutMatch(elements: readonly Json[], change: ElementChange): readonly Json[] {
  const { verb, list, where, profile } = change
  const noTarget = new ScimRefusal('noTarget', `No element of ${quoted(list.name)} is as the path says.`)
  if (verb === 'remove') {
    if (profile.removesLoosely) return elements
    throw noTarget
  }
  const creates = verb === 'add' ? profile.createsOnAdd : profile.createsOnReplace
  const terms = creates ? equalTerms(where) : undefined
  if (terms === undefined || list.type !== 'complex') throw noTarget
  const set = settingOf(change)
  if (set === undefined) return elements
  const made: Record<string, Json> = {}
  for (const { path, value } of terms) {
    const attribute = named(list.subAttributes, path)
    if (attribute === undefined) throw noTarget
    made[attribute.name] = comparedValue(attribute, { path, operator: 'eq', value }, profile)
  }
  return [...elements, merged(made, set, list)]
}

/** The equalities of which a filter consists; undefined when there is anything else in it. */
function equalTerms(filter: Filter): readonly { path: string; value: string | number | boolean }[] | undefined {
  if ('and' in filter) {
    const parts = filter.and.map(equalTerms)
    return parts.every((part) => part !== undefined) ? parts.flat() : undefined
  }
  if (!('operator' in filter) || filter.operator !== 'eq') return undefined
  const { path, value = null } = filter
  return value === null ? undefined : [{ path, value }]
}

/** What the chosen elements get; undefined: it is taken away. */
function settingOf({ list, sub, value, profile }: ElementChange): Json | undefined {
  if (sub !== undefined) {
    const read = readValue(sub, value, profile)
    return read === undefined ? undefined : { [sub.name]: read }
  }
  const [only] = Array.isArray(value) ? (value as readonly Json[]) : [value]
  return readValue({ ...list, multiValued: false }, only, profile)
}

function merged(element: Json, set: Json, list: Attribute): Json {
  if (!isJsonObject(element) || !isJsonObject(set)) return set
  for (const sub of list.subAttributes ?? []) {
    const [was, is] = [element[sub.name], set[sub.name]]
    if (sub.mutability === 'immutable' && was !== undefined && is !== undefined && was !== is)
      throw new ScimRefusal('mutability', `${quoted(sub.name)} cannot change any more.`)
  }
  return { ...element, ...set }
}

function withoutSub(element: Json, sub: Attribute): readonly Json[] {
  if (sub.mutability === 'immutable' || sub.required)
    throw new ScimRefusal('mutability', `${quoted(sub.name)} cannot be removed.`)
  const { [sub.name]: _gone, ...rest } = element as JsonObject
  const keys = Object.keys(rest)
  // What is left may say what the element was for, and nothing else.
  const isEmpty = keys.every((key) => key === 'type' || key === 'primary')
  return isEmpty ? [] : [rest]
}

/** The elements that a removal names in its value: by their value, or as they are. */
export function withoutNamed(
  elements: readonly Json[],
  value: Json,
  list: Attribute,
  profile: ClientProfile,
): readonly Json[] {
  const items = Array.isArray(value) ? (value as readonly Json[]) : [value]
  const taken = items.flatMap((item) => {
    const read = readValue({ ...list, subAttributes: list.subAttributes ?? [] }, [item], profile)
    return Array.isArray(read) ? (read as readonly Json[]) : []
  })
  return elements.filter((element) => !taken.some((one) => isNamedBy(element, one)))
}

function isNamedBy(element: Json, one: Json): boolean {
  if (!isJsonObject(element) || !isJsonObject(one)) return identityOf(element) === identityOf(one)
  return Object.entries(one).every(([key, value]) => identityOf(element[key] ?? null) === identityOf(value))
}

/** The list with at most one primary element: the one that became so last. */
export function withOnePrimary(before: readonly Json[], after: readonly Json[]): readonly Json[] {
  const distinct = distinctElements(after)
  const primaries = distinct.filter(isPrimary)
  if (primaries.length <= 1) return distinct
  const kept = primaries.findLast((element) => !before.includes(element)) ?? primaries.at(-1)
  return distinct.map((element) =>
    isPrimary(element) && element !== kept && isJsonObject(element) ? { ...element, primary: false } : element,
  )
}
