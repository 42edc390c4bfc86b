import { IdParams } from '@lockstep/contract/hub/page'
import { RoleCreate, RoleRow, RoleUpdate, ScopeGroup } from '@lockstep/contract/hub/role'
import Type from 'typebox'
import type { RoleFacts } from '../../directory/access/role.rules.ts'
import type { RoleService } from '../../directory/access/role.service.ts'
import { scopeGroups } from '../../directory/access/scopes.rules.ts'
import { defineRoute, type Route } from '../../platform/http/route.ts'
import { originOf } from './request-origin.ts'

/** The roles of administrators and service accounts. */
export function roleRoutes(roles: RoleService): readonly Route[] {
  const reading = { scheme: 'administrator', permission: 'roles.read' } as const
  const writing = { scheme: 'administrator', permission: 'roles.write' } as const
  return [
    defineRoute({
      method: 'GET',
      path: '/hub/v1/roles',
      summary: 'List the roles, the hub’s own first, and the scopes of which others are made',
      access: reading,
      reply: {
        status: 200,
        schema: Type.Object({ items: Type.Array(RoleRow), scopeGroups: Type.Array(ScopeGroup) }),
      },
      handle: async ({ actor }) => ({
        body: { items: (await roles.list(actor)).map(render), scopeGroups: offered },
      }),
    }),
    defineRoute({
      method: 'POST',
      path: '/hub/v1/roles',
      summary: 'Make a role of scopes',
      access: writing,
      body: RoleCreate,
      reply: { status: 201, schema: RoleRow },
      handle: async (request) => ({
        status: 201,
        body: render(await roles.create(originOf(request), { description: '', ...request.body })),
      }),
    }),
    defineRoute({
      method: 'PATCH',
      path: '/hub/v1/roles/:id',
      summary: 'Change a role; it holds at once for everybody who has it',
      access: writing,
      params: IdParams,
      body: RoleUpdate,
      reply: { status: 200, schema: RoleRow },
      handle: async (request) => ({
        body: render(await roles.change(originOf(request), request.params.id, request.body)),
      }),
    }),
    defineRoute({
      method: 'DELETE',
      path: '/hub/v1/roles/:id',
      summary: 'Delete a role that nobody holds',
      access: writing,
      params: IdParams,
      reply: { status: 204 },
      async handle(request) {
        await roles.remove(originOf(request), request.params.id)
        return { status: 204 }
      },
    }),
  ]
}

const offered: readonly ScopeGroup[] = scopeGroups.map(({ key, name, description, nouns, actions }) => ({
  key,
  name,
  description,
  scopes: [...nouns.flatMap((noun) => [noun, `${noun}.readonly`]), ...actions],
}))

function render({ id, name, description, scopes, permissions, role }: RoleFacts): RoleRow {
  const isCustom = role === undefined
  const shown = { id, name, description, isCustom, scopes: [...scopes], permissions: [...permissions] }
  return role === undefined ? shown : { ...shown, role }
}
