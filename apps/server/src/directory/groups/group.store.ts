import { sql } from 'kysely'
import { compileCondition, compose, type Condition, type FieldColumn, likePattern } from '../../platform/db/compose.ts'
import type { Queryable } from '../../platform/db/database.ts'
import { insertJournalFrom, type JournalInput } from '../journal/journal.rules.ts'
import type { Group } from './group.rules.ts'

export const columns = `groups.id, groups.name, groups.description, groups.email, groups.membership_method as "membershipMethod",
  groups.member_query as "memberQuery", groups.member_query_exemptions as "memberQueryExemptions",
  groups.suggestions_notify as "memberSuggestionsNotify", groups.rule_revision as "ruleRevision", groups.attributes, groups.further,
  groups.home_directory_id as "homeDirectoryId", groups.outside, groups.revision, groups.created,
  groups.updated`

const inputColumns = `id text, name text, description text, email text, membership_method text, member_query jsonb,
  member_query_exemptions text[], suggestions_notify boolean, rule_revision bigint, attributes jsonb, further jsonb, home_directory_id text,
  outside boolean, revision bigint, base_revision bigint, created timestamptz, updated timestamptz,
  journal jsonb`

export interface GroupWrite {
  readonly group: Group
  readonly journal: JournalInput
  readonly baseRevision?: number
}

function toInput({ group, journal, baseRevision }: GroupWrite): object {
  return {
    id: group.id,
    name: group.name,
    description: group.description,
    email: group.email,
    membership_method: group.membershipMethod,
    member_query: group.memberQuery,
    member_query_exemptions: group.memberQueryExemptions,
    suggestions_notify: group.memberSuggestionsNotify,
    rule_revision: group.ruleRevision,
    attributes: group.attributes,
    further: group.further ?? null,
    home_directory_id: group.homeDirectoryId,
    outside: group.outside,
    revision: group.revision,
    base_revision: baseRevision,
    created: group.created,
    updated: group.updated,
    journal,
  }
}

/** Inserts groups with their journal rows; those whose name is taken are left out of the answer. */
export async function insertMany(db: Queryable, writes: readonly GroupWrite[]): Promise<ReadonlySet<string>> {
  const rows = await db.query<{ id: string }>({
    name: 'groups-insert',
    text: `with input as materialized (select * from json_to_recordset($1::json) as input(${inputColumns})),
      made as (
        insert into groups (id, name, description, email, membership_method, member_query, member_query_exemptions,
          suggestions_notify, rule_revision, attributes, further, home_directory_id, outside, created, updated)
        select id, name, description, email, membership_method, member_query, member_query_exemptions, suggestions_notify,
          rule_revision, attributes, further, home_directory_id, outside, created, updated
        from input
        on conflict do nothing
        returning id
      ),
      made_input as (select input.journal from input join made using (id)),
      noted as (${insertJournalFrom('made_input')})
      select id from made`,
    values: [JSON.stringify(writes.map(toInput))],
  })
  return new Set(rows.map((row) => row.id))
}

/** Updates groups whose revision is still the one the change was decided on; answers the ids that were changed. */
export async function updateMany(db: Queryable, writes: readonly GroupWrite[]): Promise<ReadonlySet<string>> {
  const rows = await db.query<{ id: string }>({
    name: 'groups-update',
    text: `with input as materialized (select * from json_to_recordset($1::json) as input(${inputColumns})),
      changed as (
        update groups set name = input.name, description = input.description, email = input.email,
          membership_method = input.membership_method, further = input.further, member_query = input.member_query,
          member_query_exemptions = input.member_query_exemptions, suggestions_notify = input.suggestions_notify,
          rule_revision = input.rule_revision, attributes = input.attributes,
          home_directory_id = input.home_directory_id, outside = input.outside, revision = input.revision,
          updated = input.updated
        from input
        where groups.id = input.id and groups.revision = input.base_revision
        returning groups.id
      ),
      changed_input as (select input.journal from input join changed using (id)),
      noted as (${insertJournalFrom('changed_input')})
      select id from changed`,
    values: [JSON.stringify(writes.map(toInput))],
  })
  return new Set(rows.map((row) => row.id))
}

/** False when somebody else has removed it. */
export async function remove(db: Queryable, id: string): Promise<boolean> {
  return (await db.execute({ name: 'groups-remove', text: 'delete from groups where id = $1', values: [id] })) > 0
}

export async function findMany(db: Queryable, ids: readonly string[]): Promise<readonly Group[]> {
  if (ids.length === 0) return []
  return db.query<Group>({
    name: 'groups-find-many',
    text: `select ${columns} from groups where id = any($1) order by id limit $2`,
    values: [ids, ids.length],
  })
}

export async function lock(db: Queryable, id: string): Promise<Group | undefined> {
  const rows = await db.query<Group>({
    name: 'groups-lock',
    text: `select ${columns} from groups where id = $1 for no key update`,
    values: [id],
  })
  return rows[0]
}

/** Locks groups in the order of their ids. */
export async function lockMany(db: Queryable, ids: readonly string[]): Promise<readonly Group[]> {
  return db.query<Group>({
    name: 'groups-lock-many',
    text: `select ${columns} from groups where id = any($1) order by id limit $2 for no key update`,
    values: [ids, ids.length],
  })
}

export async function findByNames(db: Queryable, lowerNames: readonly string[]): Promise<readonly Group[]> {
  return db.query<Group>({
    name: 'groups-find-by-names',
    text: `select ${columns} from groups where lower(name) = any($1) order by id limit $2`,
    values: [lowerNames, lowerNames.length],
  })
}

/**
 * The group that a directory was asked to make under a name and that is not known to be made. Account names of groups have none of the
 * characters that are replaced (MS-SAMR 3.1.1.6), nor dots and spaces at the end.
 */
export async function findAskedFor(
  db: Queryable,
  key: { readonly directoryId: string; readonly name: string },
): Promise<readonly Group[]> {
  return db.query<Group>({
    name: 'groups-find-asked-for',
    text: `select ${columns} from group_accounts as asked join groups on groups.id = asked.group_id
      where asked.directory_id = $1 and asked.asked_name is not null and asked.external_id is null
        and lower($2) in (lower(asked.asked_name),
          lower(regexp_replace(translate(asked.asked_name, '"/\\[]:;|=,+*?<>', '________________'), '[. ]+$', '')))
      order by asked.creating_since, asked.group_id limit 1`,
    values: [key.directoryId, key.name],
  })
}

interface InDirectory {
  readonly groupId: string
  readonly directoryId: string
}

/** Whether a change of the hub's own group waits to be written to the directory. */
export async function isAwaitedBy(db: Queryable, { groupId, directoryId }: InDirectory): Promise<boolean> {
  const rows = await db.query({
    name: 'groups-is-awaited-by',
    text: `select from group_accounts where group_id = $1 and directory_id = $2 and made_by = 'hub'
      and external_id is not null and desired_revision > applied_revision`,
    values: [groupId, directoryId],
  })
  return rows.length > 0
}

/** The last change of a group came from the directory, which therefore has it. */
export async function noteInStep(db: Queryable, { groupId, directoryId }: InDirectory): Promise<void> {
  await db.execute({
    name: 'groups-note-in-step',
    text: `update group_accounts set applied_revision = desired_revision
      where group_id = $1 and directory_id = $2 and made_by = 'hub' and external_id is not null
        and desired_revision = applied_revision + 1`,
    values: [groupId, directoryId],
  })
}

export interface GroupListing {
  readonly condition?: Condition
  readonly search?: string
  readonly inDirectoryId?: string
  readonly ofUserId?: string
  readonly sort: readonly { readonly field: string; readonly descending: boolean }[]
  readonly limit: number
  readonly skip?: number
  readonly after?: { readonly value: string; readonly id: string }
}

function suggested(what: ReturnType<typeof sql>): ReturnType<typeof sql> {
  return sql`(select count(*) from group_suggestions as suggestion where suggestion.group_id = groups.id
    and suggestion.op ${what})`
}

const columnsByField: Readonly<Record<string, FieldColumn>> = {
  id: { expression: sql`groups.id`, type: 'text' },
  _id: { expression: sql`groups.id`, type: 'text' },
  name: { expression: sql`groups.name`, type: 'text' },
  description: { expression: sql`groups.description`, type: 'text' },
  email: { expression: sql`groups.email`, type: 'text' },
  type: { expression: sql`'user_group'`, type: 'text' },
  disabled: { expression: sql`false`, type: 'boolean' },
  membershipMethod: { expression: sql`groups.membership_method`, type: 'text' },
  memberSuggestionsNotify: { expression: sql`groups.suggestions_notify`, type: 'boolean' },
  // Nothing that is stored can be wrong in the ways that these flags tell.
  memberQueryErrorFlags: { expression: sql`''`, type: 'text' },
  'suggestionCounts.add': { expression: suggested(sql`= 'add'`), type: 'integer' },
  'suggestionCounts.remove': { expression: suggested(sql`= 'remove'`), type: 'integer' },
  'suggestionCounts.total': { expression: suggested(sql`is not null`), type: 'integer' },
  created: { expression: sql`groups.created`, type: 'timestamp' },
}

/** The column of a group's field by its wire name. */
export function columnOf(field: string): FieldColumn | undefined {
  if (Object.hasOwn(columnsByField, field)) return columnsByField[field]
  const path = field.split('.')
  return path[0] === 'attributes' && path.length > 1
    ? { expression: sql`groups.attributes #>> ${path.slice(1)}::text[]`, type: 'text' }
    : undefined
}

function conditions(listing: GroupListing): ReturnType<typeof sql> {
  const parts = [sql`true`]
  if (listing.condition) parts.push(sql`${compileCondition(listing.condition, columnOf)}`)
  if (listing.search)
    parts.push(sql`lower(groups.name || ' ' || groups.description) like ${likePattern(listing.search.toLowerCase())}`)
  if (listing.inDirectoryId)
    parts.push(sql`exists (select from group_accounts where group_accounts.group_id = groups.id
      and group_accounts.directory_id = ${listing.inDirectoryId})`)
  if (listing.ofUserId)
    parts.push(sql`exists (select from group_members where group_members.group_id = groups.id
      and group_members.user_id = ${listing.ofUserId} and not group_members.removing)`)
  return sql`${sql.join(parts, sql` and `)}`
}

export function listQuery(listing: GroupListing): ReturnType<typeof compose> {
  const keys = listing.sort.map(({ field, descending }) => {
    const column = columnOf(field)
    if (column === undefined) throw new RangeError(`no column for ${field}`)
    return { expression: column.expression, descending }
  })
  const last = keys.at(-1)?.descending ?? false
  const ordering = [
    ...keys.map(({ expression, descending }) => sql`${expression} ${descending ? sql`desc` : sql`asc`}`),
    sql`groups.id ${last ? sql`desc` : sql`asc`}`,
  ]
  const key = keys[0]
  const after = listing.after
    ? key
      ? sql`and (${key.expression}, groups.id) ${last ? sql`<` : sql`>`} (${listing.after.value}, ${listing.after.id})`
      : sql`and groups.id > ${listing.after.id}`
    : sql``
  return compose(sql`select ${sql.raw(columns)} from groups where ${conditions(listing)} ${after}
    order by ${sql.join(ordering)} limit ${listing.limit} offset ${listing.skip ?? 0}`)
}

export function countQuery(listing: GroupListing): ReturnType<typeof compose> {
  return compose(sql`select count(*) as count from groups where ${conditions(listing)}`)
}
