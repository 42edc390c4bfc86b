import { headerText } from './header-text.ts'
import type { IncomingRequest } from './route.ts'

/** A session's cookie: its name, and the addresses that it is sent to. */
export interface SessionCookie {
  readonly name: string
  readonly path: string
}

/** The header that hands a session to the browser: unreadable for scripts, never sent along from other sites (RFC 6265bis). */
export function sessionCookieHeader(
  { name, path }: SessionCookie,
  token: string,
  { lifetimeMs, isSecure }: { readonly lifetimeMs: number; readonly isSecure: boolean },
): string {
  const seconds = Math.floor(lifetimeMs / 1000)
  return `${name}=${token}; Path=${path}; Max-Age=${seconds}; HttpOnly; SameSite=Strict${isSecure ? '; Secure' : ''}`
}

/** The header that takes the session from the browser. */
export function endedCookieHeader(cookie: SessionCookie, { isSecure }: { readonly isSecure: boolean }): string {
  return sessionCookieHeader(cookie, '', { lifetimeMs: 0, isSecure })
}

/**
 * Whether the browser speaks https, to us or to the proxy before us. Whoever sends the proxy's header by themselves only has their own
 * cookie marked.
 */
export function cameOverHttps(
  request: Pick<IncomingRequest, 'headers'>,
  { servesTls }: { readonly servesTls: boolean },
): boolean {
  return servesTls || /^https\b/i.test(headerText(request, 'x-forwarded-proto'))
}
