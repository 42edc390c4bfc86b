import type { Clock } from '@lockstep/kernel/clock'
import type { Vault } from '../../platform/crypto/vault.ts'
import type { PasswordHasher } from '../../platform/crypto/password-hash.ts'
import type { Database } from '../../platform/db/database.ts'
import type { Log } from '../../platform/log/log.ts'
import type { JournalService } from '../journal/journal.service.ts'
import { type AdministratorDetailService, createAdministratorDetailService } from './administrator-detail.service.ts'
import { type AdministratorService, createAdministratorService } from './administrator.service.ts'
import { type ApiKeyService, createApiKeyService } from './api-key.service.ts'
import { type AuthenticationService, createAuthenticationService } from './authentication.service.ts'
import * as accessTokens from './access-token.store.ts'
import { createPasswordLinkService, type PasswordLinkService } from './password-link.service.ts'
import { createRoleService, type RoleService } from './role.service.ts'
import { createSecondFactorService, type SecondFactorService } from './second-factor.service.ts'
import { createServiceAccountService, type ServiceAccountService } from './service-account.service.ts'
import { createServiceTokenService, type ServiceTokenService } from './service-token.service.ts'
import * as sessions from './session.store.ts'
import { createSetUpService, type SetUpService } from './set-up.service.ts'
import * as failures from './sign-in-failure.store.ts'
import { addressLimit, sessionIdleMs } from './sign-in.rules.ts'
import { createSignInService, type SignInService } from './sign-in.service.ts'

/** Who may come in, and as whom. */
export interface AccessService extends SetUpService, SignInService {
  readonly administrators: AdministratorService
  readonly administratorDetails: AdministratorDetailService
  readonly passwordLinks: PasswordLinkService
  readonly roles: RoleService
  readonly secondFactors: SecondFactorService
  readonly serviceAccounts: ServiceAccountService
  readonly serviceTokens: ServiceTokenService
  readonly apiKeys: ApiKeyService
  readonly authentication: Pick<AuthenticationService, 'byApiKey' | 'bySession'>
  /** Call after what changes who may do what was changed elsewhere, such as a setting. */
  accessChanged(): void
  /** Removes sessions and tokens that are over and failures that are forgotten; for a schedule of about an hour. Answers how many. */
  removeExpired(): Promise<number>
  close(): Promise<void>
}

export interface AccessDependencies {
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  readonly hasher: PasswordHasher
  readonly journal: Pick<JournalService, 'record'>
  readonly vault: Pick<Vault, 'seal' | 'open'>
  /** Whether every administrator needs a second factor. */
  readonly requiresSecondFactor: () => Promise<boolean>
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
  const own = { ...dependencies, accessChanged }
  return {
    ...createSetUpService(dependencies),
    ...createSignInService(own),
    administrators: createAdministratorService(own),
    administratorDetails: createAdministratorDetailService(dependencies),
    apiKeys: createApiKeyService(own),
    passwordLinks: createPasswordLinkService(own),
    roles: createRoleService(own),
    secondFactors: createSecondFactorService(own),
    serviceAccounts: createServiceAccountService(own),
    serviceTokens: createServiceTokenService(own),
    accessChanged,
    authentication,
    async removeExpired() {
      const now = clock.now()
      const before = (ms: number): Date => new Date(now.getTime() - ms)
      const limit = removalLimit
      return (
        (await sessions.removeOver(database, { expiredBy: now, lastSeenBy: before(sessionIdleMs), limit })) +
        (await accessTokens.removeExpired(database, { expiredBy: now, limit })) +
        (await failures.removeForgotten(database, { before: before(addressLimit.forgetAfterMs), limit }))
      )
    },
    async close() {
      unsubscribe()
      await authentication.close()
    },
  }
}
