import type { AccessService } from '../../directory/access/access.service.ts'
import { renderProblem } from '../../platform/http/problem-reply.ts'
import type { Gateway } from '../../platform/http/route.ts'
import type { Clock } from '@lockstep/kernel/clock'
import { administratorRoutes } from './administrators.routes.ts'
import { apiKeyRoutes } from './api-keys.routes.ts'
import { roleRoutes } from './roles.routes.ts'
import { secondFactorRoutes } from './second-factor.routes.ts'
import { serviceAccountRoutes } from './service-accounts.routes.ts'
import { sessionRoutes } from './session.routes.ts'

export interface SessionsGatewayOptions {
  readonly access: AccessService
  /** The hub itself ends TLS; behind a proxy its `x-forwarded-proto` says so. */
  readonly servesTls: boolean
  readonly clock: Clock
}

/** Sessions, set-up, administrators, roles, service accounts and API keys of our own API. */
export function createSessionsGateway(options: SessionsGatewayOptions): Gateway {
  return {
    name: 'sessions',
    tolerant: false,
    routes: [
      ...sessionRoutes(options),
      ...secondFactorRoutes(options.access),
      ...administratorRoutes(options.access),
      ...apiKeyRoutes(options.access.apiKeys),
      ...roleRoutes(options.access.roles),
      ...serviceAccountRoutes({ serviceAccounts: options.access.serviceAccounts, clock: options.clock }),
    ],
    prefixes: [
      ...['/hub/v1/session', '/hub/v1/set-up', '/hub/v1/administrators', '/hub/v1/api-keys', '/hub/v1/roles'],
      '/hub/v1/service-accounts',
    ],
    renderError: renderProblem,
  }
}
