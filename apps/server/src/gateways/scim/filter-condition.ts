// A filter as a condition on what is stored. Which column holds an attribute is the mapping's business.
import type { AttributeComparison, AttributeCondition, AttributeField, ValueType } from './condition.ts'
import { findBareAttribute, findTarget, type Found, named } from './attribute-path.ts'
import type { Filter, FilterComparison } from './filter.ts'
import { comparedValue } from './filter-value.ts'
import type { Attribute, ResourceType } from './schema.ts'
import { quoted, ScimRefusal } from './scim-refusal.ts'

/** Where a resource's attributes are kept. */
export interface AttributeColumns {
  /** The column of a single value, or of a list. */
  readonly fieldOf: (found: Found) => AttributeField | undefined
  /** A value as it is kept; undefined: nobody has it. */
  readonly stored?: (found: Found, value: string | number | boolean) => string | number | boolean | undefined
}

export interface FilterContext {
  readonly type: ResourceType
  readonly columns: AttributeColumns
  readonly coerces: boolean
  /** Where several types are asked at once, what one of them does not have is simply not so. */
  readonly unknownIsFalse?: boolean
}

const always: AttributeCondition = { all: [] }
const never: AttributeCondition = { any: [] }

/** Translates a filter. Refuses with invalidFilter. */
export function toCondition(filter: Filter, context: FilterContext): AttributeCondition {
  if ('and' in filter) return { all: filter.and.map((part) => toCondition(part, context)) }
  if ('or' in filter) return { any: filter.or.map((part) => toCondition(part, context)) }
  if ('not' in filter) return { not: toCondition(filter.not, context) }
  const target =
    findTarget(context.type, filter.path) ??
    (context.coerces ? findBareAttribute(context.type, filter.path) : undefined)
  if (target === undefined || 'schema' in target) {
    if (context.unknownIsFalse === true) return never
    throw new ScimRefusal('invalidFilter', `${context.type.name} has no attribute ${quoted(filter.path)}.`)
  }
  if ('where' in filter) return listCondition(target, filter.where, context)
  const special = specialCondition(target, filter, context)
  if (special !== undefined) return special
  const { attribute, sub } = target
  if (attribute.multiValued) {
    const element = elementFilter(filter, target)
    // Nothing has a value in a list without elements too.
    if (filter.operator === 'eq' && (filter.value ?? null) === null)
      return { not: listCondition(target, { path: element.path, operator: 'pr' }, context) }
    return listCondition(target, element, context)
  }
  if (attribute.type === 'complex' && sub === undefined) return complexCondition(target, filter, context)
  return leaf({ ...target, leafOf: sub ?? attribute }, filter, context)
}

/** Of an element, a comparison without sub-attribute means its value. */
function elementFilter(filter: FilterComparison, { sub }: Found): FilterComparison {
  return { ...filter, path: sub?.name ?? 'value' }
}

/** `pr` on a complex attribute holds when any part does; other operators mean its value, as for `manager eq "…"`. */
function complexCondition(target: Found, filter: FilterComparison, context: FilterContext): AttributeCondition {
  const subs = target.attribute.subAttributes ?? []
  const isPresence = filter.operator === 'pr' || (filter.value ?? null) === null
  if (isPresence) {
    // Beside what a client sets, what follows from it says nothing more; of what the hub sets alone, everything counts.
    const counts = (sub: Attribute): boolean =>
      sub.mutability !== 'readOnly' || target.attribute.mutability === 'readOnly'
    const present: AttributeCondition = {
      any: subs
        .filter((sub) => counts(sub) && context.columns.fieldOf({ ...target, sub }) !== undefined)
        .map((sub) => leaf({ ...target, sub, leafOf: sub }, { path: filter.path, operator: 'pr' }, context)),
    }
    return filter.operator === 'eq' ? { not: present } : present
  }
  const value = named(subs, 'value')
  if (value === undefined)
    throw new ScimRefusal('invalidFilter', `${quoted(filter.path)} is complex: name one of its sub-attributes.`)
  return leaf({ ...target, sub: value, leafOf: value }, filter, context)
}

function listCondition(target: Found, where: Filter, context: FilterContext): AttributeCondition {
  const field = context.columns.fieldOf({
    ...(target.urn === undefined ? {} : { urn: target.urn }),
    attribute: target.attribute,
  })
  if (field === undefined || !target.attribute.multiValued || (target.sub !== undefined && !('operator' in where)))
    throw new ScimRefusal('invalidFilter', `${quoted(target.attribute.name)} cannot be filtered by in this way.`)
  return { rows: field, where: elementCondition(where, target.attribute, context) }
}

function elementCondition(filter: Filter, list: Attribute, context: FilterContext): AttributeCondition {
  if ('and' in filter) return { all: filter.and.map((part) => elementCondition(part, list, context)) }
  if ('or' in filter) return { any: filter.or.map((part) => elementCondition(part, list, context)) }
  if ('not' in filter) return { not: elementCondition(filter.not, list, context) }
  if ('where' in filter) throw new ScimRefusal('invalidFilter', 'Brackets do not stand within brackets.')
  if (list.type !== 'complex') {
    if (filter.path.toLowerCase() !== 'value')
      throw new ScimRefusal('invalidFilter', `${quoted(list.name)} has no ${quoted(filter.path)}.`)
    return compare([], list, filter, context)
  }
  const sub = named(list.subAttributes, filter.path)
  if (sub === undefined) throw new ScimRefusal('invalidFilter', `${quoted(list.name)} has no ${quoted(filter.path)}.`)
  return compare(sub.name, sub, filter, context)
}

interface Leaf extends Found {
  readonly leafOf: Attribute
}

function leaf(target: Leaf, filter: FilterComparison, context: FilterContext): AttributeCondition {
  const field = context.columns.fieldOf(target)
  if (field === undefined) throw new ScimRefusal('invalidFilter', `${quoted(filter.path)} cannot be filtered by.`)
  return compare(field, target.leafOf, filter, { ...context, found: target })
}

function compare(
  field: AttributeField,
  attribute: Attribute,
  filter: FilterComparison,
  context: FilterContext & { readonly found?: Found },
): AttributeCondition {
  const as = typeOf(attribute)
  if (attribute.returned === 'never')
    throw new ScimRefusal('invalidFilter', `${quoted(attribute.name)} cannot be filtered by.`)
  const presence: AttributeComparison = { field, as, operator: 'pr' }
  if (filter.operator === 'pr') return presence
  if ((filter.value ?? null) === null && (filter.operator === 'eq' || filter.operator === 'ne'))
    return filter.operator === 'ne' ? presence : { not: presence }
  const given = comparedValue(attribute, filter, context)
  const value = context.found && context.columns.stored ? context.columns.stored(context.found, given) : given
  if (value === undefined) return filter.operator === 'ne' ? always : never
  const isText = as === 'time' && (filter.operator === 'co' || filter.operator === 'sw' || filter.operator === 'ew')
  return { field, as: isText ? 'text' : as, operator: filter.operator, value }
}

function typeOf(attribute: Attribute): ValueType {
  if (attribute.type === 'boolean') return 'boolean'
  if (attribute.type === 'integer' || attribute.type === 'decimal') return 'number'
  if (attribute.type === 'dateTime') return 'time'
  return attribute.caseExact ? 'text' : 'folded'
}

/** What is not kept but follows: schemas, and the type of the resource. */
function specialCondition(
  { attribute, sub }: Found,
  filter: FilterComparison,
  context: FilterContext,
): AttributeCondition | undefined {
  if (attribute.name === 'schemas') return schemasCondition(filter, context)
  if (attribute.name !== 'meta' || sub?.name !== 'resourceType') return undefined
  if (filter.operator === 'pr') return always
  const holds = filter.value === context.type.name
  if (filter.operator === 'eq') return holds ? always : never
  if (filter.operator === 'ne') return holds ? never : always
  throw new ScimRefusal('invalidFilter', 'meta.resourceType is compared by eq and ne.')
}

function schemasCondition({ operator, value }: FilterComparison, context: FilterContext): AttributeCondition {
  if (operator === 'pr') return always
  if (operator !== 'eq' || typeof value !== 'string')
    throw new ScimRefusal('invalidFilter', 'schemas is compared with a URN by eq.')
  const { schema, extensions } = context.type
  if (schema.id.toLowerCase() === value.toLowerCase()) return always
  const extension = extensions.find((one) => one.schema.id.toLowerCase() === value.toLowerCase())?.schema
  if (extension === undefined) return never
  const parts = extension.attributes.map((attribute) => {
    // What is never returned cannot be filtered by; that it is there is seen in the schemas.
    const sealed =
      attribute.returned === 'never' ? context.columns.fieldOf({ urn: extension.id, attribute }) : undefined
    if (sealed !== undefined) return { field: sealed, as: 'text', operator: 'pr' } as const
    return toCondition({ path: `${extension.id}:${attribute.name}`, operator: 'pr' }, context)
  })
  return { any: parts }
}

/** The column and type by which a list is sorted; undefined when the attribute cannot be sorted by. */
export function sortField(
  type: ResourceType,
  path: string,
  columns: AttributeColumns,
): { readonly field: AttributeField; readonly as: ValueType } | undefined {
  const target = findTarget(type, path.replace(/\[.*\]/, ''))
  if (target === undefined || 'schema' in target || target.attribute.returned === 'never') return undefined
  const { attribute } = target
  const isWhole = attribute.type === 'complex' && target.sub === undefined
  const value = isWhole ? named(attribute.subAttributes, 'value') : undefined
  if (isWhole && value === undefined) return undefined
  const found: Found = value === undefined ? target : { ...target, sub: value }
  const field = columns.fieldOf(found)
  return field === undefined ? undefined : { field, as: typeOf(found.sub ?? attribute) }
}
