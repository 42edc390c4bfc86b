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
import { externalIdKey } from '../users/further-attributes.rules.ts'
import type { Group } from './group.rules.ts'
import { columns } from './group.store.ts'

type Sql = RawBuilder<unknown>

const typedColumns: Readonly<Record<string, Sql>> = {
  id: sql`groups.id`,
  name: sql`groups.name`,
  description: sql`groups.description`,
  email: sql`groups.email`,
  membershipMethod: sql`groups.membership_method`,
  created: sql`groups.created`,
  updated: sql`groups.updated`,
}

function columnOf(field: AttributeField): Sql | undefined {
  if (typeof field === 'string') return Object.hasOwn(typedColumns, field) ? typedColumns[field] : undefined
  return field[0] === 'externalId'
    ? sql`groups.further #>> ${['externalIds', field[1] ?? '']}::text[]`
    : sql`groups.further #>> ${['values', ...field]}::text[]`
}

const members: RowSource = {
  holds: (condition) => sql`exists (select from group_members as item join users on users.id = item.user_id
    where item.group_id = groups.id and not item.removing and ${condition})`,
  field: (name) =>
    name === 'display' ? sql`users.display_name` : name === 'type' ? sql`'User'::text` : sql`item.user_id`,
  implied: ({ field, operator, value }) =>
    field === 'value' && operator === 'eq'
      ? sql`groups.id in (select member.group_id from group_members as member
          where member.user_id = ${String(value)} and not member.removing)`
      : undefined,
}

function impliedBy({ field, operator, value }: AttributeComparison): Sql | undefined {
  if (operator !== 'eq') return undefined
  if (field === 'name') return sql`lower(groups.name) = lower(${String(value)}::text)`
  return typeof field !== 'string' && field[0] === 'externalId'
    ? sql`(groups.further -> 'keys') ? ${externalIdKey(field[1] ?? '', String(value))} and groups.further is not null`
    : undefined
}

const source: AttributeSource = {
  column: columnOf,
  rows: (field) =>
    typeof field === 'string'
      ? field === 'members'
        ? members
        : undefined
      : jsonRows(sql`groups.further #> ${['values', ...field]}::text[]`),
  implied: impliedBy,
}

/** What a list of groups by attributes asks for. */
export interface GroupSearch {
  readonly where: AttributeCondition
  readonly sort?: Omit<AttributeOrder, 'expression'> & { readonly field: AttributeField }
  readonly limit: number
  readonly skip?: number
  readonly after?: AttributePlace
}

/** A group with its last change, that of its members included, and the value that the list is sorted by. */
export interface FoundGroup extends Group {
  /** The journal's number of the last change since it was made; 0 for none. */
  readonly lastChange: number
  readonly lastChanged: Date | null
  readonly sortValue: string | null
}

const lastChange = sql`left join lateral (select seq, at from journal
  where journal.subject_id = groups.id and journal.subject_kind = 'group' and journal.action <> 'group.create'
  order by seq desc limit 1) as last on true`
const shown = sql`${sql.raw(columns)}, coalesce(last.seq, 0) as "lastChange", last.at as "lastChanged"`

export function searchQuery(search: GroupSearch): Query {
  const { sort } = search
  const expression = sort === undefined ? undefined : (columnOf(sort.field) ?? sql`null::text`)
  const by = sort && expression ? { expression, as: sort.as, descending: sort.descending } : undefined
  const { ordering, beyond, value } = orderedBy(sql`groups.id`, by, search.after)
  return compose(sql`select ${shown}, ${value} as "sortValue" from groups ${lastChange}
    where ${compileAttributeCondition(search.where, source)} and ${beyond}
    order by ${ordering} limit ${search.limit} offset ${search.skip ?? 0}`)
}

export function searchCount(where: AttributeCondition): Query {
  return compose(sql`select count(*) as count from groups where ${compileAttributeCondition(where, source)}`)
}

const findQuery = compose(sql`select ${shown}, null as "sortValue" from groups ${lastChange} where groups.id = ${''}`)

export async function find(db: Queryable, id: string): Promise<FoundGroup | undefined> {
  const [row] = await db.query<FoundGroup>({ name: 'groups-find-with-version', text: findQuery.text, values: [id] })
  return row
}

export interface ShownMember {
  readonly groupId: string
  readonly userId: string
  readonly display: string
}

/** The members of some groups by group and user, after a member. */
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
    text: `select distinct member.group_id as "groupId", member.user_id as "userId",
        coalesce(nullif(users.display_name, ''), users.username) as display
      from group_members as member join users on users.id = member.user_id
      where member.group_id = any($1) and not member.removing and (users.further -> 'removedBy') is null
        and (users.further -> 'held' ->> $5) is distinct from 'delete' and (member.group_id, member.user_id) > ($2, $3)
      order by member.group_id, member.user_id limit $4`,
    values: [page.groupIds, ...page.after, page.limit, page.viewer],
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
  userIds: readonly string[],
  limit: number,
): Promise<readonly ShownMembership[]> {
  return db.query<ShownMembership>({
    name: 'groups-of-users',
    text: `select member.user_id as "userId", groups.id as "groupId", groups.name as display,
        bool_or(member.origin <> 'nested') as "isDirect"
      from group_members as member join groups on groups.id = member.group_id
      where member.user_id = any($1) and not member.removing
      group by member.user_id, groups.id order by member.user_id, groups.id limit $2`,
    values: [userIds, limit],
  })
}
