import type { Queryable } from '../../platform/db/database.ts'
import type { JsonObject } from '@lockstep/kernel/json'
import type { Account, AccountReport } from './account.rules.ts'

const columns = `accounts.id, accounts.directory_id as "directoryId", accounts.user_id as "userId",
  accounts.user_deleted as "userDeleted", accounts.external_id as "externalId", accounts.external_name as "externalName",
  accounts.made_by as "madeBy", accounts.wanted, accounts.left_at as "leftAt", accounts.desired_revision as "desiredRevision",
  accounts.applied_revision as "appliedRevision", accounts.applied_at as "appliedAt", accounts.agreed, accounts.enabled,
  accounts.disabled_by_hub as "disabledByHub", accounts.creating_since as "creatingSince", accounts.unseen, accounts.unsure, accounts.error,
  accounts.retry_at as "retryAt", accounts.attempts, accounts.leased_by as "leasedBy", accounts.gone,
  accounts.delivered_password_revision as "deliveredPasswordRevision", accounts.password_last_set as "passwordLastSet",
  accounts.password_error as "passwordError"`

export async function listOfUser(db: Queryable, userId: string): Promise<readonly Account[]> {
  return db.query<Account>({
    name: 'accounts-of-user',
    text: `select ${columns} from accounts where user_id = $1 order by directory_id limit 1000`,
    values: [userId],
  })
}

/** The accounts of some users in a directory. */
export async function listOfUsers(
  db: Queryable,
  key: { readonly directoryId: string; readonly userIds: readonly string[] },
): Promise<readonly Account[]> {
  return db.query<Account>({
    name: 'accounts-of-users',
    text: `select ${columns} from accounts where directory_id = $1 and user_id = any($2) order by id limit $3`,
    values: [key.directoryId, key.userIds, key.userIds.length],
  })
}

/** The users whose accounts of a directory have any of the outside ids. */
export async function listUserIds(
  db: Queryable,
  key: { readonly directoryId: string; readonly externalIds: readonly string[] },
): Promise<readonly string[]> {
  const rows = await db.query<{ userId: string }>({
    name: 'accounts-user-ids-by-external',
    text: `select user_id as "userId" from accounts where directory_id = $1 and external_id = any($2::uuid[]) limit $3`,
    values: [key.directoryId, key.externalIds, key.externalIds.length],
  })
  return rows.map((row) => row.userId)
}

/** The accounts of a directory with any of the outside ids, locked for the transaction. */
export async function lockByExternalIds(
  db: Queryable,
  key: { readonly directoryId: string; readonly externalIds: readonly string[] },
): Promise<readonly Account[]> {
  return db.query<Account>({
    name: 'accounts-by-external',
    text: `select ${columns} from accounts where directory_id = $1 and external_id = any($2::uuid[])
      order by id limit $3 for no key update`,
    values: [key.directoryId, key.externalIds, key.externalIds.length],
  })
}

export async function lockByIds(
  db: Queryable,
  key: { readonly directoryId: string; readonly ids: readonly string[] },
): Promise<readonly Account[]> {
  return db.query<Account>({
    name: 'accounts-by-ids',
    text: `select ${columns} from accounts where directory_id = $1 and id = any($2)
      order by id limit $3 for no key update`,
    values: [key.directoryId, key.ids, key.ids.length],
  })
}

export async function lockByUsers(
  db: Queryable,
  key: { readonly directoryId: string; readonly userIds: readonly string[] },
): Promise<readonly Account[]> {
  return db.query<Account>({
    name: 'accounts-by-users',
    text: `select ${columns} from accounts where directory_id = $1 and user_id = any($2)
      order by id limit $3 for no key update`,
    values: [key.directoryId, key.userIds, key.userIds.length],
  })
}

/** Accounts whose making was asked for and not reported yet, locked; `agreed` has the username that they are made with. */
export async function lockInTheMaking(db: Queryable, directoryId: string): Promise<readonly Account[]> {
  return db.query<Account>({
    name: 'accounts-in-the-making',
    text: `select ${columns} from accounts
      where directory_id = $1 and external_id is null and creating_since is not null
      order by id limit 100000 for no key update`,
    values: [directoryId],
  })
}

/** Ties accounts in the making to the objects that were made for them; whoever made them still has to say that they are complete. */
export async function tieMade(
  db: Queryable,
  rows: readonly { readonly id: string; readonly externalId: string; readonly externalName: string }[],
): Promise<void> {
  if (rows.length === 0) return
  await db.execute({
    name: 'accounts-tie-made',
    text: `update accounts set external_id = input."externalId", external_name = input."externalName", gone = false,
        desired_revision = greatest(desired_revision, applied_revision + 1)
      from jsonb_to_recordset($1::jsonb) as input(id text, "externalId" uuid, "externalName" text)
      where accounts.id = input.id`,
    values: [JSON.stringify(rows)],
  })
}

/** From here on, what is read of these accounts is newer than what was written. */
export async function noteSeen(db: Queryable, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return
  await db.execute({
    name: 'accounts-seen',
    text: 'update accounts set unseen = false where id = any($1)',
    values: [ids],
  })
}

/** An account that the directory brought or that was found to be a user's. */
export interface LinkedAccount {
  readonly id: string
  readonly directoryId: string
  readonly userId: string
  readonly externalId: string
  readonly externalName: string
  readonly madeBy: 'hub' | 'directory'
  readonly agreed: JsonObject
  readonly enabled: boolean
}

/**
 * Ties accounts to their outside objects, making the rows that do not exist. `inStep` accounts have nothing to be written; the others
 * keep what waits for them.
 */
export async function link(
  db: Queryable,
  accounts: readonly (LinkedAccount & { readonly inStep: boolean })[],
): Promise<void> {
  if (accounts.length === 0) return
  await db.execute({
    name: 'accounts-link',
    text: `insert into accounts as account (id, directory_id, user_id, external_id, external_name, made_by, wanted, agreed,
        enabled, desired_revision, applied_revision, applied_at, created)
      select id, "directoryId", "userId", "externalId", "externalName", "madeBy", true, agreed, enabled, 1,
        case when "inStep" then 1 else 0 end, case when "inStep" then now() end, now()
      from jsonb_to_recordset($1::jsonb) as input(id text, "directoryId" text, "userId" text, "externalId" uuid,
        "externalName" text, "madeBy" text, agreed jsonb, enabled boolean, "inStep" boolean)
      on conflict (directory_id, user_id) do update set external_id = excluded.external_id,
        external_name = excluded.external_name, agreed = account.agreed || excluded.agreed, enabled = excluded.enabled,
        gone = false, error = case when account.gone then null else account.error end,
        wanted = account.wanted or excluded.made_by = 'directory', left_at = null,
        made_by = case when excluded.made_by = 'directory' then 'directory' else account.made_by end`,
    values: [JSON.stringify(accounts)],
  })
}

/**
 * What a read of the directory says of accounts that are known: name, state, agreed values; `inStep` when nothing waits, `isBehind` when the
 * directory has something else than what was written last, so that it is written again; `mayBeOld` where nobody keeps the read up, so that
 * it does not say that an object is there still.
 */
export async function observe(
  db: Queryable,
  rows: readonly {
    readonly id: string
    readonly externalName: string
    readonly agreed: JsonObject
    readonly enabled: boolean
    readonly inStep: boolean
    readonly isBehind: boolean
    readonly mayBeOld: boolean
  }[],
): Promise<void> {
  if (rows.length === 0) return
  await db.execute({
    name: 'accounts-observe',
    text: `update accounts set external_name = input."externalName", agreed = input.agreed, enabled = input.enabled,
        disabled_by_hub = accounts.disabled_by_hub and (not input.enabled or accounts.leased_by is not null),
        applied_revision = case when input."inStep" then desired_revision else applied_revision end,
        desired_revision = case when input."isBehind" and accounts.wanted
          then greatest(desired_revision, applied_revision + 1) else desired_revision end,
        error = case when input."inStep" and not (gone and input."mayBeOld") then null else error end,
        gone = gone and input."mayBeOld", unseen = false
      from jsonb_to_recordset($1::jsonb) as input(id text, "externalName" text, agreed jsonb, enabled boolean, "inStep" boolean,
        "isBehind" boolean, "mayBeOld" boolean)
      where accounts.id = input.id`,
    values: [JSON.stringify(rows)],
  })
}

/** The directory took the outside objects out of scope: nothing is wanted of them any more, and nothing waits. */
export async function leave(db: Queryable, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return
  await db.execute({
    name: 'accounts-leave',
    text: `update accounts set wanted = false, left_at = now(), applied_revision = desired_revision,
        error = case when gone then error end
      where id = any($1)`,
    values: [ids],
  })
}

/** What an agent took and has not reported is free again. */
export async function releaseLeases(
  db: Queryable,
  key: { readonly directoryId: string; readonly agentId: string },
): Promise<void> {
  await db.execute({
    name: 'accounts-release-leases',
    text: `update accounts set leased_until = null, leased_by = null
      where directory_id = $1 and desired_revision > applied_revision and leased_by = $2`,
    values: [key.directoryId, key.agentId],
  })
}

/** These accounts are about to be disabled because the hub wants it; whoever reads it before it is reported knows whose doing it is. */
export async function noteDisabling(db: Queryable, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return
  await db.execute({
    name: 'accounts-disabling',
    text: 'update accounts set disabled_by_hub = true where id = any($1)',
    values: [ids],
  })
}

/** Who takes how much of which directory's work, and for how long it is theirs. */
export interface LeaseRequest {
  readonly directoryId: string
  readonly agentId: string
  readonly limit: number
  readonly leaseMs: number
}

/**
 * Takes a batch of accounts that are behind; a lease that runs out is taken again. The username with which an account is to be made is noted
 * with the first try, because later ones must find what that one left under the name.
 */
export async function lease(db: Queryable, request: LeaseRequest): Promise<readonly Account[]> {
  return db.query<Account>({
    name: 'accounts-lease',
    text: `with next as (
        select accounts.id, users.username from accounts left join users on users.id = accounts.user_id
        where accounts.directory_id = $1 and accounts.desired_revision > accounts.applied_revision
          and (accounts.leased_until is null or accounts.leased_until < now())
          and (accounts.retry_at is null or accounts.retry_at <= now())
          and (users.state is distinct from 'STAGED' or accounts.external_id is not null)
        order by accounts.id
        limit $2
        for no key update of accounts skip locked
      )
      update accounts set leased_until = now() + $3 * interval '1 millisecond', leased_by = $4,
        agreed = case when accounts.external_id is null and accounts.wanted and accounts.creating_since is null
          then jsonb_build_object('username', next.username) else accounts.agreed end,
        creating_since = case when accounts.external_id is null and accounts.wanted
          then coalesce(accounts.creating_since, now()) else accounts.creating_since end
      from next where accounts.id = next.id
      returning ${columns}`,
    values: [request.directoryId, request.limit, request.leaseMs, request.agentId],
  })
}

export async function report(db: Queryable, rows: readonly AccountReport[]): Promise<void> {
  if (rows.length === 0) return
  await db.execute({
    name: 'accounts-report',
    text: `update accounts set
        external_id = coalesce(input."externalId", accounts.external_id),
        external_name = coalesce(input."externalName", accounts.external_name),
        gone = input."externalId" is null and (accounts.gone or coalesce(input.gone, false)),
        enabled = coalesce(input.enabled, accounts.enabled),
        disabled_by_hub = coalesce(input."disabledByHub", accounts.disabled_by_hub),
        agreed = accounts.agreed || coalesce(input.agreed, '{}'),
        applied_revision = case when input.error is null
          then greatest(accounts.applied_revision, input.revision) else accounts.applied_revision end,
        applied_at = case when input.error is null then now() else accounts.applied_at end,
        creating_since = case
          when input."notMade" or (input."externalId" is not null and (input.error is null or input.made)) then null
          else accounts.creating_since end,
        unseen = accounts.unseen or coalesce(input.written, false), error = input.error, unsure = false,
        attempts = case when input.error is null then 0 else accounts.attempts + 1 end, retry_at = input."retryAt",
        leased_until = null, leased_by = null
      from jsonb_to_recordset($1::jsonb) as input(id text, revision bigint, "externalId" uuid, "externalName" text,
        enabled boolean, "disabledByHub" boolean, agreed jsonb, error jsonb, "retryAt" timestamptz, "notMade" boolean,
        written boolean, made boolean, gone boolean)
      where accounts.id = input.id`,
    values: [JSON.stringify(rows)],
  })
}

/**
 * What an agent says of accounts that it does not hold: an identity that nobody knew, and that what is read next may be older than what was
 * written. Everything that waits still waits.
 */
export async function noteWritten(
  db: Queryable,
  rows: readonly {
    readonly id: string
    readonly externalId: string | null
    readonly externalName: string | null
    readonly written: boolean
  }[],
): Promise<void> {
  if (rows.length === 0) return
  await db.execute({
    name: 'accounts-note-written',
    text: `update accounts set unseen = accounts.unseen or input.written,
        external_name = case when accounts.external_id is null and not held.taken
          then coalesce(input."externalName", accounts.external_name) else accounts.external_name end,
        external_id = case when held.taken then accounts.external_id else coalesce(accounts.external_id, input."externalId") end,
        desired_revision = case when accounts.external_id is null and input."externalId" is not null and not held.taken
          then greatest(accounts.desired_revision, accounts.applied_revision + 1) else accounts.desired_revision end
      from jsonb_to_recordset($1::jsonb) as input(id text, "externalId" uuid, "externalName" text, written boolean)
        cross join lateral (select exists (select from accounts as other
          where other.external_id = input."externalId" and other.id <> input.id
            and other.directory_id = (select directory_id from accounts as own where own.id = input.id)) as taken) as held
      where accounts.id = input.id`,
    values: [JSON.stringify(rows)],
  })
}

/** Marks accounts as needing nothing, for work that turned out to be none. */
export async function settle(
  db: Queryable,
  rows: readonly { readonly id: string; readonly revision: number }[],
): Promise<void> {
  if (rows.length === 0) return
  await db.execute({
    name: 'accounts-nothing-to-do',
    text: `update accounts set applied_revision = greatest(applied_revision, input.revision), leased_until = null,
        leased_by = null, disabled_by_hub = accounts.disabled_by_hub and accounts.enabled is distinct from true,
        retry_at = null, error = null, attempts = 0
      from jsonb_to_recordset($1::jsonb) as input(id text, revision bigint) where accounts.id = input.id`,
    values: [JSON.stringify(rows)],
  })
}

/** Tries a failed account again at once. True when there is one. */
export async function retry(
  db: Queryable,
  key: { readonly directoryId: string; readonly userId: string },
): Promise<boolean> {
  const count = await db.execute({
    name: 'accounts-retry',
    text: `update accounts set desired_revision = desired_revision + 1, retry_at = null, attempts = 0,
        leased_until = null, leased_by = null
      where directory_id = $1 and user_id = $2`,
    values: [key.directoryId, key.userId],
  })
  return count > 0
}

/** Lets the accounts of some users be written again, those that failed at once. */
export async function raise(
  db: Queryable,
  { directoryId, userIds }: { readonly directoryId: string; readonly userIds: readonly string[] },
): Promise<void> {
  if (userIds.length === 0) return
  await db.execute({
    name: 'accounts-raise',
    text: `update accounts set desired_revision = desired_revision + 1, retry_at = null, attempts = 0
      where directory_id = $1 and user_id = any($2)`,
    values: [directoryId, userIds],
  })
}

export interface DirectoryCounts {
  readonly directoryId: string
  readonly users: number
  readonly groups: number
  readonly pending: number
  readonly failed: number
}

export async function listCounts(db: Queryable): Promise<readonly DirectoryCounts[]> {
  return db.query<DirectoryCounts>({
    name: 'accounts-counts',
    text: `select directories.id as "directoryId",
        (select count(*) from accounts where directory_id = directories.id and wanted) as users,
        (select count(*) from group_accounts where directory_id = directories.id) as groups,
        (select count(*) from accounts where directory_id = directories.id and desired_revision > applied_revision)
          + (select count(*) from group_accounts
            where directory_id = directories.id and desired_revision > applied_revision)
          + (select count(*) from group_member_deliveries where directory_id = directories.id) as pending,
        (select count(*) from accounts where directory_id = directories.id and error is not null and left_at is null)
          + (select count(*) from group_accounts where directory_id = directories.id and error is not null) as failed
      from directories order by id limit 1000`,
  })
}
