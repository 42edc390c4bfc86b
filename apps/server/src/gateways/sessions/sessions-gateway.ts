import type { AccessService } from '../../directory/access/access.service.ts'
import { renderProblem } from '../../platform/http/problem-reply.ts'
import type { Gateway } from '../../platform/http/route.ts'
import { administratorRoutes } from './administrators.routes.ts'
import { apiKeyRoutes } from './api-keys.routes.ts'
import { sessionRoutes } from './session.routes.ts'

export interface SessionsGatewayOptions {
  readonly access: AccessService
  /** The hub itself ends TLS; behind a proxy its `x-forwarded-proto` says so. */
  readonly servesTls: boolean
}

/** Sessions, set-up, administrators and API keys of our own API. */
export function createSessionsGateway(options: SessionsGatewayOptions): Gateway {
  return {
    name: 'sessions',
    tolerant: false,
    routes: [
      ...sessionRoutes(options),
      ...administratorRoutes(options.access.administrators),
      ...apiKeyRoutes(options.access.apiKeys),
    ],
    prefixes: ['/hub/v1/session', '/hub/v1/set-up', '/hub/v1/administrators', '/hub/v1/api-keys'],
    renderError: renderProblem,
  }
}
