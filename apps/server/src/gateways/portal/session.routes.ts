import { IdParams } from '@lockstep/contract/hub/page'
import { PortalSession, PortalSessionList, PortalSignIn, SecondFactorAnswer } from '@lockstep/contract/portal/session'
import { browserOf } from '../../directory/user-sessions/user-session.rules.ts'
import { requireOwnOrigin } from '../../platform/http/csrf.ts'
import { defineRoute, type Route } from '../../platform/http/route.ts'
import { cameOverHttps, endedCookieHeader } from '../../platform/http/session-cookie.ts'
import type { UserSignInService } from '../../processes/sign-in/user-sign-in.service.ts'
import { portalCookie, portalToken } from './portal-cookie.ts'
import { openedReply, originOf, sourceOf } from './portal-request.ts'

export interface PortalSessionRouteOptions {
  readonly signIn: UserSignInService
  /** The hub itself ends TLS. */
  readonly servesTls: boolean
}

const path = '/portal/v1/session'

/** Signing in and out of the portal of users. */
export function portalSessionRoutes(options: PortalSessionRouteOptions): readonly Route[] {
  return [...signInRoutes(options), ...ownSessionRoutes(options)]
}

function signInRoutes({ signIn, servesTls }: PortalSessionRouteOptions): readonly Route[] {
  return [
    defineRoute({
      method: 'GET',
      path,
      summary: 'Who is signed in, and what is asked next',
      access: { scheme: 'public' },
      reply: { status: 200, schema: PortalSession },
      handle: async (request) => ({ body: await signIn.describe(portalToken(request)) }),
    }),
    defineRoute({
      method: 'POST',
      path,
      summary: 'Sign in with username or e-mail address, and password',
      access: { scheme: 'public' },
      body: PortalSignIn,
      reply: { status: 200, schema: PortalSession },
      async handle(request) {
        requireOwnOrigin(request)
        return openedReply(request, await signIn.signIn(request.body, sourceOf(request)), { servesTls })
      },
    }),
    defineRoute({
      method: 'POST',
      path: `${path}/second-factor`,
      summary: 'Answer with the second factor, where it is asked next',
      access: { scheme: 'user' },
      body: SecondFactorAnswer,
      reply: { status: 200, schema: PortalSession },
      async handle(request) {
        const signedIn = await signIn.answerSecondFactor(request.body, portalToken(request), sourceOf(request))
        return openedReply(request, signedIn, { servesTls })
      },
    }),
    defineRoute({
      method: 'DELETE',
      path,
      summary: 'Sign out',
      access: { scheme: 'user' },
      reply: { status: 204 },
      async handle(request) {
        await signIn.signOut(portalToken(request), sourceOf(request))
        const isSecure = cameOverHttps(request, { servesTls })
        return { status: 204, headers: { 'set-cookie': endedCookieHeader(portalCookie, { isSecure }) } }
      },
    }),
  ]
}

function ownSessionRoutes({ signIn, servesTls }: PortalSessionRouteOptions): readonly Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/portal/v1/sessions',
      summary: 'Where you are signed in',
      access: { scheme: 'user' },
      reply: { status: 200, schema: PortalSessionList },
      async handle(request) {
        const body: PortalSessionList = {
          items: (await signIn.sessionsOf(request.actor)).map((session) => ({
            id: session.id,
            current: session.id === request.actor.sessionId,
            created: session.created.toISOString(),
            lastSeen: session.lastSeen.toISOString(),
            expires: session.expires.toISOString(),
            sourceIp: session.sourceIp,
            browser: browserOf(session.userAgent),
          })),
        }
        return { body }
      },
    }),
    defineRoute({
      method: 'DELETE',
      path: '/portal/v1/sessions/:id',
      summary: 'Sign out somewhere',
      access: { scheme: 'user' },
      params: IdParams,
      reply: { status: 204 },
      async handle(request) {
        await signIn.endSession(originOf(request), request.params.id)
        return { status: 204 }
      },
    }),
    defineRoute({
      method: 'DELETE',
      path: '/portal/v1/sessions',
      summary: 'Sign out everywhere',
      access: { scheme: 'user' },
      reply: { status: 204 },
      async handle(request) {
        await signIn.endAllSessions(originOf(request))
        const isSecure = cameOverHttps(request, { servesTls })
        return { status: 204, headers: { 'set-cookie': endedCookieHeader(portalCookie, { isSecure }) } }
      },
    }),
  ]
}
