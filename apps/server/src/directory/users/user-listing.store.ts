import { sql, type RawBuilder } from 'kysely'
import type { UserState } from '@lockstep/contract/hub/user'
import { compose, type Condition, likePattern } from '../../platform/db/compose.ts'
import type { Queryable } from '../../platform/db/database.ts'
import { columnOf, compileUserCondition, leastSearched, unindexedFields } from './user-condition.store.ts'
import type { User } from './user.rules.ts'
import { columns } from './user.store.ts'

/** A place between two users of a list: after the one with this sort value and id, or at it. */
export interface ListingPlace {
  readonly value: string
  readonly id: string
  readonly isAt?: boolean
}

/** What a list asks for. `after` is where it begins, and `skip` counts from there. */
export interface UserListing {
  readonly condition?: Condition
  readonly search?: string
  readonly state?: UserState
  readonly inDirectoryId?: string
  readonly inGroupId?: string
  readonly sort: readonly { readonly field: string; readonly descending: boolean }[]
  readonly limit: number
  readonly skip?: number
  /** `skip` is a number in the list as it is now, also for somebody who reads on. */
  readonly isCounted?: boolean
  readonly after?: ListingPlace
}

type Sql = RawBuilder<unknown>

interface SortKey {
  readonly expression: Sql
  /** No two users have the same, so nothing needs to be sorted by beyond it. */
  readonly isUnique: boolean
  /** The place's value as the expression has it. */
  readonly at: (place: ListingPlace) => Sql
}

const byId: SortKey = { expression: sql`users.id`, isUnique: true, at: ({ id }) => sql`${id}` }
const byName = (expression: Sql): SortKey => ({
  expression,
  isUnique: true,
  at: ({ value }) => sql`lower(${value}::text)`,
})
const uniqueKeys: Readonly<Record<string, SortKey>> = {
  _id: byId,
  id: byId,
  // Ids begin with the second of creation, and count on within a process.
  created: byId,
  username: byName(sql`lower(users.username)`),
  email: byName(sql`lower(users.email)`),
}
const indexedSorts = [...Object.keys(uniqueKeys), 'displayname', 'displayName']
const placeable = new Set([...indexedSorts, 'state'])

function keyOf(field: string): SortKey {
  const unique = Object.hasOwn(uniqueKeys, field) ? uniqueKeys[field] : undefined
  if (unique !== undefined) return unique
  const column = columnOf(field)
  if (column === undefined) throw new RangeError(`no column for ${field}`)
  return { expression: column.expression, isUnique: false, at: ({ value }) => sql`${value}` }
}

/** What a list looks at every user for, because no index answers it. */
export interface Slow {
  readonly parameter: 'sort' | 'filter'
  readonly field: string
}

/** The first field of a list for which every user is looked at; a list without one is never slow. */
export function slowPartOf({ sort, condition, search = '', inGroupId, inDirectoryId }: UserListing): Slow | undefined {
  const [order, then] = sort
  if (order !== undefined && !indexedSorts.includes(order.field)) return { parameter: 'sort', field: order.field }
  // Behind a unique field nothing decides; behind a name that many have, the second one sorts these.
  if (
    order !== undefined &&
    uniqueKeys[order.field] === undefined &&
    then !== undefined &&
    uniqueKeys[then.field] !== byId
  )
    return { parameter: 'sort', field: then.field }
  const isNarrow = inGroupId !== undefined || inDirectoryId !== undefined || search.trim().length >= leastSearched
  const [field] = isNarrow || condition === undefined ? [] : unindexedFields(condition)
  return field === undefined ? undefined : { parameter: 'filter', field }
}

/** The place behind or at a row of a list, when lists of this order can begin at places. */
export function placeOf(listing: Pick<UserListing, 'sort'>, row: User): ListingPlace | undefined {
  const [key, ...more] = listing.sort
  if (key === undefined) return { value: '', id: row.id }
  if (more.length > 0 || !placeable.has(key.field)) return undefined
  if (key.field === 'username' || key.field === 'email') return { value: row[key.field], id: row.id }
  if (key.field === 'displayname' || key.field === 'displayName') return { value: row.displayname, id: row.id }
  return { value: key.field === 'state' ? row.state : '', id: row.id }
}

function conditions(listing: UserListing): Sql {
  const parts: Sql[] = []
  if (listing.condition) parts.push(compileUserCondition(listing.condition))
  for (const word of (listing.search ?? '').toLowerCase().split(/\s+/).filter(Boolean).slice(0, 10))
    parts.push(sql`users.search like ${likePattern(word)}`)
  if (listing.state) parts.push(compileUserCondition({ field: 'state', operator: 'eq', values: [listing.state] }))
  if (listing.inDirectoryId)
    parts.push(sql`(users.home_directory_id = ${listing.inDirectoryId} or exists (
      select from accounts where accounts.user_id = users.id and accounts.directory_id = ${listing.inDirectoryId}))`)
  if (listing.inGroupId)
    parts.push(sql`exists (select from group_members as member where member.user_id = users.id
      and member.group_id = ${listing.inGroupId} and not member.removing)`)
  return parts.length === 0 ? sql`true` : sql.join(parts, sql` and `)
}

/** The order of a list as far as it decides: what stands behind a unique key does not. */
function orderOf(listing: UserListing): readonly { readonly key: SortKey; readonly descending: boolean }[] {
  const order: { key: SortKey; descending: boolean }[] = []
  for (const { field, descending } of listing.sort) {
    const key = keyOf(field)
    order.push({ key, descending })
    if (key.isUnique) return order
  }
  return [...order, { key: byId, descending: order.at(-1)?.descending ?? false }]
}

export function listQuery(listing: UserListing): ReturnType<typeof compose> {
  const order = orderOf(listing)
  const ordering = sql.join(
    order.map(({ key, descending }) => sql`${key.expression} ${descending ? sql`desc` : sql`asc`}`),
  )
  const chosen = sql`from users where ${conditions(listing)} ${beyond(listing.after, order)}
    order by ${ordering} limit ${listing.limit} offset ${listing.skip ?? 0}`
  const shown = sql`select ${sql.raw(columns)}, users.attributes`
  if (listing.skip === undefined || listing.skip === 0) return compose(sql`${shown} ${chosen}`)
  // Skipped rows are read all the same; only their ids, because their attributes are most of what a row costs.
  return compose(sql`${shown} from users where users.id in (select users.id ${chosen}) order by ${ordering}`)
}

function beyond(place: ListingPlace | undefined, order: ReturnType<typeof orderOf>): Sql {
  if (place === undefined) return sql``
  const keys = order.slice(0, 2).map(({ key }) => key)
  const compared = order[0]?.descending === true ? (place.isAt ? sql`<=` : sql`<`) : place.isAt ? sql`>=` : sql`>`
  return sql`and (${sql.join(keys.map(({ expression }) => expression))}) ${compared}
    (${sql.join(keys.map((key) => key.at(place)))})`
}

export function countQuery(listing: UserListing): ReturnType<typeof compose> {
  return compose(sql`select count(*) as count from users where ${conditions(listing)}`)
}

/** The groups of users, by user; a membership that is being removed does not count. */
export async function listGroupIds(
  db: Queryable,
  userIds: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  if (userIds.length === 0) return new Map()
  const rows = await db.query<{ userId: string; groupIds: readonly string[] }>({
    name: 'users-group-ids',
    text: `select user_id as "userId", array_agg(distinct group_id order by group_id) as "groupIds"
      from group_members where user_id = any($1) and not removing group by user_id limit $2`,
    values: [userIds, userIds.length],
  })
  return new Map(rows.map(({ userId, groupIds }) => [userId, groupIds]))
}
