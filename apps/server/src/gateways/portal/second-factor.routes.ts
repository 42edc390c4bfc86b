import { AppError } from '@lockstep/contract/app-error'
import { IdParams } from '@lockstep/contract/hub/page'
import {
  AuthenticatorConfirmation,
  AuthenticatorSecret,
  Passkey,
  PasskeyOptions,
  PasskeyRegistered,
  PasskeyRegistration,
  PasskeyRename,
  PresentPassword,
  UserRecoveryCodes,
  UserSecondFactor,
} from '@lockstep/contract/portal/second-factor'
import { headerText } from '../../platform/http/header-text.ts'
import { defineRoute, type IncomingRequest, type Route } from '../../platform/http/route.ts'
import type { FactorRequest, UserSecondFactorService } from '../../processes/sign-in/user-second-factor.service.ts'
import type { UserSignInService } from '../../processes/sign-in/user-sign-in.service.ts'
import { portalToken } from './portal-cookie.ts'
import { sourceOf } from './portal-request.ts'

export interface PortalSecondFactorRouteOptions {
  readonly secondFactor: UserSecondFactorService
  readonly signIn: Pick<UserSignInService, 'authenticate'>
}

const path = '/portal/v1/second-factor'
const access = { scheme: 'user' } as const

/** The second factors of who is signed in. */
export function portalSecondFactorRoutes(options: PortalSecondFactorRouteOptions): readonly Route[] {
  return [...authenticatorRoutes(options), ...passkeyRoutes(options)]
}

/** Who asks, with the session that a passkey's challenge belongs to. */
async function askedBy(
  { signIn }: PortalSecondFactorRouteOptions,
  request: IncomingRequest & { readonly actor: FactorRequest['actor'] },
): Promise<FactorRequest> {
  const known = await signIn.authenticate(portalToken(request))
  if (known === undefined) throw new AppError('unauthenticated')
  return { actor: request.actor, source: sourceOf(request), sessionId: known.sessionId }
}

function authenticatorRoutes(options: PortalSecondFactorRouteOptions): readonly Route[] {
  const { secondFactor } = options
  return [
    defineRoute({
      ...{ method: 'GET', path, access, summary: 'Your second factors, and whether you need one' },
      reply: { status: 200, schema: UserSecondFactor },
      handle: async ({ actor }) => ({ body: await secondFactor.describe(actor) }),
    }),
    defineRoute({
      ...{ method: 'POST', path: `${path}/authenticator`, access, summary: 'Begin to enrol an authenticator' },
      body: PresentPassword,
      reply: { status: 200, schema: AuthenticatorSecret },
      handle: async (request) => ({
        body: await secondFactor.beginAuthenticator(await askedBy(options, request), request.body.password),
      }),
    }),
    defineRoute({
      ...{ method: 'PUT', path: `${path}/authenticator`, access, summary: 'Complete the enrolment with a code' },
      body: AuthenticatorConfirmation,
      reply: { status: 200, schema: UserRecoveryCodes },
      handle: async (request) => ({
        body: await secondFactor.confirmAuthenticator(await askedBy(options, request), request.body.code),
      }),
    }),
    defineRoute({
      ...{ method: 'POST', path: `${path}/authenticator/removal`, access, summary: 'Take the authenticator away' },
      body: PresentPassword,
      reply: { status: 204 },
      async handle(request) {
        await secondFactor.removeAuthenticator(await askedBy(options, request), request.body.password)
        return { status: 204 }
      },
    }),
    defineRoute({
      ...{ method: 'POST', path: `${path}/recovery-codes`, access, summary: 'New recovery codes instead of the old' },
      body: PresentPassword,
      reply: { status: 200, schema: UserRecoveryCodes },
      handle: async (request) => ({
        body: await secondFactor.renewRecoveryCodes(await askedBy(options, request), request.body.password),
      }),
    }),
  ]
}

function passkeyRoutes(options: PortalSecondFactorRouteOptions): readonly Route[] {
  const { secondFactor } = options
  return [
    defineRoute({
      ...{ method: 'POST', path: `${path}/passkeys/options`, access, summary: 'What the browser needs for a passkey' },
      body: PresentPassword,
      reply: { status: 200, schema: PasskeyOptions },
      async handle(request) {
        const asked = { ...(await askedBy(options, request)), origin: headerText(request, 'origin') }
        return { body: await secondFactor.passkeyCreation(asked, request.body.password) }
      },
    }),
    defineRoute({
      ...{ method: 'POST', path: `${path}/passkeys`, access, summary: 'Keep a passkey that the browser made' },
      body: PasskeyRegistration,
      reply: { status: 201, schema: PasskeyRegistered },
      handle: async (request) => ({
        status: 201,
        body: await secondFactor.registerPasskey(await askedBy(options, request), request.body),
      }),
    }),
    defineRoute({
      ...{ method: 'PATCH', path: `${path}/passkeys/:id`, access, summary: 'Name a passkey' },
      ...{ params: IdParams, body: PasskeyRename },
      reply: { status: 200, schema: Passkey },
      handle: async (request) => ({
        body: await secondFactor.renamePasskey(await askedBy(options, request), {
          id: request.params.id,
          name: request.body.name,
        }),
      }),
    }),
    defineRoute({
      ...{ method: 'POST', path: `${path}/passkeys/:id/removal`, access, summary: 'Take a passkey away' },
      ...{ params: IdParams, body: PresentPassword },
      reply: { status: 204 },
      async handle(request) {
        const { params, body } = request
        await secondFactor.removePasskey(await askedBy(options, request), { id: params.id, password: body.password })
        return { status: 204 }
      },
    }),
  ]
}
