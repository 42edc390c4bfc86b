// Membership is rows and set operations: a group is never read and written back as a list.
import type { MembershipOrigin } from '@lockstep/contract/hub/user'
import type { Queryable } from '../../platform/db/database.ts'
import type { Member } from './group.rules.ts'

export interface MembershipRow {
  readonly groupId: string
  readonly userId: string
  readonly origin: MembershipOrigin
  readonly removing: boolean
  readonly pending: boolean
}

export async function listRows(
  db: Queryable,
  pair: { readonly groupId: string; readonly userId: string },
): Promise<readonly MembershipRow[]> {
  return db.query<MembershipRow>({
    name: 'membership-rows',
    text: `select group_id as "groupId", user_id as "userId", origin, removing, pending from group_members
      where group_id = $1 and user_id = $2 order by origin limit 4 for update`,
    values: [pair.groupId, pair.userId],
  })
}

export async function insert(
  db: Queryable,
  row: {
    readonly groupId: string
    readonly userId: string
    readonly origin: MembershipOrigin
    readonly pending: boolean
  },
): Promise<boolean> {
  const count = await db.execute({
    name: 'membership-insert',
    text: `insert into group_members (group_id, user_id, origin, pending) values ($1, $2, $3, $4) on conflict do nothing`,
    values: [row.groupId, row.userId, row.origin, row.pending],
  })
  return count > 0
}

export async function remove(
  db: Queryable,
  row: { readonly groupId: string; readonly userId: string; readonly origin: MembershipOrigin },
): Promise<void> {
  await db.execute({
    name: 'membership-remove',
    text: 'delete from group_members where group_id = $1 and user_id = $2 and origin = $3',
    values: [row.groupId, row.userId, row.origin],
  })
}

/** Marks a row as leaving (it waits to be taken out of the directory) or takes that back. */
export async function setRemoving(
  db: Queryable,
  row: {
    readonly groupId: string
    readonly userId: string
    readonly origin: MembershipOrigin
    readonly removing: boolean
  },
): Promise<void> {
  await db.execute({
    name: 'membership-removing',
    text: `update group_members set removing = $4, pending = $4, error = null, retry_at = null, attempts = 0
      where group_id = $1 and user_id = $2 and origin = $3`,
    values: [row.groupId, row.userId, row.origin, row.removing],
  })
}

/** All additions of the hub wait to be written, because the group has got a counterpart in a directory. */
export async function setAllPending(db: Queryable, groupId: string): Promise<void> {
  await db.execute({
    name: 'membership-all-pending',
    text: `update group_members set pending = true where group_id = $1 and origin in ('hub', 'rule') and not removing`,
    values: [groupId],
  })
}

export interface MemberListing {
  readonly groupId: string
  readonly search?: string
  readonly limit: number
  readonly skip?: number
  readonly afterId?: string
}

/** Members by user id, each once with all origins. */
export async function listMembers(db: Queryable, listing: MemberListing): Promise<readonly Member[]> {
  return db.query<Member>({
    name: 'membership-members',
    text: `select users.id as "userId", users.username, users.email, users.display_name as "displayName", users.state,
        array_agg(member.origin order by member.origin) as origins, bool_or(member.pending) as pending
      from group_members as member join users on users.id = member.user_id
      where member.group_id = $1 and not member.removing and users.id > $2 and ($3 = '' or users.search like $3)
      group by users.id
      order by users.id
      limit $4 offset $5`,
    values: [listing.groupId, listing.afterId ?? '', likeSearch(listing.search), listing.limit, listing.skip ?? 0],
  })
}

export async function countMembers(db: Queryable, groupId: string, search?: string): Promise<number> {
  const rows = await db.query<{ count: number }>(
    search
      ? {
          name: 'membership-count-matching',
          text: `select count(distinct member.user_id) as count
            from group_members as member join users on users.id = member.user_id
            where member.group_id = $1 and not member.removing and users.search like $2`,
          values: [groupId, likeSearch(search)],
        }
      : {
          name: 'membership-count',
          text: `select count(distinct user_id) as count from group_members where group_id = $1 and not removing`,
          values: [groupId],
        },
  )
  return rows[0]?.count ?? 0
}

function likeSearch(search: string | undefined): string {
  return search ? `%${search.toLowerCase().replaceAll(/[\\%_]/g, (char) => `\\${char}`)}%` : ''
}

export async function countsByGroup(db: Queryable, groupIds: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const rows = await db.query<{ groupId: string; count: number }>({
    name: 'membership-counts',
    text: `select group_id as "groupId", count(distinct user_id) as count from group_members
      where group_id = any($1) and not removing group by group_id limit $2`,
    values: [groupIds, groupIds.length],
  })
  return new Map(rows.map((row) => [row.groupId, row.count]))
}

export async function listGroupsOfUser(
  db: Queryable,
  userId: string,
): Promise<readonly { groupId: string; groupName: string; origins: MembershipOrigin[] }[]> {
  return db.query({
    name: 'membership-of-user',
    text: `select groups.id as "groupId", groups.name as "groupName", array_agg(member.origin order by member.origin) as origins
      from group_members as member join groups on groups.id = member.group_id
      where member.user_id = $1 and not member.removing
      group by groups.id, groups.name
      order by lower(groups.name)
      limit 2000`,
    values: [userId],
  })
}

/** The next members of a group after an id, in id order. */
export async function listMemberIds(
  db: Queryable,
  groupId: string,
  afterId: string,
  limit: number,
): Promise<readonly string[]> {
  const rows = await db.query<{ userId: string }>({
    name: 'membership-member-ids',
    text: `select distinct user_id as "userId" from group_members where group_id = $1 and user_id > $2
      order by user_id limit $3`,
    values: [groupId, afterId, limit],
  })
  return rows.map((row) => row.userId)
}

/** The rows that a directory's closure made of some users, in the groups that it owns or that are tied to it. */
export async function listDirectoryRows(
  db: Queryable,
  listing: { readonly userIds: readonly string[]; readonly directoryId: string },
): Promise<readonly MembershipRow[]> {
  return db.query<MembershipRow>({
    name: 'membership-directory-rows',
    text: `select member.group_id as "groupId", member.user_id as "userId", member.origin, member.removing, member.pending
      from group_members as member
        join group_accounts on group_accounts.group_id = member.group_id and group_accounts.directory_id = $2
      where member.user_id = any($1)
      order by member.user_id, member.group_id, member.origin
      limit 200000`,
    values: [listing.userIds, listing.directoryId],
  })
}

export interface MembershipChange {
  readonly groupId: string
  readonly userId: string
  readonly origin: MembershipOrigin
}

export async function insertRows(db: Queryable, rows: readonly MembershipChange[]): Promise<void> {
  if (rows.length === 0) return
  await db.execute({
    name: 'membership-insert-rows',
    text: `insert into group_members (group_id, user_id, origin)
      select group_id, user_id, origin
      from unnest($1::text[], $2::text[], $3::text[]) as input(group_id, user_id, origin)
      on conflict do nothing`,
    values: [rows.map((row) => row.groupId), rows.map((row) => row.userId), rows.map((row) => row.origin)],
  })
}

export async function removeRows(db: Queryable, rows: readonly MembershipChange[]): Promise<void> {
  if (rows.length === 0) return
  await db.execute({
    name: 'membership-remove-rows',
    text: `delete from group_members as member
      using unnest($1::text[], $2::text[], $3::text[]) as input(group_id, user_id, origin)
      where member.group_id = input.group_id and member.user_id = input.user_id and member.origin = input.origin`,
    values: [rows.map((row) => row.groupId), rows.map((row) => row.userId), rows.map((row) => row.origin)],
  })
}
