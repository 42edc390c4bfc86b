import type { Clock } from '@lockstep/kernel/clock'
import type { PasswordHasher } from '../../platform/crypto/password-hash.ts'
import type { Database } from '../../platform/db/database.ts'
import type { Log } from '../../platform/log/log.ts'
import type { JournalService } from '../journal/journal.service.ts'
import { type AdministratorService, createAdministratorService } from './administrator.service.ts'
import { type ApiKeyService, createApiKeyService } from './api-key.service.ts'
import { type AuthenticationService, createAuthenticationService } from './authentication.service.ts'
import * as sessions from './session.store.ts'
import { createSetUpService, type SetUpService } from './set-up.service.ts'
import * as failures from './sign-in-failure.store.ts'
import { addressLimit, sessionIdleMs } from './sign-in.rules.ts'
import { createSignInService, type SignInService } from './sign-in.service.ts'

/** Who may come in, and as whom. */
export interface AccessService extends SetUpService, SignInService {
  readonly administrators: AdministratorService
  readonly apiKeys: ApiKeyService
  readonly authentication: Pick<AuthenticationService, 'byApiKey' | 'bySession'>
  /** Removes sessions that are over and failures that are forgotten; for a schedule of about an hour. Answers how many. */
  removeExpired(): Promise<number>
  close(): Promise<void>
}

export interface AccessDependencies {
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  readonly hasher: PasswordHasher
  readonly journal: Pick<JournalService, 'record'>
  /** Tells the other processes; called with `access` after the commit. */
  readonly announce: (channel: string) => void
  /** Calls the listener when another process announced the channel, or as a mere `poll`. Answers how to stop. */
  readonly subscribe: (channel: string, listener: (reason: 'announced' | 'poll') => void) => () => void
}

const channel = 'access'
const removalLimit = 1_000

export function createAccessService(dependencies: AccessDependencies): AccessService {
  const { database, clock, announce, subscribe } = dependencies
  const authentication = createAuthenticationService(dependencies)
  // A poll says nothing new, and the age of what is kept is limited anyway.
  const unsubscribe = subscribe(channel, (reason) => {
    if (reason === 'announced') authentication.drop()
  })
  const accessChanged = (): void => {
    // Announcements to ourselves may be coalesced; what was taken away is refused from this moment.
    authentication.drop()
    announce(channel)
  }
  return {
    ...createSetUpService(dependencies),
    ...createSignInService({ ...dependencies, accessChanged }),
    administrators: createAdministratorService({ ...dependencies, accessChanged }),
    apiKeys: createApiKeyService({ ...dependencies, accessChanged }),
    authentication,
    async removeExpired() {
      const now = clock.now()
      const before = (ms: number): Date => new Date(now.getTime() - ms)
      const limit = removalLimit
      return (
        (await sessions.removeOver(database, { expiredBy: now, lastSeenBy: before(sessionIdleMs), limit })) +
        (await failures.removeForgotten(database, { before: before(addressLimit.forgetAfterMs), limit }))
      )
    },
    async close() {
      unsubscribe()
      await authentication.close()
    },
  }
}
