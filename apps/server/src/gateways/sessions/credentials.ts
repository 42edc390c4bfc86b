import { headerText } from '../../platform/http/header-text.ts'
import type { IncomingRequest } from '../../platform/http/route.ts'
import type { SessionCookie } from '../../platform/http/session-cookie.ts'

export const sessionCookie = 'lockstep_session'
/** Sent with every request: administrators’ sessions serve under several prefixes. */
export const administratorCookie: SessionCookie = { name: sessionCookie, path: '/' }

/** What a request shows to be let in: an API key goes before a session. */
export type Credentials =
  | { readonly kind: 'api_key'; readonly key: string }
  | { readonly kind: 'session'; readonly token: string }

/** `x-api-key: KEY`, else `Authorization: Bearer KEY`, else the session's cookie; empty ones count as absent. */
export function credentialsOf(request: Pick<IncomingRequest, 'headers' | 'cookies'>): Credentials | undefined {
  const key = headerText(request, 'x-api-key') || bearerKey(headerText(request, 'authorization'))
  if (key !== '') return { kind: 'api_key', key: asSent(key) }
  const token = request.cookies[sessionCookie] ?? ''
  return token === '' ? undefined : { kind: 'session', token }
}

function bearerKey(authorization: string): string {
  return /^bearer +(\S.*)$/i.exec(authorization)?.[1] ?? ''
}

/** Node reads headers as Latin-1 (RFC 9110, section 5.5, leaves other bytes opaque), while keys are text in UTF-8. */
function asSent(key: string): string {
  return /^[\u0020-\u007e]*$/.test(key) ? key : Buffer.from(key, 'latin1').toString('utf8')
}
