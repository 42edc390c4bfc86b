import { AppError } from '@lockstep/contract/app-error'
import { equalSecrets } from '../crypto/tokens.ts'
import { headerText } from './header-text.ts'
import type { IncomingRequest } from './route.ts'

const readingMethods = new Set(['GET', 'HEAD', 'OPTIONS'])

/** Refuses a writing request of a session that another site's page may have sent. */
export function requireOwnPage(request: IncomingRequest, csrfToken: string): void {
  if (readingMethods.has(request.method)) return
  requireOwnOrigin(request)
  if (!equalSecrets(headerText(request, 'x-csrf-token'), csrfToken))
    throw new AppError('csrf_failed', { field: 'x-csrf-token' })
}

/** Refuses a request whose Origin header (RFC 6454, section 7) names another host than the one it was sent to. */
export function requireOwnOrigin(request: Pick<IncomingRequest, 'headers'>): void {
  const origin = request.headers['origin']
  if (origin === undefined) return
  if (typeof origin !== 'string' || !isHostOf(origin, headerText(request, 'host')))
    throw new AppError('csrf_failed', { field: 'origin' })
}

function isHostOf(origin: string, host: string): boolean {
  const from = URL.canParse(origin) ? new URL(origin) : undefined
  if (from === undefined || !/^https?:$/.test(from.protocol)) return false
  // Read in the origin's scheme, so that a default port may be written or left out.
  const to = `${from.protocol}//${host}`
  return host !== '' && URL.canParse(to) && new URL(to).host === from.host
}
