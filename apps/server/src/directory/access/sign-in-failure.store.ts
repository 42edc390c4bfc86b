import type { Queryable } from '../../platform/db/database.ts'

/** An attempt that is counted as a failure until it succeeds. */
export interface Attempt {
  readonly target: string
  readonly at: Date
  /** Failures before this moment are forgotten. */
  readonly countedSince: Date
  /** The failure that the first wait follows. */
  readonly limit: number
  /** The waits in milliseconds from that failure on; the last entry holds for all after it. */
  readonly waitsMs: readonly number[]
}

const failuresAfter = 'case when f.last_failure < $3::timestamptz then 1 else f.failures + 1 end'
/** Null below the limit, as every element of an array before its first one is. */
const blockedAfter = (failures: string): string =>
  `$2::timestamptz + ($4::float8[])[least(${failures} - $5::int + 1, cardinality($4::float8[]))] * interval '1 millisecond'`

/** Counts an attempt, unless its target has to wait: then answers until when. One statement, so that racing attempts all count. */
export async function countAttempt(db: Queryable, attempt: Attempt): Promise<Date | undefined> {
  const counted = await db.execute({
    name: 'sign-in-failures-count',
    text: `insert into sign_in_failures as f (target, failures, last_failure, blocked_until)
      values ($1, 1, $2::timestamptz, ${blockedAfter('1')})
      on conflict (target) do update set
        failures = ${failuresAfter},
        last_failure = $2::timestamptz,
        blocked_until = ${blockedAfter(failuresAfter)}
      where f.blocked_until is null or f.blocked_until <= $2::timestamptz`,
    values: [attempt.target, attempt.at, attempt.countedSince, attempt.waitsMs, attempt.limit],
  })
  if (counted > 0) return undefined
  const rows = await db.query<{ blockedUntil: Date | null }>({
    name: 'sign-in-failures-blocked',
    text: 'select blocked_until as "blockedUntil" from sign_in_failures where target = $1',
    values: [attempt.target],
  })
  return rows[0]?.blockedUntil ?? attempt.at
}

/** Takes a counted attempt back: it succeeded, or was never decided. */
export async function takeBack(db: Queryable, target: string): Promise<void> {
  await db.execute({
    name: 'sign-in-failures-take-back',
    text: 'update sign_in_failures set failures = greatest(0, failures - 1), blocked_until = null where target = $1',
    values: [target],
  })
}

export async function remove(db: Queryable, target: string): Promise<void> {
  await db.execute({
    name: 'sign-in-failures-remove',
    text: 'delete from sign_in_failures where target = $1',
    values: [target],
  })
}

export async function removeForgotten(
  db: Queryable,
  { before, limit }: { readonly before: Date; readonly limit: number },
): Promise<number> {
  return db.execute({
    name: 'sign-in-failures-remove-forgotten',
    text: `delete from sign_in_failures where target in (
        select target from sign_in_failures where last_failure < $1 limit $2)`,
    values: [before, limit],
  })
}
