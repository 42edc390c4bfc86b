// Where accounts are in their directories, and who has one.
import type { Queryable } from '../../platform/db/database.ts'

/** An account of a user who is not the directory's. */
export interface PlacedAccount {
  readonly userId: string
  readonly externalId: string | null
  readonly externalName: string | null
}

/** The accounts of a directory's strangers, by username. */
export async function listOwn(db: Queryable, directoryId: string, limit: number): Promise<readonly PlacedAccount[]> {
  return db.query<PlacedAccount>({
    name: 'account-places-own',
    text: `select users.id as "userId", accounts.external_id as "externalId", accounts.external_name as "externalName"
      from accounts join users on users.id = accounts.user_id
      where accounts.directory_id = $1 and accounts.wanted and users.home_directory_id is distinct from $1
      order by lower(users.username) limit $2`,
    values: [directoryId, limit],
  })
}

/** Lets accounts of users who are not the directory's be looked at again: of some users, or of all. */
export async function raiseOwn(
  db: Queryable,
  { directoryId, userIds }: { readonly directoryId: string; readonly userIds?: readonly string[] },
): Promise<void> {
  await db.execute({
    name: 'account-places-raise',
    text: `update accounts set desired_revision = desired_revision + 1, retry_at = null, attempts = 0
      from users where accounts.directory_id = $1 and accounts.wanted and users.id = accounts.user_id
        and users.home_directory_id is distinct from $1 and ($2::text[] is null or users.id = any($2))`,
    values: [directoryId, userIds ?? null],
  })
}

/** The accounts of a user, in numbers and places. */
export interface AccountSummary {
  readonly userId: string
  readonly accountCount: number
  readonly failedAccountCount: number
  /** Where the user has an account. */
  readonly directoryIds: readonly string[]
}

export async function listSummaries(db: Queryable, userIds: readonly string[]): Promise<readonly AccountSummary[]> {
  return db.query<AccountSummary>({
    name: 'accounts-summaries',
    text: `select user_id as "userId", count(*) filter (where wanted) as "accountCount",
        count(*) filter (where error is not null) as "failedAccountCount",
        coalesce(array_agg(directory_id order by directory_id) filter (where wanted), '{}') as "directoryIds"
      from accounts where user_id = any($1) group by user_id limit $2`,
    values: [userIds, userIds.length],
  })
}
