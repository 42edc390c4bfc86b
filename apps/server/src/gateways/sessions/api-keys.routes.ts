import { IdParams } from '@lockstep/contract/hub/page'
import { ApiKey, ApiKeyCreate, ApiKeyCreated } from '@lockstep/contract/hub/session'
import Type from 'typebox'
import type { ApiKeyService } from '../../directory/access/api-key.service.ts'
import { defineRoute, type Route } from '../../platform/http/route.ts'
import { originOf } from './request-origin.ts'

export function apiKeyRoutes(apiKeys: ApiKeyService): readonly Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/hub/v1/api-keys',
      summary: 'List your API keys; with administrators.read everybody’s',
      access: { scheme: 'administrator' },
      reply: { status: 200, schema: Type.Object({ items: Type.Array(ApiKey) }) },
      handle: async ({ actor }) => ({ body: { items: await apiKeys.list(actor) } }),
    }),
    defineRoute({
      method: 'POST',
      path: '/hub/v1/api-keys',
      summary: 'Make an API key that acts as you; its secret is shown this once',
      access: { scheme: 'administrator' },
      body: ApiKeyCreate,
      reply: { status: 201, schema: ApiKeyCreated },
      handle: async (request) => ({ status: 201, body: await apiKeys.create(originOf(request), request.body) }),
    }),
    defineRoute({
      method: 'DELETE',
      path: '/hub/v1/api-keys/:id',
      summary: 'Revoke an API key',
      access: { scheme: 'administrator' },
      params: IdParams,
      reply: { status: 204 },
      async handle(request) {
        await apiKeys.revoke(originOf(request), request.params.id)
        return { status: 204 }
      },
    }),
  ]
}
