import {
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type RawBuilder,
  sql,
} from 'kysely'
import type { Query } from './database.ts'

// Kysely composes the text and numbers the parameters; our own pool runs the statement.
const compiler = new Kysely<Record<string, never>>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (database) => new PostgresIntrospector(database),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
})

/** A composed statement as text and values. */
export function compose(query: RawBuilder<unknown>): Query {
  const { sql: text, parameters } = query.compile(compiler)
  return { text, values: parameters }
}

/** A condition on rows as a tree, which each store translates into its own columns. */
export type Condition =
  | { readonly all: readonly Condition[] }
  | { readonly any: readonly Condition[] }
  | { readonly field: string; readonly operator: ConditionOperator; readonly values: readonly string[] }

/** `regex` takes a pattern in PostgreSQL's words; `exists` true or false, where an empty text is as good as none. */
export type ConditionOperator =
  | 'eq'
  | 'ne'
  | 'in'
  | 'nin'
  | 'lt'
  | 'lte'
  | 'gt'
  | 'gte'
  | 'sw'
  | 'ew'
  | 'co'
  | 'nco'
  | 'regex'
  | 'exists'

/** Where a field stands: its SQL expression and how its values compare; `folded` compares text in lower case. */
export interface FieldColumn {
  readonly expression: RawBuilder<unknown>
  readonly type: 'text' | 'folded' | 'integer' | 'boolean' | 'timestamp'
}

/** Thrown for a term that cannot be translated; the message names it. */
export class ConditionError extends Error {
  override readonly name = 'ConditionError'
  readonly field: string
  constructor(field: string, message: string) {
    super(message)
    this.field = field
  }
}

/** Translates a condition; an unknown field or an unreadable value throws ConditionError. */
export function compileCondition(
  condition: Condition,
  columnOf: (field: string) => FieldColumn | undefined,
): RawBuilder<unknown> {
  if ('all' in condition) return joined(condition.all, 'and', columnOf)
  if ('any' in condition) return joined(condition.any, 'or', columnOf)
  const column = columnOf(condition.field)
  if (column === undefined)
    throw new ConditionError(condition.field, `The field "${condition.field}" cannot be filtered by.`)
  return comparison(column, condition)
}

function joined(
  parts: readonly Condition[],
  operator: 'and' | 'or',
  columnOf: (field: string) => FieldColumn | undefined,
): RawBuilder<unknown> {
  if (parts.length === 0) return operator === 'and' ? sql`true` : sql`false`
  const compiled = parts.map((part) => compileCondition(part, columnOf))
  return sql`(${sql.join(compiled, operator === 'and' ? sql` and ` : sql` or `)})`
}

const order = { lt: sql`<`, lte: sql`<=`, gt: sql`>`, gte: sql`>=` } as const

function comparison(
  column: FieldColumn,
  { field, operator, values }: Extract<Condition, { field: string }>,
): RawBuilder<unknown> {
  const { type } = column
  const first = values[0] ?? ''
  const isFolded = type === 'folded'
  const expression = isFolded ? sql`lower(${column.expression})` : column.expression
  const part = isFolded ? sql`lower(${first})` : sql`${first}`
  switch (operator) {
    case 'eq':
      return sql`${expression} = ${typed(field, first, type)}`
    case 'ne':
      return sql`${expression} is distinct from ${typed(field, first, type)}`
    case 'in':
      if (values.length === 0) return sql`false`
      return sql`${expression} in (${sql.join(values.map((value) => typed(field, value, type)))})`
    case 'nin':
      if (values.length === 0) return sql`true`
      return sql`(${expression} is null or ${expression} not in (${sql.join(values.map((value) => typed(field, value, type)))}))`
    case 'lt':
    case 'lte':
    case 'gt':
    case 'gte':
      return sql`${expression} ${order[operator]} ${typed(field, first, type)}`
    case 'sw':
      return sql`starts_with(${expression}::text, ${part})`
    case 'ew':
      return sql`right(${expression}::text, length(${part})) = ${part}`
    case 'co':
      return sql`strpos(${expression}::text, ${part}) > 0`
    case 'nco':
      return sql`(${expression} is null or strpos(${expression}::text, ${part}) = 0)`
    case 'regex':
      return sql`${expression}::text ~ ${first}`
    case 'exists':
      return sql`(coalesce(${expression}::text, '') <> '') = ${typed(field, first, 'boolean')}`
  }
}

/** The years 0 to 9999, which both sides write the same way. */
const firstTimeMs = -62_135_596_800_000
const lastTimeMs = 253_402_300_799_999

function typed(field: string, value: string, type: FieldColumn['type']): RawBuilder<unknown> {
  if (type === 'text') return sql`${value}::text`
  if (type === 'folded') return sql`lower(${value}::text)`
  if (type === 'boolean') {
    if (value !== 'true' && value !== 'false')
      throw new ConditionError(field, `"${field}" is compared with true or false, not "${value.slice(0, 50)}".`)
    return sql`${value === 'true'}::boolean`
  }
  if (type === 'integer') {
    if (!/^-?[0-9]{1,15}$/.test(value))
      throw new ConditionError(field, `"${field}" is compared with whole numbers, not "${value.slice(0, 50)}".`)
    return sql`${value}::bigint`
  }
  const time = Date.parse(value)
  if (Number.isNaN(time) || time < firstTimeMs || time > lastTimeMs)
    throw new ConditionError(
      field,
      `"${field}" is compared with a date such as 2026-01-31T09:00:00Z, not "${value.slice(0, 50)}".`,
    )
  return sql`${new Date(time).toISOString()}::timestamptz`
}

/** Escapes what `like` takes for wildcards. */
export function likePattern(text: string): string {
  return `%${text.replaceAll(/[\\%_]/g, (char) => `\\${char}`)}%`
}
