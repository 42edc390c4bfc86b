import type { Queryable } from '../../platform/db/database.ts'
import type { AccountError } from './account.rules.ts'
import type { LeaseRequest } from './account.store.ts'

/** A group's counterpart in a directory. */
export interface GroupAccount {
  readonly directoryId: string
  readonly groupId: string
  readonly externalId: string | null
  readonly externalName: string | null
  readonly madeBy: 'hub' | 'directory'
  readonly desiredRevision: number
  readonly appliedRevision: number
  readonly error: AccountError | null
}

const columns = `directory_id as "directoryId", group_id as "groupId", external_id as "externalId",
  external_name as "externalName", made_by as "madeBy", desired_revision as "desiredRevision",
  applied_revision as "appliedRevision", error`

export async function listOfGroup(db: Queryable, groupId: string): Promise<readonly GroupAccount[]> {
  return db.query<GroupAccount>({
    name: 'group-accounts-of-group',
    text: `select ${columns} from group_accounts where group_id = $1 order by directory_id limit 1000`,
    values: [groupId],
  })
}

export async function listByExternalIds(
  db: Queryable,
  key: { readonly directoryId: string; readonly externalIds: readonly string[] },
): Promise<readonly GroupAccount[]> {
  return db.query<GroupAccount>({
    name: 'group-accounts-by-external',
    text: `select ${columns} from group_accounts where directory_id = $1 and external_id = any($2::uuid[])
      order by group_id limit $3`,
    values: [key.directoryId, key.externalIds, key.externalIds.length],
  })
}

/** Ties a group to its outside object; nothing waits for it then. */
export async function link(
  db: Queryable,
  row: Pick<GroupAccount, 'directoryId' | 'groupId' | 'madeBy'> & {
    readonly externalId: string
    readonly externalName: string
  },
): Promise<void> {
  await db.execute({
    name: 'group-accounts-link',
    text: `insert into group_accounts as account (directory_id, group_id, external_id, external_name, made_by,
        applied_revision, applied_at, created)
      values ($1, $2, $3, $4, $5, 1, now(), now())
      on conflict (directory_id, group_id) do update set external_id = excluded.external_id,
        external_name = excluded.external_name, applied_revision = account.desired_revision, error = null`,
    values: [row.directoryId, row.groupId, row.externalId, row.externalName, row.madeBy],
  })
}

export async function unlink(
  db: Queryable,
  key: { readonly directoryId: string; readonly groupId: string },
): Promise<void> {
  await db.execute({
    name: 'group-accounts-unlink',
    text: 'delete from group_accounts where directory_id = $1 and group_id = $2',
    values: [key.directoryId, key.groupId],
  })
}

/** A group that is behind, with what its counterpart should be. */
export interface LeasedGroup extends GroupAccount {
  readonly name: string
  readonly description: string
}

/** What an agent took and has not reported is free again. */
export async function releaseLeases(
  db: Queryable,
  key: { readonly directoryId: string; readonly agentId: string },
): Promise<void> {
  await db.execute({
    name: 'group-accounts-release-leases',
    text: `update group_accounts set leased_until = null, leased_by = null
      where directory_id = $1 and desired_revision > applied_revision and leased_by = $2`,
    values: [key.directoryId, key.agentId],
  })
}

export async function lease(db: Queryable, request: LeaseRequest): Promise<readonly LeasedGroup[]> {
  return db.query<LeasedGroup>({
    name: 'group-accounts-lease',
    text: `with next as (
        select group_id from group_accounts
        where directory_id = $1 and desired_revision > applied_revision and made_by = 'hub'
          and (leased_until is null or leased_until < now()) and (retry_at is null or retry_at <= now())
        order by group_id limit $2 for no key update skip locked
      ), taken as (
        update group_accounts set leased_until = now() + $3 * interval '1 millisecond', leased_by = $4
        from next where group_accounts.group_id = next.group_id and group_accounts.directory_id = $1
        returning group_accounts.*
      )
      select ${columns.replace('directory_id as', 'taken.directory_id as')}, groups.name, groups.description
      from taken join groups on groups.id = taken.group_id`,
    values: [request.directoryId, request.limit, request.leaseMs, request.agentId],
  })
}

export async function report(
  db: Queryable,
  row: {
    readonly directoryId: string
    readonly groupId: string
    readonly revision: number
    readonly externalId: string | null
    readonly externalName: string | null
    readonly error: AccountError | null
    readonly retryAt: Date | null
  },
): Promise<void> {
  await db.execute({
    name: 'group-accounts-report',
    text: `update group_accounts set external_id = coalesce($4::uuid, external_id), external_name = coalesce($5, external_name),
        applied_revision = case when $6::jsonb is null then greatest(applied_revision, $3) else applied_revision end,
        applied_at = case when $6::jsonb is null then now() else applied_at end, error = $6::jsonb,
        attempts = case when $6::jsonb is null then 0 else attempts + 1 end, retry_at = $7,
        leased_until = null, leased_by = null
      where directory_id = $1 and group_id = $2`,
    values: [row.directoryId, row.groupId, row.revision, row.externalId, row.externalName, row.error, row.retryAt],
  })
}

/** A membership that the directory does not have yet, or still has. */
export interface PendingMember {
  readonly groupId: string
  readonly groupExternalId: string
  readonly userId: string
  readonly userExternalId: string
  readonly removing: boolean
}

/** Memberships to write: both sides must exist in the directory. */
export async function listPendingMembers(
  db: Queryable,
  directoryId: string,
  limit: number,
): Promise<readonly PendingMember[]> {
  return db.query<PendingMember>({
    name: 'group-accounts-pending-members',
    text: `select member.group_id as "groupId", group_accounts.external_id as "groupExternalId", member.user_id as "userId",
        accounts.external_id as "userExternalId", member.removing
      from group_members as member
        join group_accounts on group_accounts.group_id = member.group_id and group_accounts.directory_id = $1
        join accounts on accounts.user_id = member.user_id and accounts.directory_id = $1
      where member.pending and group_accounts.external_id is not null and accounts.external_id is not null
        and (member.retry_at is null or member.retry_at <= now())
      order by member.group_id, member.user_id
      limit $2`,
    values: [directoryId, limit],
  })
}

/** The directory has these memberships as the hub wants them. */
export async function settleMembers(
  db: Queryable,
  key: { readonly groupId: string; readonly added: readonly string[]; readonly removed: readonly string[] },
): Promise<void> {
  await db.execute({
    name: 'group-accounts-members-added',
    text: `update group_members set pending = false, error = null, attempts = 0, retry_at = null
      where group_id = $1 and user_id = any($2) and pending and not removing`,
    values: [key.groupId, key.added],
  })
  await db.execute({
    name: 'group-accounts-members-removed',
    text: 'delete from group_members where group_id = $1 and user_id = any($2) and removing',
    values: [key.groupId, key.removed],
  })
}

export async function failMembers(
  db: Queryable,
  key: {
    readonly groupId: string
    readonly userIds: readonly string[]
    readonly error: AccountError
    readonly retryAt: Date
  },
): Promise<void> {
  await db.execute({
    name: 'group-accounts-members-failed',
    text: `update group_members set error = $3, retry_at = $4, attempts = attempts + 1
      where group_id = $1 and user_id = any($2) and pending`,
    values: [key.groupId, key.userIds, key.error, key.retryAt],
  })
}

/** Additions that were written but that the directory does not have: they wait to be written again. */
export async function repend(
  db: Queryable,
  rows: readonly { readonly groupId: string; readonly userId: string }[],
): Promise<void> {
  if (rows.length === 0) return
  await db.execute({
    name: 'group-accounts-members-repend',
    text: `update group_members set pending = true from unnest($1::text[], $2::text[]) as input(group_id, user_id)
      where group_members.group_id = input.group_id and group_members.user_id = input.user_id and origin in ('hub', 'rule')
        and not removing`,
    values: [rows.map((row) => row.groupId), rows.map((row) => row.userId)],
  })
}

/** The members that a directory gave a group stay as members of the hub's own group. */
export async function keepMembers(db: Queryable, groupId: string): Promise<void> {
  await db.execute({
    name: 'group-accounts-keep-members',
    text: `insert into group_members (group_id, user_id, origin)
      select distinct group_id, user_id, 'hub' from group_members
      where group_id = $1 and origin in ('directory', 'nested') and not removing
      on conflict do nothing`,
    values: [groupId],
  })
  await db.execute({
    name: 'group-accounts-drop-directory-members',
    text: `delete from group_members where group_id = $1 and origin in ('directory', 'nested')`,
    values: [groupId],
  })
}
