import { Administrator, AdministratorCreate, AdministratorUpdate } from '@lockstep/contract/hub/session'
import { IdParams } from '@lockstep/contract/hub/page'
import Type from 'typebox'
import type { AdministratorService } from '../../directory/access/administrator.service.ts'
import { defineRoute, type Route } from '../../platform/http/route.ts'
import { originOf } from './request-origin.ts'

export function administratorRoutes(administrators: AdministratorService): readonly Route[] {
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
