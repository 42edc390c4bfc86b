import type { Clock } from '@lockstep/kernel/clock'
import type { IdempotencyService } from '../../directory/access/idempotency.service.ts'
import type { SshKeyService } from '../../directory/users/ssh-keys.service.ts'
import type { UserSecurityService } from '../../directory/users/user-security.service.ts'
import type { UserService } from '../../directory/users/user.service.ts'
import type { Gateway, Route } from '../../platform/http/route.ts'
import { activeDirectoryRoutes } from './active-directories.routes.ts'
import { activeDirectoryAgentRoutes } from './active-directory-agents.routes.ts'
import type { ActiveDirectoryDomains } from './active-directory-domains.ts'
import { allGroupsRoutes, type AllGroupsOptions } from './all-groups.routes.ts'
import { applicationRoutes } from './applications.routes.ts'
import { associationRoutes } from './associations.routes.ts'
import { directoryRoutes } from './directories.routes.ts'
import type { GraphOptions } from './graph-subjects.ts'
import { suggestionRoutes } from './suggestions.routes.ts'
import { systemBindingRoutes } from './system-bindings.routes.ts'
import { systemGroupRoutes } from './system-groups.routes.ts'
import { systemRoutes } from './systems.routes.ts'
import { traversalRoutes } from './traversals.routes.ts'
import { directoryMemberRoutes } from './directory-members.routes.ts'
import { memberRoutes } from './members.routes.ts'
import { forOrganization } from './organization-header.ts'
import { type BulkUserOptions, bulkUserRoutes } from './bulk-users.routes.ts'
import { idempotentRoute } from './idempotent-route.ts'
import { outsideRoutes } from './outside.routes.ts'
import { openApiRoutes } from './openapi-documents.ts'
import { describedRoute } from './reply-schemas.ts'
import { type ScheduledStates, scheduledStateRoutes } from './scheduled-states.routes.ts'
import { sshKeyRoutes } from './ssh-keys.routes.ts'
import { systemUserSearchRoutes } from './systemuser-search.routes.ts'
import { systemUserSecurityRoutes } from './systemuser-security.routes.ts'
import { systemUserRoutes } from './systemusers.routes.ts'
import type { TranslationService } from '../../processes/ad/translation.service.ts'
import { translationRuleRoutes } from './translation-rules.routes.ts'
import { userGroupRoutes } from './user-groups.routes.ts'
import { renderWireError } from './wire-error.ts'

export interface JumpCloudGatewayOptions extends GraphOptions, AllGroupsOptions, BulkUserOptions {
  readonly users: UserService
  readonly userSecurity: UserSecurityService
  readonly sshKeys: SshKeyService
  readonly idempotency: IdempotencyService
  readonly scheduledStates: ScheduledStates
  readonly translations: TranslationService
  readonly domains: ActiveDirectoryDomains
  /** The product's version, for the OpenAPI documents. */
  readonly version: string
  /** The id of the one organization that the hub serves. */
  readonly organizationId: string
  /** Routes about administrators and the organization; a fixture may do without. */
  readonly administration?: readonly Route[]
  readonly clock: Clock
}

/** JumpCloud's console API, versions 1 and 2, as `docs/jumpcloud-api.md` lists it. */
export function createJumpCloudGateway(options: JumpCloudGatewayOptions): Gateway {
  const routes = [
    ...systemUsers(options),
    ...systemUserSearchRoutes(options),
    ...bulkRoutes(options),
    ...userGroupRoutes(options),
    ...suggestionRoutes(options.groups),
    ...memberRoutes(options),
    ...activeDirectoryRoutes(options),
    ...activeDirectoryAgentRoutes(options.domains),
    ...translationRuleRoutes(options.translations),
    ...associationRoutes(options),
    ...directoryMemberRoutes(options),
    ...traversalRoutes(options),
    ...inventoryRoutes(options),
    ...directoryRoutes(options),
    ...(options.administration ?? []),
    ...outsideRoutes(),
  ].map((route) => describedRoute(forOrganization(route, options.organizationId)))
  return {
    name: 'jumpcloud',
    tolerant: true,
    routes: [...routes, ...openApiRoutes(routes, options.version)],
    prefixes: ['/api'],
    renderError: renderWireError,
  }
}

/** Devices, groups of devices and applications. */
function inventoryRoutes(options: JumpCloudGatewayOptions): Gateway['routes'] {
  return [
    ...systemRoutes(options),
    ...systemBindingRoutes(options),
    ...systemGroupRoutes(options),
    ...applicationRoutes(options),
    ...allGroupsRoutes(options),
  ]
}

/** Many users at once; a repeated request with an Idempotency-Key starts no second job. */
function bulkRoutes(options: JumpCloudGatewayOptions): Gateway['routes'] {
  const routes = [...bulkUserRoutes(options), ...scheduledStateRoutes(options.scheduledStates)]
  return routes.map((route) => idempotentRoute(route, options.idempotency))
}

/** Users of version 1; what makes or changes something is done once for each Idempotency-Key. */
function systemUsers(options: JumpCloudGatewayOptions): Gateway['routes'] {
  const routes = [...systemUserRoutes(options), ...systemUserSecurityRoutes(options), ...sshKeyRoutes(options.sshKeys)]
  return routes.map((route) => idempotentRoute(route, options.idempotency))
}
