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
import { sourceOf } from './portal-request.ts'

const path = '/portal/v1/second-factor'
const access = { scheme: 'user' } as const

/** The second factors of who is signed in. */
export function portalSecondFactorRoutes(secondFactor: UserSecondFactorService): readonly Route[] {
  return [...authenticatorRoutes(secondFactor), ...passkeyRoutes(secondFactor)]
}

/** Who asks, and from where. */
function askedBy(request: IncomingRequest & Pick<FactorRequest, 'actor'>): FactorRequest {
  return { actor: request.actor, source: sourceOf(request) }
}

function authenticatorRoutes(secondFactor: UserSecondFactorService): readonly Route[] {
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
        body: await secondFactor.beginAuthenticator(askedBy(request), request.body.password),
      }),
    }),
    defineRoute({
      ...{ method: 'PUT', path: `${path}/authenticator`, access, summary: 'Complete the enrolment with a code' },
      body: AuthenticatorConfirmation,
      reply: { status: 200, schema: UserRecoveryCodes },
      handle: async (request) => ({
        body: await secondFactor.confirmAuthenticator(askedBy(request), request.body.code),
      }),
    }),
    defineRoute({
      ...{ method: 'POST', path: `${path}/authenticator/removal`, access, summary: 'Take the authenticator away' },
      body: PresentPassword,
      reply: { status: 204 },
      async handle(request) {
        await secondFactor.removeAuthenticator(askedBy(request), request.body.password)
        return { status: 204 }
      },
    }),
    defineRoute({
      ...{ method: 'POST', path: `${path}/recovery-codes`, access, summary: 'New recovery codes instead of the old' },
      body: PresentPassword,
      reply: { status: 200, schema: UserRecoveryCodes },
      handle: async (request) => ({
        body: await secondFactor.renewRecoveryCodes(askedBy(request), request.body.password),
      }),
    }),
  ]
}

function passkeyRoutes(secondFactor: UserSecondFactorService): readonly Route[] {
  return [
    defineRoute({
      ...{ method: 'POST', path: `${path}/passkeys/options`, access, summary: 'What the browser needs for a passkey' },
      body: PresentPassword,
      reply: { status: 200, schema: PasskeyOptions },
      async handle(request) {
        const asked = { ...askedBy(request), origin: headerText(request, 'origin') }
        return { body: await secondFactor.passkeyCreation(asked, request.body.password) }
      },
    }),
    defineRoute({
      ...{ method: 'POST', path: `${path}/passkeys`, access, summary: 'Keep a passkey that the browser made' },
      body: PasskeyRegistration,
      reply: { status: 201, schema: PasskeyRegistered },
      handle: async (request) => ({
        status: 201,
        body: await secondFactor.registerPasskey(askedBy(request), request.body),
      }),
    }),
    defineRoute({
      ...{ method: 'PATCH', path: `${path}/passkeys/:id`, access, summary: 'Name a passkey' },
      ...{ params: IdParams, body: PasskeyRename },
      reply: { status: 200, schema: Passkey },
      handle: async (request) => ({
        body: await secondFactor.renamePasskey(askedBy(request), {
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
        await secondFactor.removePasskey(askedBy(request), { id: params.id, password: body.password })
        return { status: 204 }
      },
    }),
  ]
}
