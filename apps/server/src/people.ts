// Users and groups, and by what users are known at the door: passwords, links, second factors.
import type { Clock } from '@lockstep/kernel/clock'
import { createGroupRules } from './directory/groups/rule-members.service.ts'
import { createNestedMembers } from './directory/groups/nested-members.service.ts'
import { createGroupService, type GroupService } from './directory/groups/group.service.ts'
import type { JournalService } from './directory/journal/journal.service.ts'
import { createPasskeyService } from './directory/user-factors/passkey.service.ts'
import { createUserFactorService } from './directory/user-factors/user-factor.service.ts'
import { createUserLinkService } from './directory/user-sessions/user-link.service.ts'
import { createSshKeyService } from './directory/users/ssh-keys.service.ts'
import { createUserCredentialService } from './directory/users/user-credentials.service.ts'
import { createUserSecurityService } from './directory/users/user-security.service.ts'
import { createUserService, type UserService, type UserServiceOptions } from './directory/users/user.service.ts'
import type { PasswordHasher } from './platform/crypto/password-hash.ts'
import type { Vault } from './platform/crypto/vault.ts'
import type { Database } from './platform/db/database.ts'
import type { Log } from './platform/log/log.ts'
import { createPasswordDeliveries } from './processes/ad/password-delivery.service.ts'
import { createBulk } from './processes/bulk/bulk.service.ts'

export interface PeopleOptions extends Required<Pick<UserServiceOptions, 'passwordPolicy' | 'defaultState'>> {
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  readonly journal: JournalService
  readonly announce: () => void
  readonly vault: Vault
  readonly hasher: PasswordHasher
}

/** Builds what everything about users and groups needs. */
export function createPeople({ hasher, passwordPolicy, defaultState, ...needs }: PeopleOptions) {
  const passwordDeliveries = createPasswordDeliveries({ ...needs, ...hasher })
  const passwords = { ...hasher, passwordPolicy, deliverPassword: passwordDeliveries.deliver }
  const users: UserService = createUserService({ ...needs, ...passwords, defaultState })
  const groups: GroupService = createGroupService({ ...needs, findUsers: (ids) => users.findMany(ids) })
  const factors = createUserFactorService({ ...needs, groups })
  return {
    users,
    groups,
    nestedMembers: createNestedMembers(needs),
    rules: createGroupRules({ ...needs, findUsers: (ids) => users.findMany(ids) }),
    factors,
    passkeys: createPasskeyService(needs),
    userSecurity: createUserSecurityService({
      ...{ ...needs, users },
      forgetFactors: factors.removeAll,
    }),
    credentials: createUserCredentialService({ ...needs, hasher }),
    userLinks: createUserLinkService(needs),
    sshKeys: createSshKeyService({ ...needs, users }),
    passwordDeliveries,
    ...createBulk({ ...needs, ...passwords, users }),
  }
}
