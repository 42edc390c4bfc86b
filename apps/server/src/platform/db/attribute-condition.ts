// Conditions that a protocol with schemas asks for: comparisons by type, with or without regard to letter case, on single values and on
// the rows of lists. What a comparison reads is looked up by the noun's store; what an index answers stands beside what the comparison says.
import { type RawBuilder, sql } from 'kysely'
import { ConditionError, likePattern } from './compose.ts'

type Sql = RawBuilder<unknown>

/** How values compare; `folded` is text in any letter case. */
export type ValueType = 'text' | 'folded' | 'number' | 'boolean' | 'time'

export type AttributeOperator = 'eq' | 'ne' | 'co' | 'sw' | 'ew' | 'gt' | 'ge' | 'lt' | 'le' | 'pr'

/** What is compared: a field by its name, or the way to it within a kept object. */
export type AttributeField = string | readonly string[]

export interface AttributeComparison {
  readonly field: AttributeField
  readonly as: ValueType
  readonly operator: AttributeOperator
  /** Absent for `pr`. */
  readonly value?: string | number | boolean
}

/** A condition as a tree; `rows` holds when one row of a list holds `where`, in which fields are those of the row. */
export type AttributeCondition =
  | { readonly all: readonly AttributeCondition[] }
  | { readonly any: readonly AttributeCondition[] }
  | { readonly not: AttributeCondition }
  | { readonly rows: AttributeField; readonly where: AttributeCondition }
  | AttributeComparison

/** The rows of a list: `holds` wraps a condition on one of them, `field` is what a row's field reads; undefined: it has no such field. */
export interface RowSource {
  readonly holds: (condition: Sql) => Sql
  readonly field: (name: AttributeField) => Sql | undefined
  /** Something that follows from an equality and that an index answers. */
  readonly implied?: (comparison: AttributeComparison) => Sql | undefined
}

/** Where a noun's store has what conditions name; undefined: it has no such thing. */
export interface AttributeSource {
  readonly column: (field: AttributeField) => Sql | undefined
  readonly rows: (field: AttributeField) => RowSource | undefined
  readonly implied?: (comparison: AttributeComparison) => Sql | undefined
}

/** Translates a condition; what is unknown or cannot be read throws ConditionError. */
export function compileAttributeCondition(condition: AttributeCondition, source: AttributeSource): Sql {
  if ('all' in condition) return joined(condition.all, 'and', source)
  if ('any' in condition) return joined(condition.any, 'or', source)
  // Unknown is not true: what an absent value leaves open is then denied.
  if ('not' in condition) return sql`(not coalesce(${compileAttributeCondition(condition.not, source)}, false))`
  if ('rows' in condition) return compileRows(condition.rows, condition.where, source)
  const column = source.column(condition.field)
  if (column === undefined) throw unknown(condition.field)
  const exact = compareValue(column, condition)
  const implied = source.implied?.(condition)
  return implied === undefined ? exact : sql`(${implied} and ${exact})`
}

function joined(parts: readonly AttributeCondition[], word: 'and' | 'or', source: AttributeSource): Sql {
  if (parts.length === 0) return word === 'and' ? sql`true` : sql`false`
  const compiled = parts.map((part) => compileAttributeCondition(part, source))
  return sql`(${sql.join(compiled, word === 'and' ? sql` and ` : sql` or `)})`
}

function compileRows(field: AttributeField, where: AttributeCondition, source: AttributeSource): Sql {
  const rows = source.rows(field)
  if (rows === undefined) throw unknown(field)
  const held = rows.holds(compileAttributeCondition(where, { column: rows.field, rows: () => undefined }))
  const implied = required(where)
    .map((comparison) => rows.implied?.(comparison))
    .filter((one) => one !== undefined)
  return implied.length === 0 ? held : sql`(${sql.join([...implied, held], sql` and `)})`
}

/** The comparisons that have to hold whatever else does. */
function required(condition: AttributeCondition): readonly AttributeComparison[] {
  if ('all' in condition) return condition.all.flatMap(required)
  return 'field' in condition ? [condition] : []
}

function unknown(field: AttributeField): ConditionError {
  const name = typeof field === 'string' ? field : field.join('.')
  return new ConditionError(name, `The attribute "${name.slice(0, 100)}" cannot be filtered by.`)
}

const order = { gt: sql`>`, ge: sql`>=`, lt: sql`<`, le: sql`<=` } as const

/** A value as its type compares. */
function comparable(expression: Sql, as: ValueType): Sql {
  if (as === 'folded') return sql`lower((${expression})::text)`
  if (as === 'number') return sql`(${expression})::numeric`
  if (as === 'boolean') return sql`(${expression})::boolean`
  return as === 'time' ? sql`(${expression})::timestamptz` : sql`(${expression})::text`
}

function compareValue(column: Sql, { as, operator, value }: AttributeComparison): Sql {
  if (operator === 'pr') return sql`(coalesce((${column})::text, '') <> '')`
  const expression = comparable(column, as)
  const given = parameter(value, as)
  if (operator === 'eq') return sql`${expression} = ${given}`
  if (operator === 'ne') return sql`${expression} is distinct from ${given}`
  // A text that is empty is not there: it neither comes before another nor holds a piece.
  const assigned = as === 'text' || as === 'folded' ? sql`nullif(${expression}, '')` : expression
  switch (operator) {
    case 'co':
      return sql`strpos(${assigned}, ${given}) > 0`
    case 'sw':
      return sql`starts_with(${assigned}, ${given})`
    case 'ew':
      return sql`right(${assigned}, length(${given})) = ${given}`
    default:
      return sql`${assigned} ${order[operator]} ${given}`
  }
}

function parameter(value: AttributeComparison['value'], as: ValueType): Sql {
  if (as === 'folded') return sql`lower(${String(value)}::text)`
  if (as === 'number') return sql`${String(value)}::numeric`
  if (as === 'boolean') return sql`${value === true}::boolean`
  return as === 'time' ? sql`${String(value)}::timestamptz` : sql`${String(value)}::text`
}

/** The rows of a list in JSON. */
export function jsonRows(list: Sql): RowSource {
  return {
    holds: (condition) => sql`exists (select from jsonb_path_query(${list}, '$[*]') as item where ${condition})`,
    field: (name) => sql`(item #>> ${typeof name === 'string' ? [name] : [...name]}::text[])`,
  }
}

/** Text anywhere in a searched column, for a piece of at least this many characters: a trigram index knows nothing shorter. */
export function containing(column: Sql, text: string): Sql | undefined {
  const isFindable = text.length >= 3 && !/[Σσς]/.test(text)
  return isFindable ? sql`${column} like lower(${likePattern(text)}::text)` : undefined
}

/** A page's order, and where it begins; unassigned values stand last, or first when descending. */
export interface AttributeOrder {
  readonly expression: Sql
  readonly as: ValueType
  readonly descending: boolean
}

/** A place behind a row: its sort value as text, null when it has none, and its id. */
export interface AttributePlace {
  readonly value: string | null
  readonly id: string
}

/** `order by` and the condition that begins behind a place, of an order whose ties the id breaks. */
export function orderedBy(
  id: Sql,
  by: AttributeOrder | undefined,
  after: AttributePlace | undefined,
): { readonly ordering: Sql; readonly beyond: Sql; readonly value: Sql } {
  if (by === undefined)
    return {
      ordering: sql`${id} asc`,
      beyond: after === undefined ? sql`true` : sql`${id} > ${after.id}`,
      value: sql`null::text`,
    }
  const sorted =
    by.as === 'text' || by.as === 'folded'
      ? sql`nullif(${comparable(by.expression, by.as)}, '')`
      : comparable(by.expression, by.as)
  const direction = by.descending ? sql`desc` : sql`asc`
  const ordering = sql`(${sorted} is null) ${direction}, ${sorted} ${direction}, ${id} ${direction}`
  return { ordering, beyond: behind({ id, sorted, by, after }), value: sql`(${sorted})::text` }
}

interface Behind {
  readonly id: Sql
  readonly sorted: Sql
  readonly by: AttributeOrder
  readonly after: AttributePlace | undefined
}

function behind({ id, sorted, by, after }: Behind): Sql {
  if (after === undefined) return sql`true`
  const compared = by.descending ? sql`<` : sql`>`
  if (after.value === null) {
    const rest = sql`(${sorted} is null and ${id} ${compared} ${after.id})`
    return by.descending ? sql`(${rest} or ${sorted} is not null)` : rest
  }
  const value =
    by.as === 'folded'
      ? sql`${after.value}::text`
      : parameter(by.as === 'boolean' ? after.value === 'true' : after.value, by.as)
  const further = sql`(${sorted}, ${id}) ${compared} (${value}, ${after.id})`
  return by.descending ? further : sql`(${further} or ${sorted} is null)`
}
