// Users as conditions by attributes see them: the hub's own fields under their names, what outside clients keep under its path.
import { type RawBuilder, sql } from 'kysely'
import {
  type AttributeComparison,
  type AttributeCondition,
  type AttributeField,
  type AttributeOrder,
  type AttributePlace,
  type AttributeSource,
  compileAttributeCondition,
  containing,
  jsonRows,
  orderedBy,
  type RowSource,
} from '../../platform/db/attribute-condition.ts'
import { compose } from '../../platform/db/compose.ts'
import type { Query } from '../../platform/db/database.ts'
import { uniqueMark, uniqueValueIs } from '../../platform/db/unique-value.ts'
import { emailKey, externalIdKey, userNameKey } from './further-attributes.rules.ts'
import { initialValue } from './stored-attributes.rules.ts'
import { isStoredField } from './user-fields.rules.ts'
import { columns } from './user.store.ts'

type Sql = RawBuilder<unknown>

const typedColumns: Readonly<Record<string, Sql>> = {
  id: sql`users.id`,
  username: sql`users.username`,
  // As a client sent it, where that is another one.
  userName: sql`coalesce(users.further #>> '{values,userName}', users.username)`,
  email: sql`users.email`,
  employeeIdentifier: sql`users.employee_id`,
  displayname: sql`users.display_name`,
  state: sql`users.state`,
  active: sql`(users.state <> 'SUSPENDED' and not coalesce((users.attributes ->> 'password_expired')::boolean, false))`,
  activated: sql`users.activated`,
  account_locked: sql`users.account_locked`,
  // Who names nobody is kept as words.
  manager: sql`coalesce(users.manager_id, users.further #>> '{values,manager}')`,
  unix_uid: sql`users.unix_uid`,
  unix_guid: sql`users.unix_gid`,
  created: sql`users.created`,
  updated: sql`users.updated`,
}

/** What is another thing for each client: the outside id, and whether somebody is active, for whose suspension is held. */
function columnOfClient([name, id = '', ...path]: readonly string[]): Sql | undefined {
  if (name === 'externalId') return sql`users.further #>> ${['externalIds', id]}::text[]`
  if (name === 'active') return sql`(${typedColumns['active']} and (users.further #> ${['held', id]}::text[]) is null)`
  // A custom field by its name, which an attribute may be mapped to.
  if (name === 'attributes' && path.length === 0)
    return sql`(select item ->> 'value' from jsonb_path_query(users.attributes -> 'attributes', '$[*]') as item
      where lower(item ->> 'name') = lower(${id}) limit 1)`
  // A value that nobody else has; an index answers who has it.
  return name === uniqueMark ? sql`users.further #>> ${['values', id, ...path]}::text[]` : undefined
}

function columnOf(field: AttributeField): Sql | undefined {
  if (typeof field !== 'string') return columnOfClient(field) ?? sql`users.further #>> ${['values', ...field]}::text[]`
  if (Object.hasOwn(typedColumns, field)) return typedColumns[field]
  if (!isStoredField(field)) return undefined
  const value = sql`users.attributes ->> ${sql.lit(field)}`
  // What is as for every new user is not kept.
  const initial = initialValue(field)
  return initial === undefined ? value : sql`coalesce(${value}, ${sql.lit(String(initial))})`
}

const groupFields: Readonly<Record<string, Sql>> = {
  value: sql`item.group_id`,
  display: sql`groups.name`,
  type: sql`case item.origin when 'nested' then 'indirect' else 'direct' end`,
}

/** The groups of a user; without those that the viewer took the user out of, or deleted, though that is held. */
function groupsFor(viewer: string): RowSource {
  return {
    holds: (condition) => sql`exists (select from group_members as item join groups on groups.id = item.group_id
      where item.user_id = users.id and not item.removing
        and ((groups.further -> 'held') is null or (groups.further -> 'held' ->> ${viewer}::text) is distinct from 'delete')
        and not exists (select from group_member_holds as kept where kept.group_id = item.group_id
          and kept.integration_id = ${viewer} and kept.member_id = item.user_id) and ${condition})`,
    field: (name) => (typeof name === 'string' && Object.hasOwn(groupFields, name) ? groupFields[name] : undefined),
    implied: ({ field, operator, value }) =>
      field === 'value' && operator === 'eq'
        ? sql`users.id in (select member.user_id from group_members as member
            where member.group_id = ${String(value)} and not member.removing)`
        : undefined,
  }
}

const ownLists: Readonly<Record<string, RowSource>> = {
  emails: {
    ...jsonRows(sql`coalesce(users.further #> '{values,emails}',
      jsonb_build_array(jsonb_build_object('value', users.email, 'type', 'work', 'primary', true)))`),
    implied: ({ field, operator, value }) =>
      field === 'value' && operator === 'eq'
        ? sql`(lower(users.email) = lower(${String(value)}::text) or users.further_keys ? ${emailKey(String(value))})`
        : undefined,
  },
  phoneNumbers: jsonRows(sql`coalesce(users.further #> '{values,phoneNumbers}',
    (select jsonb_agg(phone || jsonb_build_object('value', phone -> 'number'))
      from jsonb_path_query(users.attributes -> 'phoneNumbers', '$[*]') as phone))`),
  addresses: jsonRows(sql`coalesce(users.further #> '{values,addresses}', users.attributes -> 'addresses')`),
}

function rowsOf(field: AttributeField, viewer = ''): RowSource | undefined {
  if (typeof field !== 'string') return jsonRows(sql`users.further #> ${['values', ...field]}::text[]`)
  if (field === 'groups') return groupsFor(viewer)
  return Object.hasOwn(ownLists, field) ? ownLists[field] : undefined
}

const searched = new Set(['username', 'email', 'displayname', 'firstname', 'lastname'])

function impliedBy(comparison: AttributeComparison): Sql | undefined {
  const { field, operator, value } = comparison
  const text = String(value)
  if (typeof field !== 'string' && field[0] === uniqueMark)
    return uniqueValueIs('users.further', ['values', ...field.slice(1)], comparison)
  if (typeof field !== 'string')
    return field[0] === 'externalId' && operator === 'eq'
      ? sql`users.further_keys ? ${externalIdKey(field[1] ?? '', text)}`
      : undefined
  if (operator === 'eq' && field === 'userName')
    return sql`(lower(users.username) = lower(${text}::text) or users.further_keys ? ${userNameKey(text)})`
  if (operator === 'eq' && (field === 'username' || field === 'email'))
    return sql`lower(users.${sql.ref(field)}) = lower(${text}::text)`
  const isPart = operator === 'eq' || operator === 'co' || operator === 'sw' || operator === 'ew'
  return isPart && searched.has(field) ? containing(sql`users.search`, text) : undefined
}

function sourceFor(viewer: string | null | undefined): AttributeSource {
  return { column: columnOf, rows: (field) => rowsOf(field, viewer ?? ''), implied: impliedBy }
}

/** What a list of users by attributes asks for. */
export interface UserSearch {
  readonly where: AttributeCondition
  readonly sort?: Omit<AttributeOrder, 'expression'> & { readonly field: AttributeField }
  readonly limit: number
  readonly skip?: number
  readonly after?: AttributePlace
  /** The client that asks: whose deletion it asked for is not there for it, though that is held. Null: the hub itself, for which everybody is. */
  readonly viewer?: string | null
}

/** Who a client took for deleted is not there for clients. */
const present = sql`(users.further -> 'removedBy') is null`

function presentTo(viewer: string | null | undefined): Sql {
  if (viewer === null) return sql`true`
  if (viewer === undefined) return present
  return sql`${present} and ((users.further -> 'held') is null or (users.further -> 'held' ->> ${viewer}::text) is distinct from 'delete')`
}

function sortColumn(field: AttributeField): Sql {
  const single = typeof field === 'string' ? columnOf(field) : undefined
  if (single !== undefined) return single
  const path = typeof field === 'string' ? [field, 'value'] : field[0] === uniqueMark ? field.slice(1) : field
  // Of a list the primary element counts, or else the first.
  const [attribute = '', key = 'value'] = path.slice(-2)
  return sql`coalesce(users.further #>> ${['values', ...path]}::text[], (
    select item ->> ${key} from jsonb_path_query(users.further #> ${['values', attribute]}::text[], '$[*]') with ordinality as list(item, place)
    order by coalesce(item ->> 'primary' = 'true', false) desc, place limit 1))`
}

export function searchQuery(search: UserSearch): ReturnType<typeof compose> {
  const { sort } = search
  const by: AttributeOrder | undefined =
    sort === undefined ? undefined : { expression: sortColumn(sort.field), as: sort.as, descending: sort.descending }
  const { ordering, beyond, value } = orderedBy(sql`users.id`, by, search.after)
  const where = sql`${presentTo(search.viewer)} and ${compileAttributeCondition(search.where, sourceFor(search.viewer))} and ${beyond}`
  const shown = sql`select ${sql.raw(columns)}, users.attributes, ${value} as "sortValue" from users`
  const skip = search.skip ?? 0
  if (skip === 0) return compose(sql`${shown} where ${where} order by ${ordering} limit ${search.limit}`)
  // Skipped rows are read all the same; only their ids, because their attributes are most of what a row costs.
  return compose(sql`${shown} where users.id in (select users.id from users where ${where}
    order by ${ordering} limit ${search.limit} offset ${skip}) order by ${ordering}`)
}

/** How many users clients took for deleted, or the viewer did while that is held. */
export function absentCount(viewer: string | undefined): Query {
  return {
    name: 'users-absent-count',
    text: `select (select count(*) from users where (further -> 'removedBy') is not null)
      + (select count(*) from users where (further -> 'held') is not null and (further -> 'held' ->> $1) = 'delete'
          and (further -> 'removedBy') is null) as count`,
    values: [viewer ?? ''],
  }
}

/** Whether everybody is asked for, in the order of ids and from the front. */
export function isWhole({ where, sort, after }: Pick<UserSearch, 'where' | 'sort' | 'after'>): boolean {
  return 'all' in where && where.all.length === 0 && sort === undefined && after === undefined
}

/** Whether an index leaves few users to look at, or a page is found along the ids. */
export function isQuick({ where, sort }: Pick<UserSearch, 'where' | 'sort'>): boolean {
  return isNarrow(where) || isWhole({ where, ...(sort === undefined ? {} : { sort }) })
}

/** Whether one value is looked up by an index. */
export function isLookup(condition: AttributeCondition): boolean {
  if (!isNarrow(condition)) return false
  if ('operator' in condition) return condition.operator === 'eq'
  if (!('rows' in condition)) return false
  const parts = 'all' in condition.where ? condition.where.all : [condition.where]
  return parts.every((part) => 'operator' in part && part.operator === 'eq')
}

function isNarrow(condition: AttributeCondition): boolean {
  if ('all' in condition) return condition.all.some(isNarrow)
  if ('any' in condition) return condition.any.length > 0 && condition.any.every(isNarrow)
  if ('not' in condition) return false
  if ('rows' in condition) {
    const implied = rowsOf(condition.rows)?.implied
    const { where } = condition
    const parts = 'all' in where ? where.all : [where]
    return implied !== undefined && parts.some((part) => 'operator' in part && implied(part) !== undefined)
  }
  return (condition.field === 'id' && condition.operator === 'eq') || impliedBy(condition) !== undefined
}

export function searchCount(where: AttributeCondition, viewer?: string | null): ReturnType<typeof compose> {
  return compose(
    sql`select count(*) as count from users where ${presentTo(viewer)} and ${compileAttributeCondition(where, sourceFor(viewer))}`,
  )
}

/** How many users who are not suspended each integration owns; those without are left out. */
export function ownedCounts(integrationIds: readonly string[]): Query {
  return {
    name: 'users-owned-counts',
    text: `select further ->> 'madeBy' as id, count(*) as count from users
      where further is not null and (further ->> 'madeBy') = any($1) and state <> 'SUSPENDED'
      group by further ->> 'madeBy' limit $2`,
    values: [integrationIds, integrationIds.length],
  }
}

/** The users that an integration owns, after one. */
export function ownedQuery(page: {
  readonly integrationId: string
  readonly afterId: string
  readonly limit: number
}): Query {
  return {
    name: 'users-owned',
    text: `select ${columns}, users.attributes from users
      where further is not null and (further ->> 'madeBy') = $1 and id > $2 order by id limit $3`,
    values: [page.integrationId, page.afterId, page.limit],
  }
}

/** Users of a name or address, or whom an integration knows under an id, each at most once. */
export function namedQuery(names: {
  readonly usernames: readonly string[]
  readonly emails: readonly string[]
  readonly keys: readonly string[]
  readonly ids?: readonly string[]
}): Query {
  const some = 'users.id in (select id from users where'
  return {
    name: 'users-named',
    text: `select ${columns}, users.attributes from users
      where ${some} lower(username) = any($1)) or ${some} lower(email) = any($2))
        or ${some} further_keys ?| $3 and further_keys is not null) or users.id = any($4) order by id limit 20`,
    values: [
      names.usernames.map((name) => name.toLowerCase()),
      names.emails.map((one) => one.toLowerCase()),
      names.keys,
      names.ids ?? [],
    ],
  }
}

/** Somebody of this name or address whom a client took for deleted, or the viewer did while that is held. */
export function removedQuery(
  { username, email }: { readonly username: string; readonly email: string },
  viewer: string,
): Query {
  return {
    name: 'users-find-removed',
    text: `select ${columns}, users.attributes from users
      where (lower(users.username) = lower($1) or lower(users.email) = lower($2))
        and ((users.further -> 'removedBy') is not null or (users.further -> 'held' ->> $3) = 'delete')
      order by lower(users.username) = lower($1) desc, users.id limit 1`,
    values: [username, email, viewer],
  }
}
