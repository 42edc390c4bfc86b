// Groups as conditions by attributes see them, and what is shown beside groups and users: members, memberships, versions.
import { type RawBuilder, sql } from 'kysely'
import {
  type AttributeComparison,
  type AttributeCondition,
  type AttributeField,
  type AttributeOrder,
  type AttributePlace,
  type AttributeSource,
  compileAttributeCondition,
  jsonRows,
  orderedBy,
  type RowSource,
} from '../../platform/db/attribute-condition.ts'
import { compose } from '../../platform/db/compose.ts'
import type { Query, Queryable } from '../../platform/db/database.ts'
import { uniqueMark, uniqueValueIs } from '../../platform/db/unique-value.ts'
import { externalIdKey } from '../users/further-attributes.rules.ts'
import type { Group } from './group.rules.ts'
import { columns } from './group.store.ts'

type Sql = RawBuilder<unknown>

/** The last change of a group since it was made, which may be one of its members. */
const changes = sql`from journal where journal.subject_id = groups.id and journal.subject_kind = 'group'
  and journal.action <> 'group.create' order by seq desc limit 1`

const typedColumns: Readonly<Record<string, Sql>> = {
  id: sql`groups.id`,
  name: sql`groups.name`,
  description: sql`groups.description`,
  email: sql`groups.email`,
  membershipMethod: sql`groups.membership_method`,
  created: sql`groups.created`,
  // In the milliseconds that are shown: what is asked for as later than that is later.
  updated: sql`greatest(groups.updated, date_trunc('milliseconds', (select at ${changes})))`,
}

function columnOf(field: AttributeField): Sql | undefined {
  if (typeof field === 'string') return Object.hasOwn(typedColumns, field) ? typedColumns[field] : undefined
  if (field[0] === uniqueMark) return sql`groups.further #>> ${['values', ...field.slice(1)]}::text[]`
  return field[0] === 'externalId'
    ? sql`groups.further #>> ${['externalIds', field[1] ?? '']}::text[]`
    : sql`groups.further #>> ${['values', ...field]}::text[]`
}

const displayOfUser = `coalesce(nullif(users.display_name, ''), users.username)`

const memberFields: Readonly<Record<string, Sql>> = {
  value: sql`item.value`,
  type: sql`item.type`,
  display: sql`item.display`,
}

/** Users who are members by themselves, and groups; without those whom the viewer took out or deleted, though that is held. */
function membersFor(viewer: string): RowSource {
  const isShown = (id: Sql): Sql => sql`not exists (select from group_member_holds as kept
    where kept.group_id = groups.id and kept.integration_id = ${viewer} and kept.member_id = ${id})`
  return {
    holds: (condition) => sql`exists (select from (
        select member.user_id as value, 'User'::text as type, ${sql.raw(displayOfUser)} as display
        from group_members as member join users on users.id = member.user_id
        where member.group_id = groups.id and not member.removing and member.origin <> 'nested'
          and (users.further -> 'removedBy') is null
          and (users.further -> 'held' ->> ${viewer}::text) is distinct from 'delete' and ${isShown(sql`member.user_id`)}
        union all
        select nesting.member_group_id, 'Group', inside.name
        from group_nestings as nesting join groups as inside on inside.id = nesting.member_group_id
        where nesting.group_id = groups.id
          and (inside.further -> 'held' ->> ${viewer}::text) is distinct from 'delete' and ${isShown(sql`nesting.member_group_id`)}
      ) as item where ${condition})`,
    field: (name) => (typeof name === 'string' && Object.hasOwn(memberFields, name) ? memberFields[name] : undefined),
    implied: ({ field, operator, value }) =>
      field === 'value' && operator === 'eq'
        ? sql`groups.id in (select member.group_id from group_members as member
              where member.user_id = ${String(value)} and not member.removing and member.origin <> 'nested'
            union all select nesting.group_id from group_nestings as nesting where nesting.member_group_id = ${String(value)})`
        : undefined,
  }
}

function impliedBy(comparison: AttributeComparison): Sql | undefined {
  const { field, operator, value } = comparison
  if (typeof field !== 'string' && field[0] === uniqueMark)
    return uniqueValueIs('groups.further', ['values', ...field.slice(1)], comparison)
  if (operator !== 'eq') return undefined
  if (field === 'name') return sql`lower(groups.name) = lower(${String(value)}::text)`
  return typeof field !== 'string' && field[0] === 'externalId'
    ? sql`(groups.further -> 'keys') ? ${externalIdKey(field[1] ?? '', String(value))} and groups.further is not null`
    : undefined
}

function sourceFor(viewer: string): AttributeSource {
  const members = membersFor(viewer)
  return {
    column: columnOf,
    rows: (field) =>
      typeof field === 'string'
        ? field === 'members'
          ? members
          : undefined
        : jsonRows(sql`groups.further #> ${['values', ...field]}::text[]`),
    implied: impliedBy,
  }
}

/** Without the groups whose deletion by the viewer is held. */
function presentTo(viewer: string): Sql {
  return sql`((groups.further -> 'held') is null or (groups.further -> 'held' ->> ${viewer}::text) is distinct from 'delete')`
}

/** What a list of groups by attributes asks for. */
export interface GroupSearch {
  readonly where: AttributeCondition
  readonly sort?: Omit<AttributeOrder, 'expression'> & { readonly field: AttributeField }
  readonly limit: number
  readonly skip?: number
  readonly after?: AttributePlace
  /** The integration that asks: what it took away, though that is held, is not there for it. */
  readonly viewer: string
}

/** A group with its last change, that of its members included, and the value that the list is sorted by. */
export interface FoundGroup extends Group {
  /** The journal's number of the last change since it was made; 0 for none. */
  readonly lastChange: number
  readonly lastChanged: Date | null
  readonly sortValue: string | null
  /** Memberships that somebody ended are held. */
  readonly hasHeld: boolean
}

const lastChange = sql`left join lateral (select seq, at ${changes}) as last on true`
const lastChangeQuery = compose(
  sql`select coalesce(last.seq, 0) as seq from groups ${lastChange} where groups.id = ${''}`,
)
const shown = sql`${sql.raw(columns)}, coalesce(last.seq, 0) as "lastChange", last.at as "lastChanged",
  exists (select from group_member_holds as kept where kept.group_id = groups.id) as "hasHeld"`

export function searchQuery(search: GroupSearch): Query {
  const { sort } = search
  const expression = sort === undefined ? undefined : (columnOf(sort.field) ?? sql`null::text`)
  const by = sort && expression ? { expression, as: sort.as, descending: sort.descending } : undefined
  const { ordering, beyond, value } = orderedBy(sql`groups.id`, by, search.after)
  return compose(sql`select ${shown}, ${value} as "sortValue" from groups ${lastChange}
    where ${presentTo(search.viewer)} and ${compileAttributeCondition(search.where, sourceFor(search.viewer))} and ${beyond}
    order by ${ordering} limit ${search.limit} offset ${search.skip ?? 0}`)
}

export function searchCount(where: AttributeCondition, viewer: string): Query {
  return compose(sql`select count(*) as count from groups
    where ${presentTo(viewer)} and ${compileAttributeCondition(where, sourceFor(viewer))}`)
}

/** A group's last change as a transaction sees it that has locked the group. */
export async function lastChangeOf(db: Queryable, groupId: string): Promise<number> {
  const { text } = lastChangeQuery
  const [row] = await db.query<{ seq: number }>({ name: 'groups-last-change', text, values: [groupId] })
  return row?.seq ?? 0
}

const findQuery = compose(sql`select ${shown}, null as "sortValue" from groups ${lastChange}
  where groups.id = any(${[]}) limit ${1}`)

export async function findAll(db: Queryable, ids: readonly string[]): Promise<readonly FoundGroup[]> {
  return db.query<FoundGroup>({
    name: 'groups-find-with-version',
    text: findQuery.text,
    values: [ids, ids.length],
  })
}

export interface ShownMember {
  readonly groupId: string
  readonly memberId: string
  readonly display: string
}

const isKept = (memberId: string, viewer: string): string => `exists (select from group_member_holds as kept
  where kept.group_id = member.group_id and kept.integration_id = ${viewer} and kept.member_id = ${memberId})`

/** The users who are members of some groups by themselves, by group and user, after a member. */
export async function listMembersOf(
  db: Queryable,
  page: {
    readonly groupIds: readonly string[]
    readonly after: readonly [string, string]
    readonly limit: number
    readonly viewer: string
  },
): Promise<readonly ShownMember[]> {
  return db.query<ShownMember>({
    name: 'members-of-groups',
    text: `select distinct member.group_id as "groupId", member.user_id as "memberId", ${displayOfUser} as display
      from group_members as member join users on users.id = member.user_id
      where member.group_id = any($1) and not member.removing and member.origin <> 'nested'
        and (users.further -> 'removedBy') is null and (users.further -> 'held' ->> $5) is distinct from 'delete'
        and not ${isKept('member.user_id', '$5')} and (member.group_id, member.user_id) > ($2, $3)
      order by member.group_id, member.user_id limit $4`,
    values: [page.groupIds, ...page.after, page.limit, page.viewer],
  })
}

/** The groups in some groups, by group and member. */
export async function listGroupsIn(
  db: Queryable,
  {
    groupIds,
    viewer,
    limit,
  }: { readonly groupIds: readonly string[]; readonly viewer: string; readonly limit: number },
): Promise<readonly ShownMember[]> {
  return db.query<ShownMember>({
    name: 'groups-in-groups',
    text: `select member.group_id as "groupId", member.member_group_id as "memberId", groups.name as display
      from group_nestings as member join groups on groups.id = member.member_group_id
      where member.group_id = any($1) and not ${isKept('member.member_group_id', '$2')}
        and (groups.further -> 'held' ->> $2) is distinct from 'delete'
      order by member.group_id, member.member_group_id limit $3`,
    values: [groupIds, viewer, limit],
  })
}

export interface ShownMembership {
  readonly userId: string
  readonly groupId: string
  readonly display: string
  readonly isDirect: boolean
}

/** The groups of some users. */
export async function listGroupsOf(
  db: Queryable,
  { userIds, viewer, limit }: { readonly userIds: readonly string[]; readonly viewer: string; readonly limit: number },
): Promise<readonly ShownMembership[]> {
  return db.query<ShownMembership>({
    name: 'groups-of-users',
    text: `select member.user_id as "userId", groups.id as "groupId", groups.name as display,
        bool_or(member.origin <> 'nested') as "isDirect"
      from group_members as member join groups on groups.id = member.group_id
      where member.user_id = any($1) and not member.removing and not ${isKept('member.user_id', '$3')}
        and (groups.further -> 'held' ->> $3) is distinct from 'delete'
      group by member.user_id, groups.id order by member.user_id, groups.id limit $2`,
    values: [userIds, limit, viewer],
  })
}

/** How many groups an integration owns, and how many memberships of users are in them. */
export async function countOwned(
  db: Queryable,
  integrationId: string,
): Promise<{ readonly groups: number; readonly memberships: number }> {
  const [row] = await db.query<{ groups: number; memberships: number }>({
    name: 'groups-owned-count',
    text: `with owned as (select id from groups where further is not null and (further ->> 'madeBy') = $1)
      select (select count(*) from owned) as groups,
        (select count(*) from group_members as member join owned on owned.id = member.group_id
          where member.origin <> 'nested' and not member.removing) as memberships`,
    values: [integrationId],
  })
  return row ?? { groups: 0, memberships: 0 }
}
