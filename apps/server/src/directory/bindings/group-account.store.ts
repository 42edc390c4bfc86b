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
  readonly attempts: number
  /** While the group is being made there: since when, and under which name it was first asked for. */
  readonly creatingSince: Date | null
  readonly askedName: string | null
  readonly leasedBy: string | null
}

const columns = `group_accounts.directory_id as "directoryId", group_accounts.group_id as "groupId",
  group_accounts.external_id as "externalId", group_accounts.external_name as "externalName",
  group_accounts.made_by as "madeBy", group_accounts.desired_revision as "desiredRevision",
  group_accounts.applied_revision as "appliedRevision", group_accounts.error, group_accounts.attempts,
  group_accounts.creating_since as "creatingSince", group_accounts.asked_name as "askedName",
  group_accounts.leased_by as "leasedBy"`

/** A counterpart stays known after the group's connection with the directory has ended. */
export interface ListedGroupAccount extends GroupAccount {
  readonly bound: boolean
  /** Why members could not be added or removed there. */
  readonly memberError: AccountError | null
}

export async function listOfGroup(db: Queryable, groupId: string): Promise<readonly ListedGroupAccount[]> {
  return db.query<ListedGroupAccount>({
    name: 'group-accounts-of-group',
    text: `select ${columns}, (group_accounts.made_by = 'directory' and group_accounts.external_id is not null)
        or groups.home_directory_id is not distinct from group_accounts.directory_id or exists (
        select from bindings
        where bindings.directory_id = group_accounts.directory_id and bindings.subject_kind = 'group'
          and bindings.subject_id = groups.id
      ) as bound, (
        select delivery.error from group_member_deliveries as delivery
        where delivery.directory_id = group_accounts.directory_id and delivery.group_id = group_accounts.group_id
          and delivery.error is not null
        order by delivery.user_id limit 1
      ) as "memberError"
      from group_accounts join groups on groups.id = group_accounts.group_id
      where groups.id = $1 order by group_accounts.directory_id limit 1000`,
    values: [groupId],
  })
}

/** The directories that groups belong to or are bound to. */
export async function listDirectoriesOfGroups(
  db: Queryable,
  groupIds: readonly string[],
): Promise<readonly { readonly groupId: string; readonly directoryIds: readonly string[] }[]> {
  return db.query({
    name: 'group-accounts-directories',
    text: `select groups.id as "groupId", array_agg(account.directory_id order by account.directory_id) as "directoryIds"
      from groups join group_accounts as account on account.group_id = groups.id
      where groups.id = any($1) and (groups.home_directory_id = account.directory_id
        or (account.made_by = 'directory' and account.external_id is not null) or exists (
        select from bindings
        where bindings.directory_id = account.directory_id and bindings.subject_kind = 'group' and bindings.subject_id = groups.id))
      group by groups.id limit $2`,
    values: [groupIds, groupIds.length],
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

/** The group's counterpart in a directory, locked for the transaction. */
export async function lock(
  db: Queryable,
  key: { readonly directoryId: string; readonly groupId: string },
): Promise<GroupAccount | undefined> {
  const rows = await db.query<GroupAccount>({
    name: 'group-accounts-lock',
    text: `select ${columns} from group_accounts where directory_id = $1 and group_id = $2 for no key update`,
    values: [key.directoryId, key.groupId],
  })
  return rows[0]
}

/**
 * Ties a group to its outside object. Nothing waits for a group that the directory brought, or that was there before it was asked for; what
 * the hub asked for of its own group still waits, under the name that it has now.
 */
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
        external_name = excluded.external_name, asked_name = null,
        applied_revision = case when account.made_by = 'hub' and (account.external_id is not null or account.asked_name is not null)
          then account.applied_revision else account.desired_revision end,
        desired_revision = case when account.made_by = 'hub' and account.asked_name is not null
          then account.desired_revision + 1 else account.desired_revision end,
        error = case when account.made_by = 'hub' and account.desired_revision > account.applied_revision
          then account.error end`,
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

/** Nothing is known any more of a group's counterpart, which is gone: it is made anew. */
export async function forgetObject(
  db: Queryable,
  key: { readonly directoryId: string; readonly groupId: string },
): Promise<void> {
  await db.execute({
    name: 'group-accounts-forget-object',
    text: `update group_accounts set external_id = null, external_name = null, made_by = 'hub', creating_since = null,
        asked_name = null, desired_revision = desired_revision + 1, error = null, retry_at = null, attempts = 0, leased_by = null,
        leased_until = null
      where directory_id = $1 and group_id = $2`,
    values: [key.directoryId, key.groupId],
  })
}

/** A group that is behind, with what its counterpart should be; one that is not tied yet has the name under which it was first asked for. */
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

/**
 * Takes a batch of groups that are behind. The name under which a group is to be made is noted with the first try, because later ones must
 * find what that one left under the name; nobody else is given this name there until the group is known.
 */
export async function lease(db: Queryable, request: LeaseRequest): Promise<readonly LeasedGroup[]> {
  return db.query<LeasedGroup>({
    name: 'group-accounts-lease',
    text: `with next as (
        select account.group_id, groups.name, groups.description
        from group_accounts as account join groups on groups.id = account.group_id
        where account.directory_id = $1 and account.desired_revision > account.applied_revision
          and (account.made_by = 'hub' or groups.home_directory_id is null)
          and (account.leased_until is null or account.leased_until < now())
          and (account.retry_at is null or account.retry_at <= now())
          and (account.asked_name is not null or not exists (select from group_accounts as other
            where other.directory_id = $1 and lower(other.asked_name) = lower(groups.name)))
        order by account.group_id limit $2 for no key update of account skip locked
      )
      update group_accounts set leased_until = now() + $3 * interval '1 millisecond', leased_by = $4,
        creating_since = case when external_id is null then coalesce(creating_since, now()) else creating_since end,
        asked_name = case when external_id is null then coalesce(asked_name, next.name) end
      from next where group_accounts.group_id = next.group_id and group_accounts.directory_id = $1
      returning ${columns}, coalesce(group_accounts.asked_name, next.name) as name,
        next.description`,
    values: [request.directoryId, request.limit, request.leaseMs, request.agentId],
  })
}

/** What an agent that holds the group says of it. */
export interface GroupAccountReport {
  readonly directoryId: string
  readonly groupId: string
  readonly revision: number
  readonly externalId: string | null
  readonly externalName: string | null
  readonly error: AccountError | null
  readonly retryAt: Date | null
  /** The group was not made, and trying the same again will not make it: the next try may use another name. */
  readonly notMade: boolean
}

/** A group that was made under a name that it does not have any more is behind again. */
export async function report(db: Queryable, row: GroupAccountReport): Promise<void> {
  await db.execute({
    name: 'group-accounts-report',
    text: `update group_accounts set external_id = coalesce($4::uuid, external_id), external_name = coalesce($5, external_name),
        desired_revision = case when asked_name is distinct from groups.name and asked_name is not null
          then greatest(desired_revision, $3 + 1) else desired_revision end,
        applied_revision = case when $6::jsonb is null then greatest(applied_revision, $3) else applied_revision end,
        applied_at = case when $6::jsonb is null then now() else applied_at end, error = $6::jsonb,
        attempts = case when $6::jsonb is null then 0 else attempts + 1 end, retry_at = $7,
        asked_name = case when $8 or $4::uuid is not null then null else asked_name end,
        creating_since = case when $8 or ($6::jsonb is null and $4::uuid is not null) then null else creating_since end,
        leased_until = null, leased_by = null
      from groups
      where directory_id = $1 and group_id = $2 and groups.id = group_id`,
    values: [
      row.directoryId,
      row.groupId,
      row.revision,
      row.externalId,
      row.externalName,
      row.error,
      row.retryAt,
      row.notMade,
    ],
  })
}

/** Writes a group's counterpart and its memberships there again at once; false when it has none in the directory. */
export async function retry(
  db: Queryable,
  { directoryId, groupId }: { readonly directoryId: string; readonly groupId: string },
): Promise<boolean> {
  const raised = await db.execute({
    name: 'group-accounts-retry',
    text: `update group_accounts set desired_revision = desired_revision + 1, retry_at = null, attempts = 0
      where directory_id = $1 and group_id = $2`,
    values: [directoryId, groupId],
  })
  await db.execute({
    name: 'group-accounts-retry-members',
    text: `update group_member_deliveries set retry_at = null, attempts = 0
      where directory_id = $1 and group_id = $2 and leased_until is null`,
    values: [directoryId, groupId],
  })
  return raised > 0
}

/** Lets the counterparts of some groups be written again, those that failed at once. */
export async function raise(
  db: Queryable,
  { directoryId, groupIds }: { readonly directoryId: string; readonly groupIds: readonly string[] },
): Promise<void> {
  if (groupIds.length === 0) return
  await db.execute({
    name: 'group-accounts-raise',
    text: `update group_accounts set desired_revision = desired_revision + 1, retry_at = null, attempts = 0
      where directory_id = $1 and group_id = any($2)`,
    values: [directoryId, groupIds],
  })
}

/** An agent that does not hold the group (any more) found or made its counterpart: that is known now, and everything still waits. */
export async function noteMade(
  db: Queryable,
  row: Pick<GroupAccountReport, 'directoryId' | 'groupId'> & {
    readonly externalId: string
    readonly externalName: string | null
  },
): Promise<void> {
  await db.execute({
    name: 'group-accounts-note-made',
    text: `update group_accounts set external_id = $3, external_name = coalesce($4, external_name), asked_name = null,
        desired_revision = greatest(desired_revision, applied_revision + 1)
      where directory_id = $1 and group_id = $2 and external_id is null`,
    values: [row.directoryId, row.groupId, row.externalId, row.externalName],
  })
}

/** The members that a directory gave one group, or all of them, stay as members of the hub's own making, unless another directory has them too. */
export async function keepMembers(
  db: Queryable,
  { directoryId, groupId }: { readonly directoryId: string; readonly groupId?: string },
): Promise<void> {
  // Where nobody knows which directory brought a member, it was the last one that had the group.
  const brought = `($2::text is null or member.group_id = $2) and member.origin in ('directory', 'nested')
    and (member.directory_id = $1 or member.directory_id = '' and ($2::text is not null or exists (
        select from group_accounts as own where own.group_id = member.group_id and own.directory_id = $1))
      and not exists (select from group_accounts as other where other.group_id = member.group_id and other.directory_id <> $1))`
  const values = [directoryId, groupId ?? null]
  await db.execute({
    name: 'group-accounts-keep-members',
    text: `insert into group_members (group_id, user_id, origin)
      select distinct group_id, user_id, 'hub' from group_members as member
      where ${brought} and not removing
        and not exists (select from group_members as other
          where other.group_id = member.group_id and other.user_id = member.user_id and not other.removing
            and other.origin = 'directory' and other.directory_id not in ('', $1))
      on conflict do nothing`,
    values,
  })
  await db.execute({
    name: 'group-accounts-drop-directory-members',
    text: `delete from group_members as member where ${brought}`,
    values,
  })
}
