// Members of groups of devices, and what rules say of them.
import { type RawBuilder, sql } from 'kysely'
import { compileCondition, compose, type Condition, type FieldColumn } from '../../platform/db/compose.ts'
import type { Queryable } from '../../platform/db/database.ts'
import type { Group } from '../groups/group.rules.ts'
import { columnOf } from './record.store.ts'
import { ruleFieldType } from './system-rule-fields.rules.ts'

/** The column of a field in a rule. What has no value is empty text, so that "is not" holds for it. */
function ruleColumn(given: string): FieldColumn {
  const isFolded = given.startsWith('fold:')
  const name = isFolded ? given.slice('fold:'.length) : given
  if (name.startsWith('attributes.'))
    return {
      expression: sql`coalesce((select item ->> 'value' from jsonb_path_query(systems.attributes -> 'attributes', '$[*]') as item
        where item ->> 'name' = ${name.slice('attributes.'.length)} limit 1), '')`,
      type: isFolded ? 'folded' : 'text',
    }
  const column = columnOf('system', name)
  if (column === undefined) throw new RangeError(`no column for ${name}`)
  const type = ruleFieldType(name)
  if (type === 'boolean') return { expression: sql`coalesce((${column.expression})::boolean, false)`, type }
  if (type === 'integer') return { expression: sql`(${column.expression})::numeric`, type }
  if (type === 'timestamp') return { expression: column.expression, type }
  return { expression: sql`coalesce(${column.expression}, '')`, type: isFolded ? 'folded' : 'text' }
}

function named(condition: Condition): RawBuilder<unknown> {
  return sql`coalesce(${compileCondition(condition, ruleColumn)}, false)`
}

const isMember = (group: Group): RawBuilder<unknown> =>
  sql`exists (select from system_group_members as member where member.group_id = ${group.id} and member.system_id = systems.id)`

/** A device that joined a group or left it. */
export interface SystemMove {
  readonly systemId: string
  readonly systemName: string
  readonly joined: boolean
}

/** One evaluation at a time: what another one is about to write could be older than what this one was called for. */
export async function lockRules(db: Queryable): Promise<void> {
  await db.execute({ name: 'system-group-rules-lock', text: 'select pg_advisory_xact_lock(4700204)' })
}

/** Makes devices members that the rule names, and no others but the exempted; at most so many, of some devices or of all. */
export async function settle(
  db: Queryable,
  rule: { readonly group: Group; readonly condition: Condition },
  scope: { readonly systemIds?: readonly string[]; readonly limit: number },
): Promise<readonly SystemMove[]> {
  const { group, condition } = rule
  const inScope = scope.systemIds === undefined ? sql`true` : sql`systems.id = any(${scope.systemIds}::text[])`
  return db.query<SystemMove>(
    compose(sql`with chosen as materialized (
        select systems.id, coalesce(nullif(systems.display_name, ''), systems.hostname) as name, ${named(condition)} as wanted
        from systems
        where ${inScope} and not systems.id = any(${group.memberQueryExemptions}::text[])
          and ${named(condition)} <> ${isMember(group)}
        order by systems.id limit ${scope.limit}
      ), joined as (
        insert into system_group_members (group_id, system_id)
        select groups.id, chosen.id from chosen join system_groups as groups on groups.id = ${group.id} where chosen.wanted
        on conflict do nothing
      ), gone as (
        delete from system_group_members as member using chosen
        where member.group_id = ${group.id} and member.system_id = chosen.id and not chosen.wanted
      )
      select id as "systemId", name as "systemName", wanted as joined from chosen order by id`),
  )
}

/** True when the rule names the device. */
export async function isNamed(db: Queryable, condition: Condition, systemId: string): Promise<boolean> {
  const rows = await db.query(
    compose(sql`select 1 from systems where systems.id = ${systemId} and ${named(condition)}`),
  )
  return rows.length > 0
}

/** What the rule of a reviewed group would change. */
export interface SystemSuggestion {
  readonly systemId: string
  readonly op: 'add' | 'remove'
}

export async function listSuggestions(
  db: Queryable,
  rule: { readonly group: Group; readonly condition: Condition },
  page: { readonly limit: number; readonly skip: number; readonly systemIds?: readonly string[] },
): Promise<{ readonly rows: readonly SystemSuggestion[]; readonly total: number }> {
  const { group, condition } = rule
  const inScope = page.systemIds === undefined ? sql`true` : sql`systems.id = any(${page.systemIds}::text[])`
  const differing = sql`from systems where ${inScope} and not systems.id = any(${group.memberQueryExemptions}::text[])
    and ${named(condition)} <> ${isMember(group)}`
  const [rows, [row]] = await Promise.all([
    db.query<SystemSuggestion>(
      compose(sql`select systems.id as "systemId", case when ${named(condition)} then 'add' else 'remove' end as op
        ${differing} order by systems.id limit ${page.limit} offset ${page.skip}`),
    ),
    db.query<{ count: number }>(compose(sql`select count(*) as count ${differing}`)),
  ])
  return { rows, total: row?.count ?? 0 }
}

export async function insert(db: Queryable, groupId: string, systemId: string): Promise<boolean> {
  const count = await db.execute({
    name: 'system-group-members-insert',
    text: 'insert into system_group_members (group_id, system_id) values ($1, $2) on conflict do nothing',
    values: [groupId, systemId],
  })
  return count > 0
}

export async function remove(db: Queryable, groupId: string, systemId: string): Promise<boolean> {
  const count = await db.execute({
    name: 'system-group-members-remove',
    text: 'delete from system_group_members where group_id = $1 and system_id = $2',
    values: [groupId, systemId],
  })
  return count > 0
}

/** True when the device is a member. */
export async function has(db: Queryable, groupId: string, systemId: string): Promise<boolean> {
  const rows = await db.query({
    name: 'system-group-members-has',
    text: 'select 1 from system_group_members where group_id = $1 and system_id = $2',
    values: [groupId, systemId],
  })
  return rows.length > 0
}

/** A page of the ids of members, and how many there are. */
export async function listPage(
  db: Queryable,
  page: { readonly groupId: string; readonly limit: number; readonly skip: number },
): Promise<{ readonly ids: readonly string[]; readonly total: number }> {
  const [row] = await db.query<{ ids: readonly string[]; total: number }>({
    name: 'system-group-members-page',
    text: `select array(select system_id from system_group_members where group_id = $1
          order by system_id limit $2 offset $3) as ids,
        (select count(*) from system_group_members where group_id = $1) as total`,
    values: [page.groupId, page.limit, page.skip],
  })
  return row ?? { ids: [], total: 0 }
}
