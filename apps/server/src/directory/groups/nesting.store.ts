// Groups as members of groups, by a decision of the hub, and the memberships of users that follow from it.
import type { Queryable } from '../../platform/db/database.ts'
import type { MembershipChange } from './membership.store.ts'

/** What stands where a membership that a directory brought has its directory. */
const byHub = 'hub'
const groupsListed = 10_000

/** A group in a group. */
export interface Nesting {
  readonly groupId: string
  readonly memberGroupId: string
  readonly name: string
}

/** The groups in some groups, by group and member. */
export async function listIn(db: Queryable, groupIds: readonly string[]): Promise<readonly Nesting[]> {
  if (groupIds.length === 0) return []
  return db.query<Nesting>({
    name: 'nestings-in',
    text: `select nesting.group_id as "groupId", nesting.member_group_id as "memberGroupId", groups.name
      from group_nestings as nesting join groups on groups.id = nesting.member_group_id
      where nesting.group_id = any($1) order by nesting.group_id, nesting.member_group_id limit $2`,
    values: [groupIds, groupsListed],
  })
}

/** Puts groups into a group; answers those that were not in it yet. */
export async function nest(
  db: Queryable,
  groupId: string,
  memberGroupIds: readonly string[],
): Promise<readonly string[]> {
  const rows = await db.query<{ id: string }>({
    name: 'nestings-nest',
    text: `insert into group_nestings (group_id, member_group_id)
      select $1, groups.id from groups where groups.id = any($2) and groups.id <> $1 order by groups.id
      on conflict do nothing returning member_group_id as id`,
    values: [groupId, memberGroupIds],
  })
  return rows.map(({ id }) => id)
}

/** Takes groups out of a group; answers those that were in it. */
export async function unnest(
  db: Queryable,
  groupId: string,
  memberGroupIds: readonly string[],
): Promise<readonly string[]> {
  const rows = await db.query<{ id: string }>({
    name: 'nestings-unnest',
    text: `delete from group_nestings where group_id = $1 and member_group_id = any($2) returning member_group_id as id`,
    values: [groupId, memberGroupIds],
  })
  return rows.map(({ id }) => id)
}

/** Takes a group out of all groups; answers which, with their names. */
export async function unnestEverywhere(
  db: Queryable,
  memberGroupId: string,
): Promise<readonly { readonly id: string; readonly name: string }[]> {
  return db.query({
    name: 'nestings-unnest-everywhere',
    text: `with gone as (delete from group_nestings where member_group_id = $1 returning group_id)
      select groups.id, groups.name from gone join groups on groups.id = gone.group_id order by groups.id limit $2`,
    values: [memberGroupId, groupsListed],
  })
}

export async function exist(db: Queryable): Promise<boolean> {
  const [row] = await db.query<{ exist: boolean }>({
    name: 'nestings-exist',
    text: `select exists (select from group_nestings) as exist`,
  })
  return row?.exist === true
}

/** The next users after one who are somewhere below some groups, or were. */
export async function listUsersBelow(
  db: Queryable,
  page: { readonly groupIds: readonly string[]; readonly after: string; readonly limit: number },
): Promise<readonly string[]> {
  const rows = await db.query<{ id: string }>({
    name: 'nestings-users-below',
    text: `with recursive below as (
        select member_group_id as id from group_nestings where group_id = any($1)
        union
        select nesting.member_group_id from below join group_nestings as nesting on nesting.group_id = below.id
      )
      select user_id as id from (
        select user_id from group_members join below on below.id = group_id where user_id > $2 and not removing
        union
        select user_id from group_members
        where group_id = any($1) and user_id > $2 and origin = 'nested' and directory_id = '${byHub}'
      ) as members
      order by user_id limit $3`,
    values: [page.groupIds, page.after, page.limit],
  })
  return rows.map(({ id }) => id)
}

/** The next users after one who are members of anything by groups in groups. */
export async function listDerivedUsers(db: Queryable, after: string, limit: number): Promise<readonly string[]> {
  const rows = await db.query<{ id: string }>({
    name: 'nestings-derived-users',
    text: `select distinct user_id as id from group_members
      where user_id > $1 and origin = 'nested' and directory_id = '${byHub}' order by user_id limit $2`,
    values: [after, limit],
  })
  return rows.map(({ id }) => id)
}

/** The next users after one who are in a group that is in another one. */
export async function listUsersInside(db: Queryable, after: string, limit: number): Promise<readonly string[]> {
  const rows = await db.query<{ id: string }>({
    name: 'nestings-users-inside',
    text: `select distinct user_id as id from group_members
      where user_id > $1 and not removing and group_id in (select member_group_id from group_nestings)
      order by user_id limit $2`,
    values: [after, limit],
  })
  return rows.map(({ id }) => id)
}

/** A derived membership that is missing, or is there without reason. */
export interface Difference {
  readonly groupId: string
  readonly groupName: string
  readonly userId: string
  readonly username: string
  readonly wanted: boolean
  /** The user is in the group in another way too. */
  readonly isMemberAnyway: boolean
}

/** Where derived memberships of some users are not what the nestings say. Circles end by themselves. */
export async function listDifferences(
  db: Queryable,
  userIds: readonly string[],
  limit: number,
): Promise<readonly Difference[]> {
  return db.query<Difference>({
    name: 'nestings-differences',
    text: `with recursive own as (
        select distinct user_id, group_id from group_members
        where user_id = any($1) and not removing and not (origin = 'nested' and directory_id = '${byHub}')
      ), above as (
        select inside.group_id as from_id, nesting.group_id
        from (select distinct group_id from own) as inside
          join group_nestings as nesting on nesting.member_group_id = inside.group_id
        union
        select above.from_id, nesting.group_id
        from above join group_nestings as nesting on nesting.member_group_id = above.group_id
      ), wanted as (
        select distinct own.user_id, above.group_id
        from own join above on above.from_id = own.group_id and above.group_id <> own.group_id
      ), present as (
        select user_id, group_id from group_members
        where user_id = any($1) and origin = 'nested' and directory_id = '${byHub}'
      )
      select group_id as "groupId", groups.name as "groupName", user_id as "userId", users.username,
        wanted.user_id is not null as wanted,
        exists (select from own where own.user_id = users.id and own.group_id = groups.id) as "isMemberAnyway"
      from wanted full join present using (user_id, group_id)
        join groups on groups.id = group_id join users on users.id = user_id
      where wanted.user_id is null or present.user_id is null
      order by user_id, group_id limit $2`,
    values: [userIds, limit],
  })
}

/** One settlement at a time: what another one is about to write could be older than the change that this one was called for. */
export async function lockNestings(db: Queryable): Promise<void> {
  await db.execute({ name: 'nestings-lock', text: 'select pg_advisory_xact_lock(4700205)' })
}

/** A difference as the row of the membership. */
export function rowOf({ groupId, userId }: Difference): MembershipChange {
  return { groupId, userId, origin: 'nested', directoryId: byHub }
}
