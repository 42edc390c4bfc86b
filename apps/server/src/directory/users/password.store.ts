import type { Queryable } from '../../platform/db/database.ts'

/** A new password as it is stored. `keptHashes`: how many earlier ones stay. */
export interface PasswordWrite {
  readonly userId: string
  readonly hash: string
  readonly changed: Date
  readonly keptHashes: number
}

/**
 * Sets a password; the one before joins the earlier ones, of which only the latest stay. Failed attempts are forgotten, unless the user
 * is locked still: the lock that they made needs its end. Answers the password's revision, counted for each user.
 */
export async function setPassword(
  db: Queryable,
  { userId, hash, changed, keptHashes }: PasswordWrite,
): Promise<number> {
  const rows = await db.query<{ revision: number }>({
    name: 'passwords-set',
    text: `with earlier as (
        insert into user_password_history (user_id, changed, hash)
        select user_id, changed, hash from user_passwords where user_id = $1 and $4::integer > 0
        on conflict do nothing
      ), forgotten as (
        delete from user_password_history where user_id = $1 and changed in (
          select changed from user_password_history where user_id = $1
          order by changed desc offset greatest($4::integer - 1, 0))
      ), present as (
        insert into user_passwords as known (user_id, hash, changed) values ($1, $2, $3)
        on conflict (user_id) do update set hash = excluded.hash, changed = excluded.changed,
          (failed_attempts, last_failure, locked_until) = (
            select case when account_locked then known.failed_attempts else 0 end,
              case when account_locked then known.last_failure end, case when account_locked then known.locked_until end
            from users where id = $1)
      )
      insert into user_password_revisions as known (user_id, revision) values ($1, 1)
      on conflict (user_id) do update set revision = known.revision + 1
      returning revision`,
    values: [userId, hash, changed, keptHashes],
  })
  return rows[0]?.revision ?? 0
}

/** The present password's hash and revision; undefined when the user has none. */
export async function findPresent(
  db: Queryable,
  userId: string,
): Promise<{ readonly hash: string; readonly revision: number } | undefined> {
  const rows = await db.query<{ hash: string; revision: number }>({
    name: 'passwords-present',
    text: `select hash, revision from user_passwords join user_password_revisions using (user_id) where user_id = $1`,
    values: [userId],
  })
  return rows[0]
}

/** Keeps the present password from being replaced until the transaction ends; false when it is another one by now. */
export async function lockRevision(db: Queryable, userId: string, revision: number): Promise<boolean> {
  const rows = await db.query({
    name: 'passwords-lock-revision',
    text: 'select from user_password_revisions where user_id = $1 and revision = $2 for share',
    values: [userId, revision],
  })
  return rows.length > 0
}

/** The present password's hash; undefined when there is none. */
export async function findHash(db: Queryable, userId: string): Promise<string | undefined> {
  const rows = await db.query<{ hash: string }>({
    name: 'passwords-find-hash',
    text: 'select hash from user_passwords where user_id = $1',
    values: [userId],
  })
  return rows[0]?.hash
}

/** Puts another hash of the same password in the place of one, unless the password was changed meanwhile. */
export async function renewHash(
  db: Queryable,
  { userId, before, after }: { readonly userId: string; readonly before: string; readonly after: string },
): Promise<void> {
  await db.execute({
    name: 'passwords-renew-hash',
    text: 'update user_passwords set hash = $3 where user_id = $1 and hash = $2',
    values: [userId, before, after],
  })
}

/** The present password's hash and the earlier ones', latest first. */
export async function listHashes(db: Queryable, userId: string, limit: number): Promise<readonly string[]> {
  const rows = await db.query<{ hash: string }>({
    name: 'passwords-latest',
    text: `select hash from (
        select hash, changed from user_passwords where user_id = $1
        union all
        select hash, changed from user_password_history where user_id = $1
      ) as known order by changed desc limit $2`,
    values: [userId, limit],
  })
  return rows.map(({ hash }) => hash)
}

/** What failed sign-ins of a user have come to. */
export interface FailedAttempts {
  readonly failedAttempts: number
  readonly lockedUntil: Date | null
}

/** Counts a failed sign-in, in one statement so that racing ones all count; the count begins anew once a lock is over. */
export async function countFailure(
  db: Queryable,
  failure: {
    readonly userId: string
    readonly at: Date
    readonly maxAttempts: number | undefined
    readonly lockedUntil: Date | null
  },
): Promise<FailedAttempts | undefined> {
  const rows = await db.query<FailedAttempts>({
    name: 'passwords-count-failure',
    text: `update user_passwords set last_failure = $2,
        failed_attempts = case when locked_until <= $2 then 1 else failed_attempts + 1 end,
        locked_until = case
          when locked_until > $2 then locked_until
          when (case when locked_until <= $2 then 1 else failed_attempts + 1 end) >= $3::integer then $4::timestamptz
        end
      where user_id = $1
      returning failed_attempts as "failedAttempts", locked_until as "lockedUntil"`,
    values: [failure.userId, failure.at, failure.maxAttempts ?? null, failure.lockedUntil],
  })
  return rows[0]
}

/** What failed sign-ins have come to; undefined when the user has no password. */
export async function findFailures(db: Queryable, userId: string): Promise<FailedAttempts | undefined> {
  const rows = await db.query<FailedAttempts>({
    name: 'passwords-find-failures',
    text: `select failed_attempts as "failedAttempts", locked_until as "lockedUntil" from user_passwords where user_id = $1`,
    values: [userId],
  })
  return rows[0]
}

export async function clearFailures(db: Queryable, userId: string): Promise<void> {
  await db.execute({
    name: 'passwords-clear-failures',
    text: `update user_passwords set failed_attempts = 0, last_failure = null, locked_until = null
      where user_id = $1 and failed_attempts > 0`,
    values: [userId],
  })
}

/** Takes passwords away; the earlier ones stay, so that they are not used again. */
export async function removePasswords(db: Queryable, userIds: readonly string[]): Promise<void> {
  await db.execute({
    name: 'passwords-remove',
    text: `with gone as (delete from user_passwords where user_id = any($1) returning user_id, hash, changed)
      insert into user_password_history (user_id, hash, changed) select user_id, hash, changed from gone
      on conflict do nothing`,
    values: [userIds],
  })
}
