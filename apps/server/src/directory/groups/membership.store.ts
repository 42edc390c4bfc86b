// Membership is rows and set operations: a group is never read and written back as a list.
import type { MembershipOrigin } from '@lockstep/contract/hub/user'
import type { JsonObject } from '@lockstep/kernel/json'
import type { Queryable } from '../../platform/db/database.ts'
import type { Member } from './group.rules.ts'

export interface MembershipRow {
  readonly groupId: string
  readonly userId: string
  readonly origin: MembershipOrigin
  /** Nobody is a member by it any more; the row stays until the directories know. */
  readonly removing: boolean
}

export async function listRows(
  db: Queryable,
  pair: { readonly groupId: string; readonly userId: string },
): Promise<readonly MembershipRow[]> {
  const values = [pair.groupId, pair.userId]
  // A read of a directory that gives the membership another origin is waited for. Only a statement that begins after that sees the new row.
  await db.query({
    name: 'membership-lock-rows',
    text: 'select from group_members where group_id = $1 and user_id = $2 order by origin, directory_id limit 1000 for update',
    values,
  })
  return db.query<MembershipRow>({
    name: 'membership-rows',
    text: `select group_id as "groupId", user_id as "userId", origin, removing from group_members
      where group_id = $1 and user_id = $2 order by origin, directory_id limit 1000 for update`,
    values,
  })
}

/**
 * Makes somebody a member by a decision of the hub, also one who is just leaving: the directories are told anew then, because some may know
 * of the leaving already.
 */
export async function join(
  db: Queryable,
  row: { readonly groupId: string; readonly userId: string; readonly origin: 'hub' | 'rule' },
): Promise<void> {
  await db.execute({
    name: 'membership-not-leaving',
    text: 'delete from group_members where group_id = $1 and user_id = $2 and removing',
    values: [row.groupId, row.userId],
  })
  await db.execute({
    name: 'membership-join',
    text: `insert into group_members (group_id, user_id, origin) values ($1, $2, $3) on conflict do nothing`,
    values: [row.groupId, row.userId, row.origin],
  })
}

/**
 * Ends somebody's membership of the origins that are not derived. Directories that have it, or may have it because it was handed out, are
 * told first, and the rows wait for that; what no directory knows goes at once. A removal counts as handed out from the beginning: should
 * it be taken back and decided again before anybody asks, the directory still has the member.
 */
export async function leave(db: Queryable, pair: { readonly groupId: string; readonly userId: string }): Promise<void> {
  await leaveAll(db, pair.groupId, [pair.userId])
}

/** As `leave`, for several at once. */
export async function leaveAll(db: Queryable, groupId: string, userIds: readonly string[]): Promise<void> {
  const values = [groupId, userIds]
  // Whoever hands an addition out at this moment is waited for: it counts as known to the directory then.
  await db.query({
    name: 'membership-lock-deliveries',
    text: `select from group_member_deliveries where group_id = $1 and user_id = any($2)
      order by user_id, directory_id limit 100000 for update`,
    values,
  })
  const rows = await db.query<{ userId: string }>({
    name: 'membership-tell-leaving',
    text: `insert into group_member_deliveries (directory_id, group_id, user_id, removing, asked)
      select tied.directory_id, $1, accounts.user_id, true, true
      from group_accounts as tied
        join accounts on accounts.directory_id = tied.directory_id and accounts.user_id = any($2)
        left join group_member_deliveries as waiting on waiting.directory_id = tied.directory_id and waiting.group_id = $1
          and waiting.user_id = accounts.user_id
      where tied.group_id = $1 and tied.external_id is not null and accounts.external_id is not null
        and (waiting.user_id is null or waiting.removing or waiting.asked)
      on conflict (directory_id, group_id, user_id) do update
        set removing = true, asked = true, leased_by = null, leased_until = null, error = null, retry_at = null, attempts = 0
      returning user_id as "userId"`,
    values,
  })
  const told = [...new Set(rows.map(({ userId }) => userId))]
  const untold = userIds.filter((id) => !told.includes(id))
  if (untold.length > 0)
    await db.execute({
      name: 'membership-leave-at-once',
      text: `delete from group_members where group_id = $1 and user_id = any($2) and origin <> 'nested'`,
      values: [groupId, untold],
    })
  if (told.length === 0) return
  await db.execute({
    name: 'membership-leave',
    text: `update group_members set removing = true where group_id = $1 and user_id = any($2) and origin <> 'nested'`,
    values: [groupId, told],
  })
  await db.execute({
    name: 'membership-forget-additions',
    text: 'delete from group_member_deliveries where group_id = $1 and user_id = any($2) and not removing',
    values: [groupId, told],
  })
}

export interface MemberListing {
  readonly groupId: string
  readonly search?: string
  readonly limit: number
  readonly skip?: number
  readonly afterId?: string
}

/** A member with what they are called by. */
export interface StoredMember extends Omit<Member, 'name'> {
  readonly attributes: JsonObject
}

/** Members by user id, each once with all origins. */
export async function listMembers(db: Queryable, listing: MemberListing): Promise<readonly StoredMember[]> {
  return db.query<StoredMember>({
    name: 'membership-members',
    text: `select users.id as "userId", users.username, users.email, users.display_name as "displayName",
        users.attributes, users.state,
        array_agg(distinct member.origin) as origins,
        exists (select from group_member_deliveries as delivery
          where delivery.group_id = $1 and delivery.user_id = users.id and not delivery.removing) as pending
      from group_members as member join users on users.id = member.user_id
      where member.group_id = $1 and not member.removing and users.id > $2 and ($3 = '' or users.search like $3)
      group by users.id
      order by users.id
      limit $4 offset $5`,
    values: [listing.groupId, listing.afterId ?? '', likeSearch(listing.search), listing.limit, listing.skip ?? 0],
  })
}

/** A page of the ids of members, from the key of the table alone: the last of 100,000 costs a walk along an index. */
export async function listMemberPage(
  db: Queryable,
  page: { readonly groupId: string; readonly limit: number; readonly skip: number },
): Promise<readonly string[]> {
  const rows = await db.query<{ userId: string }>({
    name: 'membership-member-page',
    text: `select distinct user_id as "userId" from group_members where group_id = $1 and not removing
      order by user_id limit $2 offset $3`,
    values: [page.groupId, page.limit, page.skip],
  })
  return rows.map((row) => row.userId)
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

/** Who of some users is a member of which of some groups. */
export async function listPairs(
  db: Queryable,
  { groupIds, userIds }: { readonly groupIds: readonly string[]; readonly userIds: readonly string[] },
): Promise<readonly { readonly groupId: string; readonly userId: string }[]> {
  if (groupIds.length === 0 || userIds.length === 0) return []
  return db.query({
    name: 'membership-pairs',
    text: `select distinct group_id as "groupId", user_id as "userId" from group_members
      where group_id = any($1) and user_id = any($2) and not removing limit $3`,
    values: [groupIds, userIds, groupIds.length * userIds.length],
  })
}

export async function listGroupsOfUser(
  db: Queryable,
  userId: string,
): Promise<readonly { groupId: string; groupName: string; origins: MembershipOrigin[] }[]> {
  return db.query({
    name: 'membership-of-user',
    text: `select groups.id as "groupId", groups.name as "groupName", array_agg(distinct member.origin) as origins
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

/** A membership as a read of a directory sees it. */
export interface DirectoryRow extends MembershipRow {
  /** The directory that it came from; empty for what was decided here, and where nobody knows. */
  readonly directoryId: string
  /** Another directory brought it, so that this one says nothing about it. */
  readonly isOther: boolean
  /** Somebody is a member by it, told to the directory or not. */
  readonly isMember: boolean
}

/**
 * What a read of a directory decides on, and what else makes members: the rows of some users in the groups that are tied to it. What the
 * directory has not been told yet, and what is leaving, it cannot have decided: such rows are shown as the hub's, and as leaving.
 */
export async function listDirectoryRows(
  db: Queryable,
  listing: { readonly userIds: readonly string[]; readonly directoryId: string },
): Promise<readonly DirectoryRow[]> {
  return db.query<DirectoryRow>({
    name: 'membership-directory-rows',
    text: `select member.group_id as "groupId", member.user_id as "userId", member.directory_id as "directoryId",
        case when undecided then 'hub' else member.origin end as origin, undecided as removing,
        member.directory_id not in ('', $2) and not undecided as "isOther", not member.removing as "isMember"
      from group_members as member
        join group_accounts on group_accounts.group_id = member.group_id and group_accounts.directory_id = $2
        left join group_member_deliveries as delivery on delivery.directory_id = $2 and delivery.group_id = member.group_id
          and delivery.user_id = member.user_id
        cross join lateral (
          select member.origin <> 'nested' and (member.removing or delivery.user_id is not null) as undecided
        ) as known
      where member.user_id = any($1)
      order by member.user_id, member.group_id, member.origin, member.directory_id
      limit 200000`,
    values: [listing.userIds, listing.directoryId],
  })
}

export interface MembershipChange {
  readonly groupId: string
  readonly userId: string
  readonly origin: MembershipOrigin
  /** The directory that it came from; none for what was decided here. */
  readonly directoryId: string
}

const keysOf = (rows: readonly MembershipChange[]): readonly (readonly string[])[] => [
  rows.map((row) => row.groupId),
  rows.map((row) => row.userId),
  rows.map((row) => row.origin),
  rows.map((row) => row.directoryId),
]

export async function insertRows(db: Queryable, rows: readonly MembershipChange[]): Promise<void> {
  if (rows.length === 0) return
  await db.execute({
    name: 'membership-insert-rows',
    text: `insert into group_members (group_id, user_id, origin, directory_id)
      select group_id, user_id, origin, directory_id
      from unnest($1::text[], $2::text[], $3::text[], $4::text[]) as input(group_id, user_id, origin, directory_id)
      on conflict do nothing`,
    values: keysOf(rows),
  })
}

export async function removeRows(db: Queryable, rows: readonly MembershipChange[]): Promise<void> {
  if (rows.length === 0) return
  await db.execute({
    name: 'membership-remove-rows',
    text: `delete from group_members as member
      using unnest($1::text[], $2::text[], $3::text[], $4::text[]) as input(group_id, user_id, origin, directory_id)
      where member.group_id = input.group_id and member.user_id = input.user_id and member.origin = input.origin
        and member.directory_id = input.directory_id`,
    values: keysOf(rows),
  })
}

/** Ends every membership of some users in a group. */
export async function removeAll(db: Queryable, groupId: string, userIds: readonly string[]): Promise<void> {
  await db.execute({
    name: 'membership-remove-all',
    text: 'delete from group_members where group_id = $1 and user_id = any($2)',
    values: [groupId, userIds],
  })
}
