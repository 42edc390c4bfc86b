import type { Actor } from '@lockstep/contract/access'
import { AppError } from '@lockstep/contract/app-error'
import type { AccessService } from '../../directory/access/access.service.ts'
import type { Authenticated } from '../../directory/access/authentication.service.ts'
import type { IncomingRequest } from '../../platform/http/route.ts'
import { credentialsOf } from './credentials.ts'
import { requireOwnPage } from './csrf.ts'

type Access = Pick<AccessService, 'authentication'>

/** Where an administrator may go who has to enrol a second factor first. */
const enrolmentPaths = /^\/hub\/v1\/session(?:[/?]|$)/i

/** Tells the HTTP server which administrator or service account a request comes from; throws `csrf_failed` and `second_factor_enrolment_required`. */
export function createAdministratorAuthenticator(
  access: Access,
): (request: IncomingRequest) => Promise<Actor | undefined> {
  return async (request) => {
    const known = await authenticate(access, request)
    if (known?.csrfToken !== undefined) requireOwnPage(request, known.csrfToken)
    if (known?.mustEnrol === true && !enrolmentPaths.test(request.url))
      throw new AppError('second_factor_enrolment_required')
    return known?.actor
  }
}

/** Who a request comes from, when it changes nothing. */
export async function authenticate(
  { authentication }: Access,
  request: Pick<IncomingRequest, 'headers' | 'cookies'>,
): Promise<Authenticated | undefined> {
  const credentials = credentialsOf(request)
  if (credentials === undefined) return undefined
  if (credentials.kind === 'api_key') return authentication.byApiKey(credentials.key)
  return authentication.bySession(credentials.token)
}
