import { type RawBuilder, sql } from 'kysely'
import { compileCondition, compose, type Condition, type FieldColumn } from '../../platform/db/compose.ts'
import type { Queryable } from '../../platform/db/database.ts'
import type { Group } from '../groups/group.rules.ts'
import { insertJournalFrom, type JournalInput } from '../journal/journal.rules.ts'

const columns = `system_groups.id, system_groups.name, system_groups.description, system_groups.email,
  system_groups.attributes, system_groups.membership_method as "membershipMethod",
  system_groups.member_query as "memberQuery", system_groups.member_query_exemptions as "memberQueryExemptions",
  system_groups.suggestions_notify as "memberSuggestionsNotify", system_groups.rule_revision as "ruleRevision",
  null::text as "homeDirectoryId", false as outside, system_groups.revision, system_groups.created, system_groups.updated`

export interface SystemGroupWrite {
  readonly group: Group
  readonly journal: JournalInput
  readonly baseRevision?: number
}

const inputColumns = `id text, name text, description text, email text, attributes jsonb, "membershipMethod" text,
  "memberQuery" jsonb, "memberQueryExemptions" text[], "memberSuggestionsNotify" boolean, "ruleRevision" bigint,
  revision bigint, "baseRevision" bigint, created timestamptz, updated timestamptz, journal jsonb`

const inputOf = ({ group, journal, baseRevision }: SystemGroupWrite): string =>
  JSON.stringify([{ ...group, journal, baseRevision }])

/** False when the name is taken. */
export async function insert(db: Queryable, write: SystemGroupWrite): Promise<boolean> {
  const rows = await db.query({
    name: 'system-groups-insert',
    text: `with input as materialized (select * from jsonb_to_recordset($1::jsonb) as input(${inputColumns})),
      made as (
        insert into system_groups (id, name, description, email, attributes, membership_method, member_query,
          member_query_exemptions, suggestions_notify, rule_revision, created, updated)
        select id, name, description, email, attributes, "membershipMethod", "memberQuery", "memberQueryExemptions",
          "memberSuggestionsNotify", "ruleRevision", created, updated
        from input
        on conflict do nothing
        returning id
      ),
      made_input as (select input.journal from input join made using (id)),
      noted as (${insertJournalFrom('made_input')})
      select id from made`,
    values: [inputOf(write)],
  })
  return rows.length > 0
}

/** False when somebody changed the group since the change was decided on. */
export async function update(db: Queryable, write: SystemGroupWrite): Promise<boolean> {
  const rows = await db.query({
    name: 'system-groups-update',
    text: `with input as materialized (select * from jsonb_to_recordset($1::jsonb) as input(${inputColumns})),
      changed as (
        update system_groups set name = input.name, description = input.description, email = input.email,
          attributes = input.attributes, membership_method = input."membershipMethod", member_query = input."memberQuery",
          member_query_exemptions = input."memberQueryExemptions", suggestions_notify = input."memberSuggestionsNotify",
          rule_revision = input."ruleRevision", revision = input.revision, updated = input.updated
        from input
        where system_groups.id = input.id and system_groups.revision = input."baseRevision"
        returning system_groups.id
      ),
      changed_input as (select input.journal from input join changed using (id)),
      noted as (${insertJournalFrom('changed_input')})
      select id from changed`,
    values: [inputOf(write)],
  })
  return rows.length > 0
}

/** False when somebody else has removed it. */
export async function remove(db: Queryable, id: string): Promise<boolean> {
  const text = 'delete from system_groups where id = $1'
  return (await db.execute({ name: 'system-groups-remove', text, values: [id] })) > 0
}

export async function findMany(db: Queryable, ids: readonly string[]): Promise<readonly Group[]> {
  if (ids.length === 0) return []
  return db.query<Group>({
    name: 'system-groups-find-many',
    text: `select ${columns} from system_groups where id = any($1) order by id limit $2`,
    values: [ids, ids.length],
  })
}

export async function lock(db: Queryable, id: string): Promise<Group | undefined> {
  const rows = await db.query<Group>({
    name: 'system-groups-lock',
    text: `select ${columns} from system_groups where id = $1 for no key update`,
    values: [id],
  })
  return rows[0]
}

/** Adds a device to those whom a group's rule does not decide about. The caller settles its place itself. */
export async function exempt(db: Queryable, groupId: string, systemId: string): Promise<void> {
  await db.execute({
    name: 'system-groups-exempt',
    text: `update system_groups set member_query_exemptions = member_query_exemptions || $2::text, revision = revision + 1
      where id = $1 and not $2 = any(member_query_exemptions)`,
    values: [groupId, systemId],
  })
}

/** Groups whose members a rule decides, in the order of their ids. */
export async function listDynamic(db: Queryable, after: string, limit: number): Promise<readonly Group[]> {
  return db.query<Group>({
    name: 'system-groups-dynamic',
    text: `select ${columns} from system_groups where membership_method = 'DYNAMIC_AUTOMATED' and id > $1
      order by id limit $2`,
    values: [after, limit],
  })
}

/** A group whose members do not say yet what its rule says. */
export async function findBehind(db: Queryable, after: string): Promise<Group | undefined> {
  const rows = await db.query<Group>({
    name: 'system-groups-behind',
    text: `select ${columns} from system_groups where rule_revision > rule_applied and id > $1 order by id limit 1`,
    values: [after],
  })
  return rows[0]
}

export async function noteApplied(db: Queryable, id: string, revision: number): Promise<void> {
  await db.execute({
    name: 'system-groups-applied',
    text: 'update system_groups set rule_applied = greatest(rule_applied, $2) where id = $1',
    values: [id, revision],
  })
}

export interface SystemGroupListing {
  readonly condition?: Condition
  readonly sort: readonly { readonly field: string; readonly descending: boolean }[]
  readonly limit: number
  readonly skip?: number
  /** Only groups that the device is a member of. */
  readonly ofSystemId?: string
}

const columnsByField: Readonly<Record<string, FieldColumn>> = {
  id: { expression: sql`system_groups.id`, type: 'text' },
  _id: { expression: sql`system_groups.id`, type: 'text' },
  name: { expression: sql`system_groups.name`, type: 'text' },
  description: { expression: sql`system_groups.description`, type: 'text' },
  email: { expression: sql`system_groups.email`, type: 'text' },
  type: { expression: sql`'system_group'`, type: 'text' },
  disabled: { expression: sql`false`, type: 'boolean' },
  membershipMethod: { expression: sql`system_groups.membership_method`, type: 'text' },
  memberSuggestionsNotify: { expression: sql`system_groups.suggestions_notify`, type: 'boolean' },
  // Nothing that is stored can be wrong in the ways that these flags tell.
  memberQueryErrorFlags: { expression: sql`''`, type: 'text' },
  created: { expression: sql`system_groups.created`, type: 'timestamp' },
}

/** The column of a group's field by its wire name. */
export function columnOf(field: string): FieldColumn | undefined {
  if (Object.hasOwn(columnsByField, field)) return columnsByField[field]
  const path = field.split('.')
  return path[0] === 'attributes' && path.length > 1
    ? { expression: sql`(system_groups.attributes #>> ${path.slice(1)}::text[])`, type: 'text' }
    : undefined
}

function conditions({ condition, ofSystemId }: SystemGroupListing): RawBuilder<unknown> {
  const parts: RawBuilder<unknown>[] = [sql`true`]
  if (condition) parts.push(compileCondition(condition, columnOf))
  if (ofSystemId !== undefined)
    parts.push(sql`exists (select from system_group_members as member
      where member.group_id = system_groups.id and member.system_id = ${ofSystemId})`)
  return sql.join(parts, sql` and `)
}

export async function list(db: Queryable, listing: SystemGroupListing): Promise<readonly Group[]> {
  const keys = listing.sort.map(({ field, descending }) => {
    const column = columnOf(field)
    if (column === undefined) throw new RangeError(`no column for ${field}`)
    return sql`${column.expression} ${descending ? sql`desc` : sql`asc`}`
  })
  return db.query<Group>(
    compose(sql`select ${sql.raw(columns)} from system_groups where ${conditions(listing)}
      order by ${sql.join([...keys, sql`system_groups.id`])} limit ${listing.limit} offset ${listing.skip ?? 0}`),
  )
}

export async function count(db: Queryable, listing: SystemGroupListing): Promise<number> {
  const [row] = await db.query<{ count: number }>(
    compose(sql`select count(*) as count from system_groups where ${conditions(listing)}`),
  )
  return row?.count ?? 0
}
