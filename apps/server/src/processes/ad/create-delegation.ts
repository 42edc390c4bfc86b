import type { Clock } from '@lockstep/kernel/clock'
import type { JournalService } from '../../directory/journal/journal.service.ts'
import type { PasswordHasher } from '../../platform/crypto/password-hash.ts'
import type { Database } from '../../platform/db/database.ts'
import type { Wakeups } from '../../platform/db/wakeups.ts'
import type { Log } from '../../platform/log/log.ts'
import { CheckWaiters } from './check-waiters.ts'
import { createDelegationService, type DelegationService } from './delegation.service.ts'
import { listSettled } from './delegation.store.ts'
import { createKeptPasswords } from './kept-passwords.ts'
import { createSignInCheckService, type SignInCheckService } from './sign-in-check.service.ts'

export interface DelegationParts {
  readonly delegation: DelegationService
  readonly signInChecks: SignInCheckService
  /** Ends what listens to other hubs. */
  readonly forgetSignInChecks: () => void
}

const checks = 'sign_in_checks'
const answers = 'sign_in_answers'

/** Both sides of delegated authentication, tied together across all hubs. */
export function createDelegation(options: {
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  readonly journal: JournalService
  readonly hasher: Pick<PasswordHasher, 'hashPassword' | 'verifyPassword'>
  readonly announce: () => void
  readonly wakeups: Pick<Wakeups, 'announce' | 'subscribe' | 'wait'>
}): DelegationParts {
  const { database, clock, log, journal, announce, wakeups } = options
  const waiters = new CheckWaiters((ids) => listSettled(database, ids))
  const forgetSignInChecks = wakeups.subscribe(answers, () => {
    waiters.follow().catch((error: unknown) => log.warn({ err: error }, 'answers to sign-ins were not looked up'))
  })
  const announceChecks = (): void => wakeups.announce(checks)
  return {
    delegation: createDelegationService({
      database,
      clock,
      waiters,
      announceChecks,
      kept: createKeptPasswords(options),
    }),
    signInChecks: createSignInCheckService({
      ...{ database, clock, journal, waiters, announce, announceChecks },
      announceAnswers: () => wakeups.announce(answers),
      waitForChecks: (how) => wakeups.wait(checks, how),
    }),
    forgetSignInChecks,
  }
}
