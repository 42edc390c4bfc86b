import {
  ForgottenPassword,
  LinkPassword,
  LinkToken,
  PasswordCandidate,
  PasswordChange,
  PasswordFacts,
  PasswordLinkFacts,
  PasswordVerdict,
} from '@lockstep/contract/portal/password'
import { PortalSession } from '@lockstep/contract/portal/session'
import { requireOwnOrigin, requireOwnPage } from '../../platform/http/csrf.ts'
import { defineRoute, type Route } from '../../platform/http/route.ts'
import type { UserPasswordService } from '../../processes/sign-in/user-password.service.ts'
import type { UserSignInService } from '../../processes/sign-in/user-sign-in.service.ts'
import { portalToken } from './portal-cookie.ts'
import { openedReply, sourceOf } from './portal-request.ts'

export interface PortalPasswordRouteOptions {
  readonly passwords: UserPasswordService
  readonly signIn: Pick<UserSignInService, 'authenticate'>
  /** The hub itself ends TLS. */
  readonly servesTls: boolean
}

/** Choosing a password: with a link, or signed in. */
export function portalPasswordRoutes(options: PortalPasswordRouteOptions): readonly Route[] {
  return [...activationRoutes(options), ...linkRoutes(options), ...ownPasswordRoutes(options)]
}

function activationRoutes({ passwords, servesTls }: PortalPasswordRouteOptions): readonly Route[] {
  return [
    defineRoute({
      method: 'POST',
      // The token goes in the body, so that no log of addresses ever has it.
      path: '/portal/v1/activation/look',
      summary: 'See whom the link of a welcome mail is for, and whether it can still be used',
      access: { scheme: 'public' },
      body: LinkToken,
      reply: { status: 200, schema: PasswordLinkFacts },
      async handle(request) {
        requireOwnOrigin(request)
        return { body: await passwords.lookAtActivation(request.body.token) }
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/portal/v1/activation',
      summary: 'Choose the first password with the link of the welcome mail, and sign in',
      access: { scheme: 'public' },
      body: LinkPassword,
      reply: { status: 200, schema: PortalSession },
      async handle(request) {
        requireOwnOrigin(request)
        return openedReply(request, await passwords.activate(request.body, sourceOf(request)), { servesTls })
      },
    }),
  ]
}

function linkRoutes({ passwords }: PortalPasswordRouteOptions): readonly Route[] {
  return [
    defineRoute({
      method: 'POST',
      path: '/portal/v1/forgotten-password',
      summary:
        'Ask for the mail with which you choose another password; answers alike whether or not the name is known',
      access: { scheme: 'public' },
      body: ForgottenPassword,
      reply: { status: 202 },
      async handle(request) {
        requireOwnOrigin(request)
        await passwords.forgotten(request.body.name, sourceOf(request))
        return { status: 202 }
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/portal/v1/password-link/look',
      summary: 'See whose password a link sets, and whether it can still be used',
      access: { scheme: 'public' },
      body: LinkToken,
      reply: { status: 200, schema: PasswordLinkFacts },
      async handle(request) {
        requireOwnOrigin(request)
        return { body: await passwords.lookAtLink(request.body.token) }
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/portal/v1/password-link',
      summary: 'Choose another password with a link; every session ends',
      access: { scheme: 'public' },
      body: LinkPassword,
      reply: { status: 204 },
      async handle(request) {
        requireOwnOrigin(request)
        await passwords.setByLink(request.body, sourceOf(request))
        return { status: 204 }
      },
    }),
  ]
}

function ownPasswordRoutes({ passwords, signIn, servesTls }: PortalPasswordRouteOptions): readonly Route[] {
  const path = '/portal/v1/password'
  return [
    defineRoute({
      method: 'GET',
      path,
      summary: 'Your password: its state, and where it may be changed',
      access: { scheme: 'user' },
      reply: { status: 200, schema: PasswordFacts },
      handle: async ({ actor }) => ({ body: await passwords.facts(actor) }),
    }),
    defineRoute({
      method: 'PUT',
      path,
      summary: 'Change your password; every other session ends',
      access: { scheme: 'user' },
      body: PasswordChange,
      reply: { status: 200, schema: PortalSession },
      async handle(request) {
        const signedIn = await passwords.change(request.actor, request.body, sourceOf(request))
        return openedReply(request, signedIn, { servesTls })
      },
    }),
    defineRoute({
      method: 'POST',
      path: `${path}/check`,
      summary: 'Judge a password without keeping it, for who is signed in or holds a link',
      access: { scheme: 'public' },
      body: PasswordCandidate,
      reply: { status: 200, schema: PasswordVerdict },
      async handle(request) {
        requireOwnOrigin(request)
        const known = await signIn.authenticate(portalToken(request))
        if (known !== undefined && request.body.token === undefined) requireOwnPage(request, known.csrfToken)
        const isOpen = known !== undefined && known.next !== 'second-factor'
        return { body: await passwords.check(request.body, isOpen ? known.actor : undefined) }
      },
    }),
  ]
}
