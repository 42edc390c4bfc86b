// Access and the organization, which need each other: what the organization demands decides who gets in, and a change of it is heard.
import type { Clock } from '@lockstep/kernel/clock'
import { type AccessDependencies, type AccessService, createAccessService } from './directory/access/access.service.ts'
import type { GroupService } from './directory/groups/group.service.ts'
import type { JournalService } from './directory/journal/journal.service.ts'
import { createCustomEmailService, type CustomEmailService } from './directory/organization/custom-email.service.ts'
import { createOrganizationService, type OrganizationService } from './directory/organization/organization.service.ts'
import {
  createPasswordPolicyService,
  type PasswordPolicyService,
} from './directory/organization/password-policy.service.ts'
import type { SettingsService } from './directory/settings/settings.service.ts'
import { createPasswordPolicyReader } from './directory/users/password-policy-reader.ts'
import { type PasswordPolicy, passwordPolicySetting } from './directory/users/password-policy.rules.ts'
import type { UserService } from './directory/users/user.service.ts'
import type { Database } from './platform/db/database.ts'

export interface AdministrationOptions extends Omit<AccessDependencies, 'requiresSecondFactor'> {
  readonly settings: SettingsService
  readonly journal: JournalService
  /** Tells followers that something changed; called after the commit. */
  readonly changed: () => void
}

export interface Administration {
  readonly access: AccessService
  readonly organization: OrganizationService
  readonly customEmails: CustomEmailService
}

/** Who may come in, and what the organization says about it. */
export function createAdministration(options: AdministrationOptions): Administration {
  const organization = createOrganizationService({
    ...options,
    changed: () => {
      options.changed()
      access.accessChanged()
    },
  })
  const requiresSecondFactor = (): Promise<boolean> => organization.requiresSecondFactor()
  const access: AccessService = createAccessService({ ...options, requiresSecondFactor })
  return { access, organization, customEmails: createCustomEmailService(options) }
}

export interface PolicyOptions {
  readonly database: Database
  readonly clock: Clock
  readonly journal: JournalService
  readonly settings: SettingsService
  readonly organization: OrganizationService
  readonly organizationId: string
  /** Asked when a policy is looked for, not before: users need the policies to be made. */
  readonly directory: () => { readonly users: UserService; readonly groups: GroupService }
}

export interface Policies {
  readonly passwordPolicies: PasswordPolicyService
  /** The policy of a user; without one, of the organization. */
  readonly passwordPolicy: (userId?: string) => Promise<PasswordPolicy>
}

/** Which password policy holds for whom. */
export function createPolicies({ directory, ...options }: PolicyOptions): Policies {
  const { settings, clock } = options
  const ofOrganization = createPasswordPolicyReader({ read: () => settings.find(passwordPolicySetting), clock })
  const passwordPolicies = createPasswordPolicyService({
    ...options,
    groups: {
      get: (actor, id) => directory().groups.get(actor, id),
      groupsOfUser: (actor, userId) => directory().groups.groupsOfUser(actor, userId),
    },
    findUser: async (id) => (await directory().users.findMany([id])).length > 0,
  })
  return {
    passwordPolicies,
    passwordPolicy: async (userId) =>
      (userId === undefined ? undefined : await passwordPolicies.inForce(userId)) ?? ofOrganization(),
  }
}
