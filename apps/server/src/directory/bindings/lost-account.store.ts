// Accounts whose outside object is not there any more.
import type { Queryable } from '../../platform/db/database.ts'
import type { AccountError } from './account.rules.ts'

/** An account of the hub's making that the directory lacks. */
interface LostAccount {
  readonly userId: string
  readonly username: string
  readonly externalId: string
  readonly externalName: string | null
}

/** The directory lacks these: whoever is connected to it and is not the directory's own is told so. */
export async function noteGone(
  db: Queryable,
  { ids, error }: { readonly ids: readonly string[]; readonly error: AccountError },
): Promise<void> {
  if (ids.length === 0) return
  await db.execute({
    name: 'accounts-note-gone',
    text: `update accounts set gone = true, error = case when made_by = 'hub' and wanted then $2::jsonb end where id = any($1)`,
    values: [ids, error],
  })
}

/** Wanted accounts of active users that the hub made and a directory lacks, in the order of their ids. */
export async function listLost(db: Queryable, directoryId: string, limit: number): Promise<readonly LostAccount[]> {
  return db.query<LostAccount>({
    name: 'accounts-lost',
    text: `select accounts.user_id as "userId", users.username, accounts.external_id as "externalId",
        accounts.external_name as "externalName"
      from accounts join users on users.id = accounts.user_id and users.state = 'ACTIVATED'
      where accounts.directory_id = $1 and accounts.gone and accounts.wanted and accounts.made_by = 'hub'
        and accounts.external_id is not null
      order by accounts.id limit $2`,
    values: [directoryId, limit],
  })
}

/** Asks of the next accounts behind an id whether their objects are there; answers the last of their ids, undefined when there are no more. */
export async function askForObjects(
  db: Queryable,
  query: { readonly directoryId: string; readonly after: string; readonly limit: number },
): Promise<{ readonly count: number; readonly last: string | undefined }> {
  const rows = await db.query<{ id: string }>({
    name: 'accounts-ask-for-objects',
    text: `with next as (
        select id from accounts
        where directory_id = $1 and id > $2 and wanted and external_id is not null
        order by id limit $3
        for no key update
      )
      update accounts set unsure = true, desired_revision = desired_revision + 1, retry_at = null, attempts = 0
      from next where accounts.id = next.id returning accounts.id`,
    values: [query.directoryId, query.after, query.limit],
  })
  const ids = rows.map(({ id }) => id).toSorted()
  return { count: ids.length, last: ids.at(-1) }
}

/** True while the sync agent has not said of every account that it was asked for. */
export async function isAsking(db: Queryable, directoryId: string): Promise<boolean> {
  const rows = await db.query({
    name: 'accounts-unsure',
    text: `select from accounts
      where directory_id = $1 and unsure and wanted and desired_revision > applied_revision limit 1`,
    values: [directoryId],
  })
  return rows.length > 0
}

/** Nothing is known any more of accounts of some users whose object is gone, but for users whose home the directory is. Answers whose. */
export async function forgetObjects(
  db: Queryable,
  { directoryId, userIds }: { readonly directoryId: string; readonly userIds: readonly string[] },
): Promise<readonly string[]> {
  const rows = await db.query<{ userId: string }>({
    name: 'accounts-forget-objects',
    text: `update accounts set external_id = null, external_name = null, made_by = 'hub', gone = false, left_at = null,
        agreed = '{}', enabled = null, disabled_by_hub = false, creating_since = null, unseen = false, error = null,
        desired_revision = desired_revision + 1, retry_at = null, attempts = 0, leased_by = null, leased_until = null,
        delivered_password_revision = null, password_last_set = null, password_error = null
      from users
      where accounts.directory_id = $1 and accounts.user_id = any($2) and accounts.gone
        and users.id = accounts.user_id and users.home_directory_id is distinct from $1
      returning accounts.user_id as "userId"`,
    values: [directoryId, userIds],
  })
  return rows.map(({ userId }) => userId)
}

/** A directory that has users anew is told of their memberships anew, but for those through nested groups. */
export async function deliverMemberships(
  db: Queryable,
  { directoryId, userIds }: { readonly directoryId: string; readonly userIds: readonly string[] },
): Promise<void> {
  await db.execute({
    name: 'accounts-deliver-memberships',
    text: `insert into group_member_deliveries (directory_id, group_id, user_id, removing)
      select distinct $1::text, member.group_id, member.user_id, false
      from group_members as member join group_accounts as tied on tied.group_id = member.group_id and tied.directory_id = $1
      where member.user_id = any($2) and member.origin <> 'nested' and not member.removing
      on conflict do nothing`,
    values: [directoryId, userIds],
  })
}
