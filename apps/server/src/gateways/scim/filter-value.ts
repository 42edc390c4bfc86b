// The value of a comparison in its attribute's type.
import type { FilterComparison, FilterOperator, FilterValue } from './filter.ts'
import type { Attribute } from './schema.ts'
import { quoted, ScimRefusal } from './scim-refusal.ts'

const ordered: ReadonlySet<FilterOperator> = new Set(['gt', 'ge', 'lt', 'le'])
const partial: ReadonlySet<FilterOperator> = new Set(['co', 'sw', 'ew'])
const timeForm = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})?$/i

/** A time as ISO 8601 in UTC with milliseconds; undefined for what is no xsd:dateTime. Without an offset, UTC is meant. */
export function readTime(text: string): string | undefined {
  if (!timeForm.test(text)) return undefined
  const hasZone = /(Z|[+-]\d{2}:\d{2})$/i.test(text)
  const time = new Date(hasZone ? text : `${text}Z`)
  const year = time.getUTCFullYear()
  return Number.isNaN(time.getTime()) || year < 1 || year > 9999 ? undefined : time.toISOString()
}

/** Checks that the operator goes with the attribute, and gives the value in its type. Refuses with invalidFilter. */
export function comparedValue(
  attribute: Attribute,
  { operator, value = null, path }: FilterComparison,
  { coerces }: { readonly coerces: boolean },
): Exclude<FilterValue, null> {
  const { type } = attribute
  const refuse = (why: string): ScimRefusal => new ScimRefusal('invalidFilter', `${quoted(path)} ${why}.`)
  if (attribute.returned === 'never') throw refuse('cannot be filtered by')
  if (value === null) throw refuse('is compared with null by eq and ne alone')
  if (type === 'complex') throw refuse('is complex: name one of its sub-attributes')
  if (ordered.has(operator) && (type === 'boolean' || type === 'binary'))
    throw refuse(`is a ${type} value, which ${operator} does not compare`)
  if (partial.has(operator) && type !== 'string' && type !== 'reference' && type !== 'binary' && type !== 'dateTime')
    throw refuse(`is a ${type} value, which ${operator} does not compare`)
  if (type === 'boolean') {
    if (typeof value === 'boolean') return value
    const text = String(value).toLowerCase()
    if (coerces && (text === 'true' || text === 'false')) return text === 'true'
    throw refuse('is compared with true or false')
  }
  if (type === 'integer' || type === 'decimal') {
    if (typeof value === 'number') return value
    if (coerces && typeof value === 'string' && /^-?\d{1,15}(\.\d{1,15})?$/.test(value)) return Number(value)
    throw refuse('is compared with a number')
  }
  if (type === 'dateTime' && !partial.has(operator)) {
    const time = typeof value === 'string' ? readTime(value) : undefined
    if (time === undefined) throw refuse('is compared with a date and time such as 2026-01-31T09:00:00Z')
    return time
  }
  if (typeof value === 'string') return value
  if (coerces) return String(value)
  throw refuse('is compared with text')
}
