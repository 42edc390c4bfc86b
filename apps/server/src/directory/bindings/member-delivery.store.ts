// What directories have still to be told of memberships, a row for each directory and membership. A row is handed out under a lease; whoever
// holds it settles it, and a change of mind takes the lease away, so that an older outcome settles nothing.
import type { Queryable } from '../../platform/db/database.ts'
import type { AccountError } from './account.rules.ts'

/** A membership that a directory does not have yet, or still has. */
export interface Delivery {
  readonly groupId: string
  readonly groupExternalId: string
  readonly userId: string
  readonly userExternalId: string
  readonly removing: boolean
}

/** Takes what waits for a directory, of at most so many groups and rows; both sides must exist there. */
export async function lease(
  db: Queryable,
  request: {
    readonly directoryId: string
    readonly agentId: string
    readonly groups: number
    readonly rows: number
    readonly leaseMs: number
  },
): Promise<readonly Delivery[]> {
  if (request.groups <= 0) return []
  const rows = await db.query<Delivery>({
    name: 'member-deliveries-lease',
    text: `with free as materialized (
        select delivery.directory_id, delivery.group_id, delivery.user_id, tied.external_id as group_external_id,
          accounts.external_id as user_external_id, dense_rank() over (order by delivery.group_id) as place
        from group_member_deliveries as delivery
          join group_accounts as tied using (directory_id, group_id)
          join accounts using (directory_id, user_id)
        where delivery.directory_id = $1 and tied.external_id is not null and accounts.external_id is not null
          and (delivery.leased_until is null or delivery.leased_until < now())
          and (delivery.retry_at is null or delivery.retry_at <= now())
        order by delivery.group_id, delivery.user_id limit $4
      ), next as (
        select delivery.directory_id, delivery.group_id, delivery.user_id, free.group_external_id, free.user_external_id
        from free join group_member_deliveries as delivery using (directory_id, group_id, user_id)
        where free.place <= $3 and (delivery.leased_until is null or delivery.leased_until < now())
        for no key update of delivery skip locked
      )
      update group_member_deliveries as delivery
      set asked = true, leased_by = $2, leased_until = now() + $5 * interval '1 millisecond'
      from next
      where delivery.directory_id = next.directory_id and delivery.group_id = next.group_id and delivery.user_id = next.user_id
      returning delivery.group_id as "groupId", next.group_external_id as "groupExternalId", delivery.user_id as "userId",
        next.user_external_id as "userExternalId", delivery.removing`,
    values: [request.directoryId, request.agentId, request.groups, request.rows, request.leaseMs],
  })
  return rows.toSorted((a, b) => (a.groupId + a.userId < b.groupId + b.userId ? -1 : 1))
}

/** What an agent took and has not reported is free again. */
export async function releaseLeases(
  db: Queryable,
  key: { readonly directoryId: string; readonly agentId: string },
): Promise<void> {
  await db.execute({
    name: 'member-deliveries-release-leases',
    text: `update group_member_deliveries set leased_until = null, leased_by = null
      where directory_id = $1 and leased_by = $2`,
    values: [key.directoryId, key.agentId],
  })
}

interface GroupReport {
  readonly directoryId: string
  readonly groupId: string
  readonly agentId: string
}

/** A member that an agent says it added or removed, and whether that was the agent's to settle. */
export interface ReportedMember {
  readonly userId: string
  readonly userExternalId: string
  readonly groupExternalId: string
  readonly removed: boolean
  readonly settled: boolean
}

/** Ends what an agent holds and reports done. Answers all that it reports of the directory's own, with whether it was settled by it. */
export async function settle(
  db: Queryable,
  report: GroupReport & { readonly added: readonly string[]; readonly removed: readonly string[] },
): Promise<readonly ReportedMember[]> {
  const userIds = [...new Set([...report.added, ...report.removed])]
  return db.query<ReportedMember>({
    name: 'member-deliveries-settle',
    text: `with reported as (
        select user_id, false as removed from unnest($4::text[]) as user_id
        union select user_id, true from unnest($5::text[]) as user_id
      ), done as (
        delete from group_member_deliveries as delivery using reported
        where delivery.directory_id = $1 and delivery.group_id = $2 and delivery.leased_by = $3
          and delivery.user_id = reported.user_id and delivery.removing = reported.removed
        returning delivery.user_id, delivery.removing
      )
      select reported.user_id as "userId", accounts.external_id as "userExternalId", tied.external_id as "groupExternalId",
        reported.removed, done.user_id is not null as settled
      from reported
        join group_accounts as tied on tied.directory_id = $1 and tied.group_id = $2
        join accounts on accounts.directory_id = $1 and accounts.user_id = reported.user_id
        left join done on done.user_id = reported.user_id and done.removing = reported.removed
      where tied.external_id is not null and accounts.external_id is not null
      order by reported.user_id limit $6`,
    values: [report.directoryId, report.groupId, report.agentId, report.added, report.removed, userIds.length * 2],
  })
}

/** What an agent still holds of a group, after what it did is settled, waits for its next try. */
export async function fail(
  db: Queryable,
  report: GroupReport & { readonly error: AccountError; readonly retryAt: Date },
): Promise<void> {
  await db.execute({
    name: 'member-deliveries-fail',
    text: `update group_member_deliveries set error = $4, retry_at = $5, attempts = attempts + 1, leased_by = null,
        leased_until = null
      where directory_id = $1 and group_id = $2 and leased_by = $3`,
    values: [report.directoryId, report.groupId, report.agentId, report.error, report.retryAt],
  })
}

interface Pairs {
  readonly directoryId: string
  readonly groupId: string
  readonly userIds: readonly string[]
}

/** An agent added these although nobody wants it any more: those who are no members here are taken out again. */
export async function removeAgain(db: Queryable, { directoryId, groupId, userIds }: Pairs): Promise<void> {
  if (userIds.length === 0) return
  await db.execute({
    name: 'member-deliveries-remove-again',
    text: `with strangers as (
        select user_id from unnest($3::text[]) as user_id join users on users.id = user_id
        where not exists (select from group_members as member
            where member.group_id = $2 and member.user_id = users.id and member.origin <> 'nested')
          and not exists (select from group_member_deliveries as delivery
            where delivery.directory_id = $1 and delivery.group_id = $2 and delivery.user_id = users.id)
      ), leaving as (
        insert into group_members (group_id, user_id, origin, removing, directory_id)
        select $2, user_id, 'directory', true, $1 from strangers
        on conflict do nothing
      )
      insert into group_member_deliveries (directory_id, group_id, user_id, removing, asked)
      select $1, $2, user_id, true, true from strangers
      on conflict do nothing`,
    values: [directoryId, groupId, userIds],
  })
}

/** An agent removed these although nobody wants it any more: those who are members here by anybody's decision are added again. */
export async function addAgain(db: Queryable, { directoryId, groupId, userIds }: Pairs): Promise<void> {
  if (userIds.length === 0) return
  await db.execute({
    name: 'member-deliveries-add-again',
    text: `with members as (
        select distinct member.user_id from group_members as member
        where member.group_id = $2 and member.user_id = any($3) and member.origin <> 'nested' and not member.removing
      ), kept as (
        insert into group_members (group_id, user_id, origin)
        select $2, user_id, 'hub' from members on conflict do nothing
      )
      insert into group_member_deliveries (directory_id, group_id, user_id, removing) select $1, $2, user_id, false from members
      on conflict do nothing`,
    values: [directoryId, groupId, userIds],
  })
}

/** A directory has got the group: whoever is a member here by anybody's decision is to be one there. */
export async function deliverAll(
  db: Queryable,
  key: { readonly directoryId: string; readonly groupId: string },
): Promise<void> {
  await db.execute({
    name: 'member-deliveries-all',
    text: `insert into group_member_deliveries (directory_id, group_id, user_id, removing)
      select distinct $1::text, group_id, user_id, false from group_members
      where group_id = $2 and origin <> 'nested' and not removing
      on conflict do nothing`,
    values: [key.directoryId, key.groupId],
  })
}

/** Additions that a directory was told and does not have (any more): it is told again. */
export async function repeat(
  db: Queryable,
  rows: readonly { readonly directoryId: string; readonly groupId: string; readonly userId: string }[],
): Promise<void> {
  if (rows.length === 0) return
  await db.execute({
    name: 'member-deliveries-repeat',
    text: `insert into group_member_deliveries (directory_id, group_id, user_id, removing)
      select "directoryId", "groupId", "userId", false
      from jsonb_to_recordset($1::jsonb) as input("directoryId" text, "groupId" text, "userId" text)
      on conflict do nothing`,
    values: [JSON.stringify(rows)],
  })
}
