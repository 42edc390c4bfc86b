import { AppError } from '@lockstep/contract/app-error'
import type { Clock } from '@lockstep/kernel/clock'
import type { Database, Queryable } from '../../platform/db/database.ts'
import * as failures from './sign-in-failure.store.ts'
import { type FailureLimit, secondsUntil, waitsMs } from './sign-in.rules.ts'

/** What guessing aims at, and how often that may fail. */
export interface AttemptTarget {
  readonly target: string
  readonly rule: FailureLimit
}

/**
 * Counts an attempt as a failure until it succeeds; refuses with `throttled` when a target has to wait. One transaction for all targets:
 * an attempt that has to wait on one side leaves the others as they were.
 */
export async function countAttempt(
  { database, clock }: { readonly database: Database; readonly clock: Clock },
  targets: readonly AttemptTarget[],
): Promise<void> {
  const at = clock.now()
  await database.transaction(async (transaction) => {
    for (const { target, rule } of targets) {
      const countedSince = new Date(at.getTime() - rule.forgetAfterMs)
      const until = await failures.countAttempt(transaction, { target, at, countedSince, waitsMs, limit: rule.limit })
      if (until !== undefined) throw new AppError('throttled', { retryAfterSeconds: secondsUntil(until, at) })
    }
  })
}

/** Takes counted attempts back: they succeeded, or were never decided. */
export async function takeBackAttempts(db: Queryable, targets: readonly string[]): Promise<void> {
  for (const target of targets) await failures.takeBack(db, target)
}

/** Forgets the failures of a target altogether, after a success. */
export async function forgetAttempts(db: Queryable, target: string): Promise<void> {
  await failures.remove(db, target)
}
