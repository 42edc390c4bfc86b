import { Administrator, AdministratorCreate, AdministratorUpdate } from '@lockstep/contract/hub/session'
import { IdParams } from '@lockstep/contract/hub/page'
import { PasswordLink } from '@lockstep/contract/hub/second-factor'
import Type from 'typebox'
import type { AccessService } from '../../directory/access/access.service.ts'
import { defineRoute, type Route } from '../../platform/http/route.ts'
import { originOf } from './request-origin.ts'

type Options = Pick<AccessService, 'administrators' | 'passwordLinks' | 'secondFactors'>

export function administratorRoutes(options: Options): readonly Route[] {
  return [...listRoutes(options), ...signInRoutes(options)]
}

/** What lets an administrator in again who lost the way. */
function signInRoutes({ passwordLinks, secondFactors }: Options): readonly Route[] {
  const access = { scheme: 'administrator', permission: 'administrators.write' } as const
  return [
    defineRoute({
      method: 'DELETE',
      path: '/hub/v1/administrators/:id/second-factor',
      summary: 'Take the second factor from an administrator who lost it, and end their sessions',
      access,
      params: IdParams,
      reply: { status: 204 },
      async handle(request) {
        await secondFactors.reset(originOf(request), request.params.id)
        return { status: 204 }
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/hub/v1/administrators/:id/password-link',
      summary: 'Make a link with which the administrator chooses a password; it is shown this once and works once',
      access,
      params: IdParams,
      reply: { status: 201, schema: PasswordLink },
      handle: async (request) => ({
        status: 201,
        body: await passwordLinks.make(originOf(request), request.params.id),
      }),
    }),
  ]
}

function listRoutes({ administrators }: Options): readonly Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/hub/v1/administrators',
      summary: 'List the administrators',
      access: { scheme: 'administrator', permission: 'administrators.read' },
      reply: { status: 200, schema: Type.Object({ items: Type.Array(Administrator) }) },
      handle: async ({ actor }) => ({ body: { items: await administrators.list(actor) } }),
    }),
    defineRoute({
      method: 'POST',
      path: '/hub/v1/administrators',
      summary: 'Make an administrator',
      access: { scheme: 'administrator', permission: 'administrators.write' },
      body: AdministratorCreate,
      reply: { status: 201, schema: Administrator },
      handle: async (request) => ({
        status: 201,
        body: await administrators.create(originOf(request), request.body),
      }),
    }),
    defineRoute({
      method: 'PATCH',
      path: '/hub/v1/administrators/:id',
      summary: 'Change, suspend or activate an administrator',
      access: { scheme: 'administrator', permission: 'administrators.write' },
      params: IdParams,
      body: AdministratorUpdate,
      reply: { status: 200, schema: Administrator },
      handle: async (request) => ({
        body: await administrators.update(originOf(request), request.params.id, request.body),
      }),
    }),
    defineRoute({
      method: 'DELETE',
      path: '/hub/v1/administrators/:id',
      summary: 'Remove an administrator with their sessions and API keys',
      access: { scheme: 'administrator', permission: 'administrators.write' },
      params: IdParams,
      reply: { status: 204 },
      async handle(request) {
        await administrators.remove(originOf(request), request.params.id)
        return { status: 204 }
      },
    }),
  ]
}
