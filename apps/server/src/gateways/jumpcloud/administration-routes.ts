import type { Clock } from '@lockstep/kernel/clock'
import type { ServiceAccountService } from '../../directory/access/service-account.service.ts'
import type { CustomEmailService } from '../../directory/organization/custom-email.service.ts'
import type { OrganizationService } from '../../directory/organization/organization.service.ts'
import type { PasswordPolicyService } from '../../directory/organization/password-policy.service.ts'
import type { Route } from '../../platform/http/route.ts'
import { withReply } from './administration-replies.ts'
import { type AdministratorAccess, administratorRoutes } from './administrators.routes.ts'
import { administratorLinkRoutes } from './administrator-links.routes.ts'
import { customEmailRoutes } from './custom-emails.routes.ts'
import { featureRoutes } from './features.routes.ts'
import { organizationRoutes } from './organizations.routes.ts'
import { passwordPolicyRoutes } from './password-policies.routes.ts'
import { roleRoutes } from './roles.routes.ts'
import { serviceAccountRoutes } from './service-accounts.routes.ts'

export interface AdministrationOptions {
  readonly access: AdministratorAccess & { readonly serviceAccounts: ServiceAccountService }
  readonly organization: OrganizationService
  readonly passwordPolicies: PasswordPolicyService
  readonly customEmails: CustomEmailService
  /** The id of the one organization that the hub serves. */
  readonly organizationId: string
  readonly clock: Clock
}

/** What of JumpCloud's console API is about administrators and the organization rather than about what they manage. */
export function administrationRoutes(options: AdministrationOptions): readonly Route[] {
  const { access, organizationId } = options
  return [
    ...organizationRoutes(options),
    ...administratorRoutes(options),
    ...administratorLinkRoutes(options),
    ...roleRoutes({ roles: access.roles, organizationId }),
    ...serviceAccountRoutes({ ...options, serviceAccounts: access.serviceAccounts }),
    ...passwordPolicyRoutes(options.passwordPolicies),
    ...customEmailRoutes(options.customEmails),
    ...featureRoutes(),
  ].map(withReply)
}
