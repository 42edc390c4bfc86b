import {
  PasswordChoice,
  PasswordLinkFacts,
  PasswordLinkToken,
  PasswordRequest,
  RecoveryCodes,
  SecondFactor,
  SecondFactorConfirmation,
  SecondFactorEnrolment,
  SecondFactorProof,
  SecondFactorSecret,
} from '@lockstep/contract/hub/second-factor'
import type { PasswordLinkService } from '../../directory/access/password-link.service.ts'
import type { SecondFactorService } from '../../directory/access/second-factor.service.ts'
import { defineRoute, type Route } from '../../platform/http/route.ts'
import { sessionCookie } from './credentials.ts'
import { requireOwnOrigin } from '../../platform/http/csrf.ts'
import { originOf } from './request-origin.ts'

export interface SecondFactorRouteOptions {
  readonly secondFactors: SecondFactorService
  readonly passwordLinks: PasswordLinkService
}

/** The second factor of who is signed in, and the choosing of a password with a link. */
export function secondFactorRoutes(options: SecondFactorRouteOptions): readonly Route[] {
  return [...factorRoutes(options), ...passwordRoutes(options)]
}

function factorRoutes({ secondFactors }: SecondFactorRouteOptions): readonly Route[] {
  const path = '/hub/v1/session/second-factor'
  const access = { scheme: 'administrator' } as const
  return [
    defineRoute({
      method: 'GET',
      path,
      summary: 'Whether you have a second factor, and need one',
      access,
      reply: { status: 200, schema: SecondFactor },
      handle: async ({ actor }) => ({ body: await secondFactors.describe(actor) }),
    }),
    defineRoute({
      method: 'POST',
      path,
      summary: 'Begin to enrol a second factor: answers the secret for the authenticator',
      access,
      body: SecondFactorEnrolment,
      reply: { status: 200, schema: SecondFactorSecret },
      handle: async (request) => ({ body: await secondFactors.enrol(originOf(request), request.body.password) }),
    }),
    defineRoute({
      method: 'PUT',
      path,
      summary: 'Complete the enrolment with a code; the recovery codes are shown this once',
      access,
      body: SecondFactorConfirmation,
      reply: { status: 200, schema: RecoveryCodes },
      handle: async (request) => ({ body: await secondFactors.confirm(originOf(request), request.body.code) }),
    }),
    defineRoute({
      method: 'POST',
      path: `${path}/removal`,
      summary: 'Turn your second factor off, with a code or a recovery code',
      access,
      body: SecondFactorProof,
      reply: { status: 204 },
      async handle(request) {
        await secondFactors.turnOff(originOf(request), request.body)
        return { status: 204 }
      },
    }),
    defineRoute({
      method: 'POST',
      path: `${path}/recovery-codes`,
      summary: 'Replace your recovery codes, with a code',
      access,
      body: SecondFactorProof,
      reply: { status: 200, schema: RecoveryCodes },
      handle: async (request) => ({ body: await secondFactors.renewRecoveryCodes(originOf(request), request.body) }),
    }),
  ]
}

function passwordRoutes({ passwordLinks }: SecondFactorRouteOptions): readonly Route[] {
  return [
    defineRoute({
      method: 'POST',
      // The token goes in the body, so that no log of addresses ever has it.
      path: '/hub/v1/session/password-link',
      summary: 'See whose password a link sets, and whether it can still be used',
      access: { scheme: 'public' },
      body: PasswordLinkToken,
      reply: { status: 200, schema: PasswordLinkFacts },
      async handle(request) {
        requireOwnOrigin(request)
        return { body: await passwordLinks.read(request.body.token) }
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/hub/v1/session/password-request',
      summary:
        'Ask for the mail with which you choose another password; answers alike whether or not the address is known',
      access: { scheme: 'public' },
      body: PasswordRequest,
      reply: { status: 202 },
      async handle(request) {
        requireOwnOrigin(request)
        const { ip, requestId } = request
        await passwordLinks.request(request.body.email, { ip, requestId })
        return { status: 202 }
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/hub/v1/session/password',
      summary: 'Choose your password with a link that an administrator made',
      access: { scheme: 'public' },
      body: PasswordChoice,
      reply: { status: 204 },
      async handle(request) {
        requireOwnOrigin(request)
        const { ip, requestId, cookies } = request
        await passwordLinks.choose(request.body, { ip, requestId, replacedToken: cookies[sessionCookie] })
        return { status: 204 }
      },
    }),
  ]
}
