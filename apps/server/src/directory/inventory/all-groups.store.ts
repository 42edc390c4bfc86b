import { sql } from 'kysely'
import type { JsonObject } from '@lockstep/kernel/json'
import { compileCondition, compose, type Condition, type FieldColumn } from '../../platform/db/compose.ts'
import type { Queryable } from '../../platform/db/database.ts'

/** A group of users or of devices. */
export interface AnyGroup {
  readonly attributes: JsonObject | null
  readonly id: string
  readonly name: string
  readonly type: 'user_group' | 'system_group'
  readonly email: string
  readonly description: string
}

export interface AnyGroupListing {
  readonly condition?: Condition
  readonly sort: readonly { readonly field: string; readonly descending: boolean }[]
  readonly limit: number
  readonly skip: number
}

const columns: Readonly<Record<string, FieldColumn>> = {
  id: { expression: sql`every.id`, type: 'text' },
  _id: { expression: sql`every.id`, type: 'text' },
  name: { expression: sql`every.name`, type: 'text' },
  description: { expression: sql`every.description`, type: 'text' },
  email: { expression: sql`every.email`, type: 'text' },
  type: { expression: sql`every.type`, type: 'text' },
  disabled: { expression: sql`false`, type: 'boolean' },
  // Nothing that is stored can be wrong in the ways that these flags tell.
  memberQueryErrorFlags: { expression: sql`''`, type: 'text' },
}

/** The column of a group's field by its wire name. */
export function columnOf(field: string): FieldColumn | undefined {
  return Object.hasOwn(columns, field) ? columns[field] : undefined
}

const every = sql`(
    select attributes, id, name, 'user_group' as type, email, description from groups
    union all
    select attributes, id, name, 'system_group', email, description from system_groups
  ) as every`

/** A page of all groups, how many match, and how many there are. */
export async function list(
  db: Queryable,
  { condition, sort, limit, skip }: AnyGroupListing,
): Promise<{ readonly rows: readonly AnyGroup[]; readonly total: number; readonly unfiltered: number }> {
  const where = condition === undefined ? sql`true` : compileCondition(condition, columnOf)
  const keys = sort.map(({ field, descending }) => {
    const column = columnOf(field)
    if (column === undefined) throw new RangeError(`no column for ${field}`)
    return sql`${column.expression} ${descending ? sql`desc` : sql`asc`}`
  })
  const [rows, [counts]] = await Promise.all([
    db.query<AnyGroup>(
      compose(sql`select every.attributes, every.id, every.name, every.type, every.email, every.description from ${every}
        where ${where} order by ${sql.join([...keys, sql`every.id`])} limit ${limit} offset ${skip}`),
    ),
    db.query<{ total: number; unfiltered: number }>(
      compose(sql`select count(*) filter (where ${where}) as total, count(*) as unfiltered from ${every}`),
    ),
  ])
  return { rows, total: counts?.total ?? 0, unfiltered: counts?.unfiltered ?? 0 }
}
