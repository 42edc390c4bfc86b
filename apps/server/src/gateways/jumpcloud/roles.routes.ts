import Type, { type Static } from 'typebox'
import type { RoleFacts } from '../../directory/access/role.rules.ts'
import type { RoleService } from '../../directory/access/role.service.ts'
import { type ScopeGroup, scopeGroups } from '../../directory/access/scopes.rules.ts'
import { defineRoute, type Route, type RouteReply } from '../../platform/http/route.ts'
import { originOf } from './change-origin.ts'
import { ListParameters } from './list-query.ts'
import { requireObjectId } from './object-id.ts'
import { selectRows } from './row-list.ts'

export interface RoleRouteOptions {
  readonly roles: RoleService
  readonly organizationId: string
}

const RolePath = Type.Object({ role_id: Type.String() })
const RoleBody = Type.Object({
  name: Type.String(),
  scopes: Type.Array(Type.String({ examples: ['users.readonly', 'groups', 'mdm'] })),
  description: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  providerId: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  organizationIds: Type.Optional(Type.Union([Type.Array(Type.String()), Type.Null()])),
})
const filterFields = ['id', 'name', 'description', 'isCustom', 'createdBy', 'lastUpdatedBy']
const groupFields = ['id', 'groupName', 'groupKey', 'displayToUsers', 'groupDescription']
const reading = { scheme: 'administrator', permission: 'roles.read' } as const
const writing = { scheme: 'administrator', permission: 'roles.write' } as const

/** Roles of v2, and the scopes of which they are made; both come in an envelope although v2's other lists do not. */
export function roleRoutes(options: RoleRouteOptions): readonly Route[] {
  return [...readingRoutes(options), ...writingRoutes(options)]
}

function readingRoutes({ roles, organizationId }: RoleRouteOptions): readonly Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/api/v2/roles',
      summary: 'List roles',
      access: reading,
      query: ListParameters,
      async handle({ actor, query }) {
        const rows = (await roles.list(actor)).map((role) => render(role, organizationId))
        return enveloped(selectRows(rows, query, { fields: filterFields, version: 'v2' }))
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/api/v2/roles/:role_id',
      summary: 'Read a role',
      access: reading,
      params: RolePath,
      handle: async ({ actor, params }) => ({
        body: render(await roles.get(actor, requireObjectId(params.role_id, 'role_id')), organizationId),
      }),
    }),
    defineRoute({
      method: 'GET',
      path: '/api/v2/scope-groups',
      summary: 'List the scopes of which roles are made, in groups',
      access: reading,
      query: ListParameters,
      handle: async ({ query }) =>
        enveloped(selectRows(scopeGroups.map(renderGroup), query, { fields: groupFields, version: 'v2' })),
    }),
  ]
}

function writingRoutes({ roles, organizationId }: RoleRouteOptions): readonly Route[] {
  return [
    defineRoute({
      method: 'POST',
      path: '/api/v2/roles',
      summary: 'Make a role of scopes',
      access: writing,
      body: RoleBody,
      reply: { status: 201 },
      async handle(request) {
        const { name, scopes, description } = request.body
        const input = { name, scopes, description: description ?? '' }
        return { status: 201, body: render(await roles.create(originOf(request), input), organizationId) }
      },
    }),
    defineRoute({
      method: 'PUT',
      path: '/api/v2/roles/:role_id',
      summary: 'Change a role; it holds at once for everybody who has it',
      access: writing,
      params: RolePath,
      body: RoleBody,
      async handle(request) {
        const id = requireObjectId(request.params.role_id, 'role_id')
        const role = await roles.change(originOf(request), id, changeOf(request.body))
        return { body: render(role, organizationId) }
      },
    }),
    defineRoute({
      method: 'DELETE',
      path: '/api/v2/roles/:role_id',
      summary: 'Delete a role that nobody holds',
      access: writing,
      params: RolePath,
      reply: { status: 204 },
      async handle(request) {
        await roles.remove(originOf(request), requireObjectId(request.params.role_id, 'role_id'))
        return { status: 204 }
      },
    }),
  ]
}

function changeOf({ name, scopes, description }: Static<typeof RoleBody>) {
  return { name, scopes, ...(description === undefined ? {} : { description: description ?? '' }) }
}

function enveloped({ page, total }: ReturnType<typeof selectRows>): RouteReply {
  return { body: { totalCount: total, results: page }, headers: { 'x-total-count': String(total) } }
}

function render({ id, name, description, scopes, role, createdBy, updatedBy }: RoleFacts, organizationId: string) {
  return {
    id,
    name,
    description,
    scopes,
    organizationIds: [organizationId],
    isCustom: role === undefined,
    ...(createdBy === undefined ? {} : { createdBy }),
    ...(updatedBy === undefined ? {} : { lastUpdatedBy: updatedBy }),
  }
}

/** When the groups of this version were laid down; they are part of the program. */
const groupsMade = '2026-01-01T00:00:00.000Z'

function renderGroup({ key, name, description, nouns, actions }: ScopeGroup, index: number) {
  return {
    id: `5c09e00000000000${String(index + 1).padStart(8, '0')}`,
    groupName: name,
    groupKey: key,
    fullAccessScopes: nouns,
    displayToUsers: true,
    groupDescription: description,
    scopes: [...nouns.map(renderNoun), ...actions.map(renderAction)],
    createdAt: groupsMade,
    updatedAt: groupsMade,
  }
}

function renderNoun(noun: string) {
  return {
    key: noun,
    label: labelOf(noun),
    displayToUsers: true,
    description: `Everything of ${noun}, or reading it.`,
    permissionType: 'access_level',
    allowsNoAccess: true,
    permissions: [
      { key: 'fullAccess', values: [noun] },
      { key: 'view', values: [`${noun}.readonly`] },
    ],
  }
}

function renderAction(scope: string) {
  return {
    key: scope,
    label: labelOf(scope),
    displayToUsers: true,
    description: `Allows ${scope}.`,
    permissionType: 'actions',
    permissions: [{ key: 'allow', values: [scope] }],
  }
}

function labelOf(scope: string): string {
  const words = scope.replaceAll('.', ' ')
  return `${words.slice(0, 1).toUpperCase()}${words.slice(1)}`
}
