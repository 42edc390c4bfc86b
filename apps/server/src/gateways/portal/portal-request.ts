import type { ChangeOrigin } from '../../directory/journal/journal.rules.ts'
import type { UserSignInSource } from '../../directory/user-sessions/user-session.service.ts'
import { headerText } from '../../platform/http/header-text.ts'
import type { IncomingRequest, RouteReply } from '../../platform/http/route.ts'
import { cameOverHttps, sessionCookieHeader } from '../../platform/http/session-cookie.ts'
import type { SignedIn } from '../../processes/sign-in/user-sign-in.service.ts'
import { knownDeviceMs } from '../../processes/sign-in/known-device.ts'
import { deviceCookie, portalCookie, portalToken } from './portal-cookie.ts'

/** Where a user's request comes from. */
export function sourceOf(request: IncomingRequest): UserSignInSource {
  const { ip, requestId } = request
  const token = portalToken(request)
  return {
    ip,
    requestId,
    userAgent: headerText(request, 'user-agent'),
    ...(token === '' ? {} : { replacedToken: token }),
    deviceNote: request.cookies[deviceCookie.name],
  }
}

/** Who changes something by this request, for the journal. */
export function originOf({
  actor,
  requestId,
}: {
  readonly actor: ChangeOrigin['actor']
  readonly requestId: string
}): ChangeOrigin {
  return { actor, cause: { kind: 'request' }, correlationId: requestId }
}

/** The answer that hands a session to the browser. */
export function openedReply(
  request: IncomingRequest,
  { opened, session, deviceNote }: SignedIn,
  { servesTls }: { readonly servesTls: boolean },
): RouteReply {
  const { token, lifetimeMs } = opened
  const isSecure = cameOverHttps(request, { servesTls })
  const cookies = [sessionCookieHeader(portalCookie, token, { lifetimeMs, isSecure })]
  if (deviceNote !== undefined)
    cookies.push(sessionCookieHeader(deviceCookie, deviceNote, { lifetimeMs: knownDeviceMs, isSecure }))
  return { headers: { 'set-cookie': cookies }, body: session }
}
