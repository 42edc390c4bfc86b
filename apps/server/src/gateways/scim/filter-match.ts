// A filter over the elements of a list in memory, for the paths of PATCH.
import type { Json, JsonObject } from '@lockstep/kernel/json'
import { named } from './attribute-path.ts'
import type { Filter, FilterComparison } from './filter.ts'
import { comparedValue } from './filter-value.ts'
import type { Attribute } from './schema.ts'
import { quoted, ScimRefusal } from './scim-refusal.ts'

/** Whether an element of the list holds the filter. */
export function matches(
  element: Json,
  filter: Filter,
  list: Attribute,
  options: { readonly coerces: boolean },
): boolean {
  if ('and' in filter) return filter.and.every((part) => matches(element, part, list, options))
  if ('or' in filter) return filter.or.some((part) => matches(element, part, list, options))
  if ('not' in filter) return !matches(element, filter.not, list, options)
  if ('where' in filter) throw new ScimRefusal('invalidFilter', 'A path holds one filter, without another one inside.')
  const attribute = subAttribute(list, filter.path)
  const present = list.type === 'complex' ? (element as JsonObject)[attribute.name] : element
  return compares(present ?? null, filter, { attribute, ...options })
}

function subAttribute(list: Attribute, name: string): Attribute {
  const found =
    list.type === 'complex' ? named(list.subAttributes, name) : name.toLowerCase() === 'value' ? list : undefined
  if (found === undefined) throw new ScimRefusal('invalidFilter', `${quoted(list.name)} has no ${quoted(name)}.`)
  return found
}

function isUnassigned(value: Json): boolean {
  return value === null || value === '' || (Array.isArray(value) && value.length === 0)
}

function compares(
  present: Json,
  filter: FilterComparison,
  { attribute, coerces }: { readonly attribute: Attribute; readonly coerces: boolean },
): boolean {
  const { operator } = filter
  if (operator === 'pr') return !isUnassigned(present)
  if ((filter.value ?? null) === null && (operator === 'eq' || operator === 'ne'))
    return isUnassigned(present) === (operator === 'eq')
  const wanted = comparedValue(attribute, filter, { coerces })
  // An absent flag is as good as one that is off.
  const given = attribute.type === 'boolean' && present === null ? false : present
  if (given === null) return operator === 'ne'
  const isFolded = typeof given === 'string' && attribute.type === 'string' && !attribute.caseExact
  const left = isFolded ? given.toLowerCase() : (given as string | number | boolean)
  const right = isFolded ? String(wanted).toLowerCase() : wanted
  switch (operator) {
    case 'eq':
      return left === right
    case 'ne':
      return left !== right
    case 'co':
      return String(left).includes(String(right))
    case 'sw':
      return String(left).startsWith(String(right))
    case 'ew':
      return String(left).endsWith(String(right))
    case 'gt':
      return left > right
    case 'ge':
      return left >= right
    case 'lt':
      return left < right
    case 'le':
      return left <= right
  }
}
