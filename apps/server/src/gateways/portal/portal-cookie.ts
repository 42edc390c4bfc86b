import type { IncomingRequest } from '../../platform/http/route.ts'
import type { SessionCookie } from '../../platform/http/session-cookie.ts'

/** Apart from the administrators’, so that one browser can hold both, and sent to the portal of users alone. */
export const portalCookie: SessionCookie = { name: 'lockstep_portal', path: '/portal' }

/** What a browser keeps of a sign-in, shown with the next one only; it opens nothing. */
export const deviceCookie: SessionCookie = { name: 'lockstep_portal_device', path: '/portal/v1/session' }

/** The token of the browser's session; empty without one. */
export function portalToken({ cookies }: Pick<IncomingRequest, 'cookies'>): string {
  return cookies[portalCookie.name] ?? ''
}
