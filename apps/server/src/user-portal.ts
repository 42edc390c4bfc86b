// The portal of users: signing in, passwords, and what users see of themselves.
import type { UserLinkService } from './directory/user-sessions/user-link.service.ts'
import { createUserSessionService, type UserSessionService } from './directory/user-sessions/user-session.service.ts'
import type { BindingService } from './directory/bindings/binding.service.ts'
import type { PasskeyService } from './directory/user-factors/passkey.service.ts'
import type { UserFactorService } from './directory/user-factors/user-factor.service.ts'
import type { PasswordPolicy } from './directory/users/password-policy.rules.ts'
import { createPasswordService } from './directory/users/password.service.ts'
import type { UserCredentialService } from './directory/users/user-credentials.service.ts'
import { createUserLockoutService } from './directory/users/user-lockout.service.ts'
import type { PasswordHasher } from './platform/crypto/password-hash.ts'
import type { Vault } from './platform/crypto/vault.ts'
import type { PasswordDeliveries } from './processes/ad/password-delivery.service.ts'
import { createAuthorityNames } from './processes/sign-in/authority-names.ts'
import { createKnownDevices } from './processes/sign-in/known-device.ts'
import { createPasswordCheck, type PasswordCheckOptions } from './processes/sign-in/password-check.ts'
import { createUserPasswordService, type UserPasswordService } from './processes/sign-in/user-password.service.ts'
import {
  createUserProfileService,
  type UserProfileOptions,
  type UserProfileService,
} from './processes/sign-in/user-profile.service.ts'
import {
  createUserSecondFactorService,
  type UserSecondFactorService,
} from './processes/sign-in/user-second-factor.service.ts'
import {
  createUserSignInService,
  type UserSignInOptions,
  type UserSignInService,
} from './processes/sign-in/user-sign-in.service.ts'

export interface UserPortalOptions
  extends
    Pick<UserSignInOptions, 'database' | 'clock' | 'log' | 'journal' | 'organization' | 'failuresPerAddress'>,
    Pick<PasswordCheckOptions, 'delegation'>,
    Pick<UserProfileOptions, 'users'> {
  readonly hasher: PasswordHasher
  readonly credentials: UserCredentialService
  readonly bindings: BindingService
  readonly passwordPolicy: (userId?: string) => Promise<PasswordPolicy>
  readonly links: UserLinkService
  readonly passwordDeliveries: PasswordDeliveries
  readonly factors: UserFactorService
  readonly passkeys: PasskeyService
  readonly vault: Pick<Vault, 'seal' | 'open'>
}

export interface UserPortal {
  readonly signIn: UserSignInService
  readonly passwords: UserPasswordService
  readonly profiles: UserProfileService
  readonly sessions: UserSessionService
  readonly secondFactor: UserSecondFactorService
}

/** Builds what the portal of users needs of the hub. */
export function createUserPortal(options: UserPortalOptions): UserPortal {
  const { database, clock, hasher, credentials, users, bindings, passwordPolicy, links, passwordDeliveries } = options
  const passwords = createPasswordService({ database, clock, ...hasher, passwordPolicy })
  const sessions = createUserSessionService({ database, clock })
  const lockout = createUserLockoutService({ users, passwords, clock })
  const checkPassword = createPasswordCheck(options)
  const authorityNames = createAuthorityNames(bindings)
  const secondFactor = createUserSecondFactorService({ ...options, checkPassword })
  const signIn = createUserSignInService({
    ...{ ...options, sessions, lockout, checkPassword, secondFactor, devices: createKnownDevices(options) },
    offerPassword: (userId, password) => passwordDeliveries.offerPassword(userId, password),
  })
  return {
    signIn,
    sessions,
    secondFactor,
    passwords: createUserPasswordService({
      ...{ ...options, credentials, checkPassword, links, signIn, passwords, authorityNames },
    }),
    profiles: createUserProfileService({ ...options, authorityNames }),
  }
}
