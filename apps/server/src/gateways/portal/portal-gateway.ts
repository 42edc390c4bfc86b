import { PasswordRefusal } from '../../directory/users/password-refusal.ts'
import { renderProblem } from '../../platform/http/problem-reply.ts'
import type { Gateway, RouteReply } from '../../platform/http/route.ts'
import type { UserPasswordService } from '../../processes/sign-in/user-password.service.ts'
import type { UserProfileService } from '../../processes/sign-in/user-profile.service.ts'
import type { UserSecondFactorService } from '../../processes/sign-in/user-second-factor.service.ts'
import type { UserSignInService } from '../../processes/sign-in/user-sign-in.service.ts'
import { portalPasswordRoutes } from './password.routes.ts'
import { portalProfileRoutes } from './profile.routes.ts'
import { portalSecondFactorRoutes } from './second-factor.routes.ts'
import { portalSessionRoutes } from './session.routes.ts'

export interface PortalGatewayOptions {
  readonly signIn: UserSignInService
  readonly passwords: UserPasswordService
  readonly profiles: UserProfileService
  readonly secondFactor: UserSecondFactorService
  /** The hub itself ends TLS; behind a proxy its `x-forwarded-proto` says so. */
  readonly servesTls: boolean
}

/** What the portal of users calls. */
export function createPortalGateway(options: PortalGatewayOptions): Gateway {
  return {
    name: 'portal',
    tolerant: false,
    routes: [
      ...portalSessionRoutes(options),
      ...portalPasswordRoutes(options),
      ...portalProfileRoutes(options.profiles),
      ...portalSecondFactorRoutes(options.secondFactor),
    ],
    prefixes: ['/portal/v1'],
    renderError: renderRefusal,
  }
}

/** Problem details; a password that the policy refuses with the names of what it lacks. */
function renderRefusal(error: unknown, requestId: string): RouteReply {
  const reply = renderProblem(error, requestId)
  if (!(error instanceof PasswordRefusal) || reply.text === undefined) return reply
  const problem = { ...(JSON.parse(reply.text.content) as object), violations: error.violations }
  return { ...reply, text: { ...reply.text, content: JSON.stringify(problem) } }
}
