import { SessionReply, SetUpRequest, SignInRequest } from '@lockstep/contract/hub/session'
import type { AccessService } from '../../directory/access/access.service.ts'
import type { AdministratorFacts } from '../../directory/access/access.rules.ts'
import { heldPermissions } from '../../directory/access/access.rules.ts'
import type { Authenticated } from '../../directory/access/authentication.service.ts'
import type { OpenedSession, SignInSource } from '../../directory/access/open-session.ts'
import { defineRoute, type IncomingRequest, type Route, type RouteReply } from '../../platform/http/route.ts'
import { authenticate } from './administrator-authenticator.ts'
import { administratorCookie, sessionCookie } from './credentials.ts'
import { requireOwnOrigin } from '../../platform/http/csrf.ts'
import { originOf } from './request-origin.ts'
import { cameOverHttps, endedCookieHeader, sessionCookieHeader } from '../../platform/http/session-cookie.ts'

interface SessionRouteOptions {
  readonly access: AccessService
  /** The hub itself ends TLS. */
  readonly servesTls: boolean
}

/** Signing in and out, and the first administrator. */
export function sessionRoutes({ access, servesTls }: SessionRouteOptions): readonly Route[] {
  const opened = (request: IncomingRequest, session: OpenedSession): RouteReply => {
    const { token, csrfToken, lifetimeMs, administrator, mustEnrol } = session
    const isSecure = cameOverHttps(request, { servesTls })
    return {
      headers: { 'set-cookie': sessionCookieHeader(administratorCookie, token, { lifetimeMs, isSecure }) },
      body: signedIn(administrator, { csrfToken, mustEnrol }),
    }
  }
  return [
    defineRoute({
      method: 'GET',
      path: '/hub/v1/session',
      summary: 'Who is signed in, and whether the first administrator is still to be made',
      access: { scheme: 'public' },
      reply: { status: 200, schema: SessionReply },
      async handle(request) {
        const known = await authenticate(access, request)
        if (known !== undefined) return { body: knownReply(known) }
        const body: SessionReply = { signedIn: false, setUpNeeded: await access.isSetUpNeeded() }
        return { body }
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/hub/v1/session',
      summary: 'Sign in with address and password, and the code of the second factor where one is enrolled',
      access: { scheme: 'public' },
      body: SignInRequest,
      reply: { status: 200, schema: SessionReply },
      async handle(request) {
        requireOwnOrigin(request)
        return opened(request, await access.signIn(request.body, sourceOf(request)))
      },
    }),
    defineRoute({
      method: 'DELETE',
      path: '/hub/v1/session',
      summary: 'Sign out',
      access: { scheme: 'administrator' },
      reply: { status: 204 },
      async handle(request) {
        const token = request.cookies[sessionCookie]
        if (request.actor.via === 'session' && token !== undefined) await access.signOut(originOf(request), token)
        const isSecure = cameOverHttps(request, { servesTls })
        return { status: 204, headers: { 'set-cookie': endedCookieHeader(administratorCookie, { isSecure }) } }
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/hub/v1/set-up',
      summary: 'Make the first administrator with the link that the hub printed, and sign in',
      access: { scheme: 'public' },
      body: SetUpRequest,
      reply: { status: 200, schema: SessionReply },
      async handle(request) {
        requireOwnOrigin(request)
        return opened(request, await access.setUp(request.body, sourceOf(request)))
      },
    }),
  ]
}

function sourceOf({ ip, requestId, cookies }: IncomingRequest): SignInSource {
  return { ip, requestId, replacedToken: cookies[sessionCookie] }
}

function knownReply({ actor, administrator, csrfToken, mustEnrol = false }: Authenticated): SessionReply {
  if (administrator !== undefined) return signedIn(administrator, { csrfToken, mustEnrol })
  const { id, name, permissions } = actor
  return { signedIn: true, setUpNeeded: false, serviceAccount: { id, name, permissions: [...permissions] } }
}

function signedIn(
  administrator: AdministratorFacts,
  { csrfToken, mustEnrol }: { readonly csrfToken: string | undefined; readonly mustEnrol: boolean },
): SessionReply {
  const { id, email, name, role, customRole } = administrator
  const permissions = mustEnrol ? [] : [...heldPermissions(administrator)]
  return {
    signedIn: true,
    setUpNeeded: false,
    ...(csrfToken === undefined ? {} : { csrfToken }),
    administrator: {
      ...{ id, email, name, role },
      ...(customRole ? { customRole: { id: customRole.id, name: customRole.name } } : {}),
      permissions,
    },
    ...(mustEnrol ? { mustEnrolSecondFactor: true } : {}),
  }
}
