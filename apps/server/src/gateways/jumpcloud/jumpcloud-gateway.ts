import type { Clock } from '@lockstep/kernel/clock'
import type { IdempotencyService } from '../../directory/access/idempotency.service.ts'
import type { BindingService } from '../../directory/bindings/binding.service.ts'
import type { GroupService } from '../../directory/groups/group.service.ts'
import type { SshKeyService } from '../../directory/users/ssh-keys.service.ts'
import type { UserSecurityService } from '../../directory/users/user-security.service.ts'
import type { UserService } from '../../directory/users/user.service.ts'
import type { Gateway } from '../../platform/http/route.ts'
import { activeDirectoryRoutes } from './active-directories.routes.ts'
import { activeDirectoryAgentRoutes } from './active-directory-agents.routes.ts'
import type { ActiveDirectoryDomains } from './active-directory-domains.ts'
import { associationRoutes } from './associations.routes.ts'
import { directoryMemberRoutes } from './directory-members.routes.ts'
import { memberRoutes } from './members.routes.ts'
import { idempotentRoute } from './idempotent-route.ts'
import { sshKeyRoutes } from './ssh-keys.routes.ts'
import { systemUserSecurityRoutes } from './systemuser-security.routes.ts'
import { systemUserRoutes } from './systemusers.routes.ts'
import { userGroupRoutes } from './user-groups.routes.ts'
import { renderWireError } from './wire-error.ts'

export interface JumpCloudGatewayOptions {
  readonly users: UserService
  readonly userSecurity: UserSecurityService
  readonly sshKeys: SshKeyService
  readonly idempotency: IdempotencyService
  readonly groups: GroupService
  readonly bindings: BindingService
  readonly domains: ActiveDirectoryDomains
  /** The id of the one organization that the hub serves. */
  readonly organizationId: string
  readonly clock: Clock
}

/** JumpCloud's console API, versions 1 and 2, as `docs/jumpcloud-api.md` lists it. */
export function createJumpCloudGateway(options: JumpCloudGatewayOptions): Gateway {
  return {
    name: 'jumpcloud',
    tolerant: true,
    routes: [
      ...systemUsers(options),
      ...userGroupRoutes(options.groups),
      ...memberRoutes(options),
      ...activeDirectoryRoutes(options),
      ...activeDirectoryAgentRoutes(options.domains),
      ...associationRoutes(options),
      ...directoryMemberRoutes(options),
    ],
    prefixes: ['/api'],
    renderError: renderWireError,
  }
}

/** Users of version 1; what makes or changes something is done once for each Idempotency-Key. */
function systemUsers(options: JumpCloudGatewayOptions): Gateway['routes'] {
  const routes = [...systemUserRoutes(options), ...systemUserSecurityRoutes(options), ...sshKeyRoutes(options.sshKeys)]
  return routes.map((route) => idempotentRoute(route, options.idempotency))
}
