import type { Actor } from '@lockstep/contract/access'
import { AppError } from '@lockstep/contract/app-error'
import type { SignInStep } from '@lockstep/contract/portal/session'
import { requireOwnPage } from '../../platform/http/csrf.ts'
import type { IncomingRequest } from '../../platform/http/route.ts'
import type { UserSignInService } from '../../processes/sign-in/user-sign-in.service.ts'
import { portalToken } from './portal-cookie.ts'

const session = '/portal/v1/session(?:/|$)'
/** Where a user may go who has to do something first. */
const openDuring: Readonly<Record<SignInStep, RegExp>> = {
  password: /^(?!)/,
  'second-factor': new RegExp(`^${session}`, 'i'),
  'change-password': new RegExp(`^(?:${session}|/portal/v1/password(?:/|$))`, 'i'),
  'enrol-second-factor': new RegExp(`^(?:${session}|/portal/v1/second-factor(?:/|$))`, 'i'),
}

/** Tells the HTTP server which user a request comes from; throws `csrf_failed` and `sign_in_unfinished`. */
export function createUserAuthenticator(
  signIn: Pick<UserSignInService, 'authenticate'>,
): (request: IncomingRequest) => Promise<Actor | undefined> {
  return async (request) => {
    const known = await signIn.authenticate(portalToken(request))
    if (known === undefined) return undefined
    requireOwnPage(request, known.csrfToken)
    const path = request.url.split('?', 1).join('')
    if (known.next !== undefined && !openDuring[known.next].test(path))
      throw new AppError('sign_in_unfinished', { field: known.next })
    return known.actor
  }
}
