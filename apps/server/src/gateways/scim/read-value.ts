// Values as clients send them, in the types of their attributes. What is unassigned (null, an empty text or list) comes out as undefined.
import { canonicalJson, isJsonObject, type Json, type JsonObject } from '@lockstep/kernel/json'
import type { ClientProfile } from './client-profile.ts'
import { readTime } from './filter-value.ts'
import type { Attribute } from './schema.ts'
import { quoted, ScimRefusal } from './scim-refusal.ts'

const maxElements = 10_000
const maxTextLength = 65_536
const base64 = /^(?:[A-Za-z0-9+/_-]{4})*(?:[A-Za-z0-9+/_-]{2}(?:==)?|[A-Za-z0-9+/_-]{3}=?)?$/

/** The value of an attribute; a list when it is multi-valued. Refuses with invalidValue or invalidSyntax. */
export function readValue(attribute: Attribute, value: Json | undefined, profile: ClientProfile): Json | undefined {
  if (value === undefined || value === null || value === '') return undefined
  if (!attribute.multiValued) {
    const [only, ...more] = Array.isArray(value) ? (value as readonly Json[]) : [value]
    if (Array.isArray(value) && (!profile.unwraps || more.length > 0 || attribute.type !== 'complex')) {
      if (value.length === 0) return undefined
      throw refuse(attribute, 'takes one value, not a list')
    }
    return only === undefined ? undefined : readElement(attribute, only, profile)
  }
  if (!Array.isArray(value) && !profile.unwraps) throw refuse(attribute, 'takes a list')
  return readList(attribute, Array.isArray(value) ? (value as readonly Json[]) : [value], profile)
}

function readList(attribute: Attribute, list: readonly Json[], profile: ClientProfile): Json | undefined {
  if (list.length > maxElements) throw refuse(attribute, `takes at most ${maxElements} values`)
  const elements = list
    .map((item) => (item === null || item === '' ? undefined : readElement(attribute, item, profile)))
    .filter((item) => item !== undefined)
  const distinct = distinctElements(elements)
  if (distinct.filter(isPrimary).length > 1) throw refuse(attribute, 'has more than one primary value')
  return distinct.length === 0 ? undefined : distinct
}

/** True for the preferred element of a list. */
export function isPrimary(element: Json): boolean {
  return isJsonObject(element) && element['primary'] === true
}

/** Elements without those that are the same as one before: by value and type, or as a whole. */
export function distinctElements(elements: readonly Json[]): readonly Json[] {
  const known = new Set<string>()
  return elements.filter((element) => {
    const key = identityOf(element)
    return known.has(key) ? false : known.add(key)
  })
}

/** What makes two elements of a list the same. */
export function identityOf(element: Json): string {
  if (!isJsonObject(element) || element['value'] === undefined) return canonicalJson(element)
  return canonicalJson([element['value'], element['type'] ?? null])
}

function readElement(attribute: Attribute, value: Json, profile: ClientProfile): Json | undefined {
  return attribute.type === 'complex' ? readComplex(attribute, value, profile) : readSimple(attribute, value, profile)
}

function readComplex(attribute: Attribute, value: Json, profile: ClientProfile): Json | undefined {
  const subs = attribute.subAttributes ?? []
  if (!isJsonObject(value)) {
    if (profile.unwraps && typeof value === 'string' && subs.some(({ name }) => name === 'value'))
      return readComplex(attribute, { value }, profile)
    throw refuse(attribute, 'takes an object')
  }
  const read: Record<string, Json> = {}
  for (const [key, part] of entriesOf(value, attribute.name)) {
    const sub = subs.find(({ name }) => name.toLowerCase() === key)
    if (sub === undefined) {
      if (!profile.ignoresUnknown)
        throw new ScimRefusal('invalidSyntax', `${quoted(attribute.name)} has no ${quoted(key)}.`)
      continue
    }
    const isComputed = sub.mutability === 'readOnly'
    const taken = isComputed ? undefined : readValue(sub, part, profile)
    if (taken !== undefined) read[sub.name] = taken
  }
  // An element whose value was sent as nothing says what it would be for, and no more.
  const isBare = attribute.multiValued && Object.keys(read).every((key) => key === 'type' || key === 'primary')
  return Object.keys(read).length === 0 || (isBare && hasNothing(value)) ? undefined : read
}

function hasNothing(element: JsonObject): boolean {
  return Object.values(element).some((value) => value === null || value === '')
}

/** The members of an object by lower-case name; one that stands there twice in different letter case is refused. */
export function entriesOf(object: JsonObject, where: string): readonly (readonly [string, Json])[] {
  const seen = new Set<string>()
  return Object.entries(object).map(([key, value]) => {
    const lower = key.toLowerCase()
    if (seen.has(lower)) throw new ScimRefusal('invalidSyntax', `${quoted(key)} stands twice in ${quoted(where)}.`)
    seen.add(lower)
    return [lower, value] as const
  })
}

function readSimple(attribute: Attribute, value: Json, profile: ClientProfile): Json {
  const { type } = attribute
  if (type === 'boolean') return readBoolean(attribute, value, profile)
  if (type === 'integer' || type === 'decimal') return readNumber(attribute, value, profile)
  const text = profile.coerces && (typeof value === 'number' || typeof value === 'boolean') ? String(value) : value
  if (typeof text !== 'string') throw refuse(attribute, 'takes text')
  const { maxLength = maxTextLength } = attribute
  if (text.length > maxLength) throw refuse(attribute, `takes at most ${maxLength} characters`)
  if (type === 'dateTime') {
    const time = readTime(text)
    if (time === undefined) throw refuse(attribute, 'takes a date and time such as 2026-01-31T09:00:00Z')
    return time
  }
  if (type === 'binary' && !base64.test(text)) throw refuse(attribute, 'takes base64')
  if (profile.checksValues) checkText(attribute, text)
  return text
}

function readBoolean(attribute: Attribute, value: Json, { coerces }: ClientProfile): boolean {
  if (typeof value === 'boolean') return value
  const lower = typeof value === 'string' ? value.trim().toLowerCase() : ''
  if (coerces && (lower === 'true' || lower === 'false')) return lower === 'true'
  throw refuse(attribute, 'takes true or false')
}

function readNumber(attribute: Attribute, value: Json, { coerces }: ClientProfile): number {
  const number =
    coerces && typeof value === 'string' && /^\s*-?\d{1,15}(\.\d{1,15})?\s*$/.test(value) ? Number(value) : value
  // 1e400 is read as no number that could be kept.
  if (typeof number !== 'number' || !Number.isFinite(number)) throw refuse(attribute, 'takes a number')
  if (attribute.type === 'integer' && !Number.isSafeInteger(number)) throw refuse(attribute, 'takes a whole number')
  return number
}

/** What RFC 7643 says of the form of some values; clients' tests send anything there. */
function checkText(attribute: Attribute, text: string): void {
  if (attribute.type === 'reference' && !URL.canParse(text, 'https://reference.invalid/'))
    throw refuse(attribute, 'takes a URI')
  const form = forms[attribute.name]
  if (form !== undefined && !form.test(text)) throw refuse(attribute, 'does not have the right form')
}

const languageTag = /^[A-Za-z]{2,8}([-_][A-Za-z0-9]{1,8})*$/
const forms: Readonly<Record<string, RegExp>> = {
  preferredLanguage: languageTag,
  country: /^[A-Z]{2}$/,
  timezone: /^[A-Za-z]+(\/[A-Za-z0-9_+-]+)*$/,
}

function refuse({ name }: Attribute, why: string): ScimRefusal {
  return new ScimRefusal('invalidValue', `${quoted(name)} ${why}.`)
}
