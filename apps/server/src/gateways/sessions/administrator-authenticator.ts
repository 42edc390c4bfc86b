import type { Actor } from '@lockstep/contract/access'
import { AppError } from '@lockstep/contract/app-error'
import type { AccessService } from '../../directory/access/access.service.ts'
import type { Authenticated } from '../../directory/access/authentication.service.ts'
import type { IncomingRequest } from '../../platform/http/route.ts'
import { headerText } from '../../platform/http/header-text.ts'
import { credentialsOf } from './credentials.ts'
import { requireOwnPage } from '../../platform/http/csrf.ts'

type Access = Pick<AccessService, 'authentication'>

/** Who the tokens of integrations belong to. */
interface Integrations {
  authenticate(secret: string): Promise<Actor | undefined>
}

/** Where tokens of integrations are taken, and nowhere else. */
const provisioningPaths = /^\/scim(?:[/?]|$)/i

/** Where an administrator may go who has to enrol a second factor first. */
const enrolmentPaths = /^\/hub\/v1\/session(?:[/?]|$)/i

/** Tells the HTTP server which administrator or service account a request comes from; throws `csrf_failed` and `second_factor_enrolment_required`. */
export function createAdministratorAuthenticator(
  access: Access,
  integrations?: Integrations,
): (request: IncomingRequest) => Promise<Actor | undefined> {
  return async (request) => {
    if (integrations !== undefined && provisioningPaths.test(request.url)) {
      const found = await byProvisioningToken(access, integrations, request)
      if (found !== undefined) return found
    }
    const known = await authenticate(access, request)
    if (known?.csrfToken !== undefined) requireOwnPage(request, known.csrfToken)
    if (known?.mustEnrol === true && !enrolmentPaths.test(request.url))
      throw new AppError('second_factor_enrolment_required')
    return known?.actor
  }
}

/** A token of an integration, or a key that stands in the header without the word Bearer, as some clients are set up to send it. */
async function byProvisioningToken(
  { authentication }: Access,
  integrations: Integrations,
  request: IncomingRequest,
): Promise<Actor | undefined> {
  const text = headerText(request, 'authorization')
  const secret = /^bearer +(\S+)$/i.exec(text)?.[1] ?? (/^\S+$/.test(text) ? text : '')
  if (secret === '') return undefined
  return (await integrations.authenticate(secret)) ?? (await authentication.byApiKey(secret))?.actor
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
