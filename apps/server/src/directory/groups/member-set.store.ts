import type { Queryable } from '../../platform/db/database.ts'
import { insertJournalFrom, type JournalInput } from '../journal/journal.rules.ts'
import type { User } from '../users/user.rules.ts'

const membersListed = 500_000

/** Everybody who is a member otherwise than through a nested group. */
export async function listDirectMembers(db: Queryable, groupId: string): Promise<readonly string[]> {
  const rows = await db.query<{ userId: string }>({
    name: 'member-sets-direct',
    text: `select distinct user_id as "userId" from group_members
      where group_id = $1 and not removing and origin <> 'nested' order by user_id limit $2`,
    values: [groupId, membersListed],
  })
  return rows.map(({ userId }) => userId)
}

/** Who of some users is a member otherwise than through a nested group. */
export async function listDirectAmong(
  db: Queryable,
  groupId: string,
  userIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await db.query<{ userId: string }>({
    name: 'member-sets-direct-among',
    text: `select distinct user_id as "userId" from group_members
      where group_id = $1 and user_id = any($2) and not removing and origin <> 'nested' limit $3`,
    values: [groupId, userIds, userIds.length],
  })
  return new Set(rows.map(({ userId }) => userId))
}

/** Makes users members by a decision of the hub, also those who are just leaving. */
export async function joinAll(db: Queryable, groupId: string, userIds: readonly string[]): Promise<void> {
  await db.execute({
    name: 'member-sets-not-leaving',
    text: 'delete from group_members where group_id = $1 and user_id = any($2) and removing',
    values: [groupId, userIds],
  })
  await db.execute({
    name: 'member-sets-join',
    text: `insert into group_members (group_id, user_id, origin)
      select $1, users.id, 'hub' from users where users.id = any($2) order by users.id
      on conflict do nothing`,
    values: [groupId, userIds],
  })
}

/** A user who comes into a group, with what the journal says of it. */
export interface NewMember {
  readonly groupId: string
  readonly userId: string
  readonly journal: readonly JournalInput[]
}

/** Makes users members of groups by decisions of the hub, also those who are just leaving, and notes those who were none before. */
export async function joinMany(db: Queryable, members: readonly NewMember[]): Promise<void> {
  if (members.length === 0) return
  const pairs = [members.map(({ groupId }) => groupId), members.map(({ userId }) => userId)]
  await db.execute({
    name: 'member-sets-not-leaving-many',
    text: `delete from group_members as member using unnest($1::text[], $2::text[]) as input(group_id, user_id)
      where member.group_id = input.group_id and member.user_id = input.user_id and member.removing`,
    values: pairs,
  })
  await db.execute({
    name: 'member-sets-join-many',
    text: `with input as materialized (
        select * from jsonb_to_recordset($1::jsonb) as input("groupId" text, "userId" text, journal jsonb)
      ), fresh as materialized (
        select input.* from input join users on users.id = input."userId"
        where not exists (select from group_members as member
          where member.group_id = input."groupId" and member.user_id = input."userId" and member.origin <> 'nested')
      ), joined as (
        insert into group_members (group_id, user_id, origin)
        select "groupId", "userId", 'hub' from fresh order by "groupId", "userId" on conflict do nothing
      ), entries as (
        select value as journal from fresh, jsonb_array_elements(fresh.journal)
      )
      ${insertJournalFrom('entries')}`,
    values: [JSON.stringify(members)],
  })
}

/** A user as the words about a membership need them. */
export type NamedUser = Pick<User, 'id' | 'username'>

export async function namesOf(db: Queryable, userIds: readonly string[]): Promise<readonly NamedUser[]> {
  if (userIds.length === 0) return []
  return db.query<NamedUser>({
    name: 'member-sets-names',
    text: 'select id, username from users where id = any($1) order by id limit $2',
    values: [userIds, userIds.length],
  })
}
