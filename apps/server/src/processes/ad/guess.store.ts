// How often passwords that may be wrong were tried on an account of a domain. Whoever counts keeps the account first (`lockAccount`), so that
// guesses at the same time on several hubs all count.
import type { LockoutPolicy } from '@lockstep/contract/agents/sign-in-check'
import type { Queryable } from '../../platform/db/database.ts'
import type { GuessRow } from './delegation.rules.ts'

export interface AccountKey {
  readonly domainId: string
  readonly guid: string
}

/** One counter of an account at a time, in all hub processes, until the transaction ends. */
export async function lockAccount(db: Queryable, { domainId, guid }: AccountKey): Promise<void> {
  await db.query({
    name: 'sign-in-guesses-lock',
    text: `select pg_advisory_xact_lock(hashtextextended('sign-in:' || $1 || ':' || $2, 0))`,
    values: [domainId, guid],
  })
}

export async function list(db: Queryable, { domainId, guid }: AccountKey): Promise<readonly GuessRow[]> {
  return db.query<GuessRow>({
    name: 'sign-in-guesses-list',
    text: `select source, count, last_at as "lastAt", lockout_threshold as threshold, lockout_window_ms as "windowMs"
      from ad_sign_in_guesses where domain_id = $1 and guid = $2 limit 1000`,
    values: [domainId, guid],
  })
}

export async function count(db: Queryable, { domainId, guid }: AccountKey, source: string, now: Date): Promise<void> {
  await db.execute({
    name: 'sign-in-guesses-count',
    text: `insert into ad_sign_in_guesses (domain_id, guid, source, count, last_at) values ($1, $2, $3, 1, $4)
      on conflict (domain_id, guid, source) do update set count = ad_sign_in_guesses.count + 1, last_at = excluded.last_at`,
    values: [domainId, guid, source, now],
  })
}

/** The domain counted it now, by a policy that the agent knows or not. */
export async function confirm(
  db: Queryable,
  { domainId, guid, source }: AccountKey & { readonly source: string },
  now: Date,
  lockout?: LockoutPolicy,
): Promise<void> {
  await db.execute({
    name: 'sign-in-guesses-confirm',
    text: `update ad_sign_in_guesses set last_at = $4, lockout_threshold = coalesce($5, lockout_threshold),
        lockout_window_ms = coalesce($6, lockout_window_ms)
      where domain_id = $1 and guid = $2 and source = $3`,
    values: [domainId, guid, source, now, lockout?.threshold ?? null, lockout?.windowMs ?? null],
  })
}

/** The domain did not count it. */
export async function takeBack(db: Queryable, { domainId, guid }: AccountKey, source: string): Promise<void> {
  await db.execute({
    name: 'sign-in-guesses-take-back',
    text: `with gone as (
        delete from ad_sign_in_guesses where domain_id = $1 and guid = $2 and source = $3 and count = 1
      )
      update ad_sign_in_guesses set count = count - 1 where domain_id = $1 and guid = $2 and source = $3 and count > 1`,
    values: [domainId, guid, source],
  })
}

/** The domain counts from nought; what is under way at this moment may be counted after that. */
export async function startAnew(db: Queryable, { domainId, guid }: AccountKey, now: Date): Promise<void> {
  await db.execute({
    name: 'sign-in-guesses-clear',
    text: `delete from ad_sign_in_guesses where domain_id = $1 and guid = $2`,
    values: [domainId, guid],
  })
  await db.execute({
    name: 'sign-in-guesses-under-way',
    text: `insert into ad_sign_in_guesses (domain_id, guid, source, count, last_at)
      select $1, $2, source, count(*), $3 from ad_sign_in_checks
      where domain_id = $1 and guid = $2 and settled_at is null and expires > $3 group by source`,
    values: [domainId, guid, now],
  })
}

/** How many are under way, of which some may turn out right. */
export async function countUnderWay(db: Queryable, { domainId, guid }: AccountKey, now: Date): Promise<number> {
  const rows = await db.query<{ count: number }>({
    name: 'sign-in-guesses-open',
    text: `select count(*) as count from ad_sign_in_checks
      where domain_id = $1 and guid = $2 and settled_at is null and expires > $3`,
    values: [domainId, guid, now],
  })
  return rows[0]?.count ?? 0
}

export async function removeOld(db: Queryable, before: Date): Promise<void> {
  await db.execute({
    name: 'sign-in-guesses-remove-old',
    text: `delete from ad_sign_in_guesses where (domain_id, guid, source) in (
        select domain_id, guid, source from ad_sign_in_guesses where last_at < $1 limit 1000)`,
    values: [before],
  })
}
