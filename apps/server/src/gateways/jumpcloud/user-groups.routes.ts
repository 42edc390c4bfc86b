import type { Actor } from '@lockstep/contract/access'
import { isJsonObject } from '@lockstep/kernel/json'
import type { Group } from '../../directory/groups/group.rules.ts'
import type { GroupService } from '../../directory/groups/group.service.ts'
import { defineRoute, type Route } from '../../platform/http/route.ts'
import { originOf } from './change-origin.ts'
import { GroupBody, groupInput, replacingInput } from './group-body.ts'
import { ListParameters, parseFields, parseListQuery, project, v2Page } from './list-query.ts'
import { IdPath, requireObjectId } from './object-id.ts'
import { renderGroup } from './render-group.ts'

export interface UserGroupOptions {
  readonly groups: GroupService
  readonly organizationId: string
}

/** User groups of v2. */
export function userGroupRoutes(options: UserGroupOptions): readonly Route[] {
  return [...readingRoutes(options), ...writingRoutes(options)]
}

async function shown({ groups, organizationId }: UserGroupOptions, group: Group): Promise<object> {
  const counts = await groups.suggestionCounts([group.id])
  return renderGroup(group, { organizationId, suggestions: counts.get(group.id) })
}

function readingRoutes(options: UserGroupOptions): readonly Route[] {
  const { groups, organizationId } = options
  return [
    defineRoute({
      method: 'GET',
      path: '/api/v2/usergroups',
      summary: 'List user groups',
      access: { scheme: 'administrator', permission: 'groups.read' },
      query: ListParameters,
      async handle({ actor, query, url }) {
        const listing = parseListQuery(query, 'v2')
        const fields = parseFields(query)
        const [rows, total] = await Promise.all([groups.list(actor, listing), groups.count(actor, listing)])
        const counts = await groups.suggestionCounts(rows.map(({ id }) => id))
        return v2Page(
          rows.map((group) =>
            project(renderGroup(group, { organizationId, suggestions: counts.get(group.id) }), fields),
          ),
          { total, url, ...listing },
        )
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/api/v2/usergroups/:id',
      summary: 'Read a user group',
      access: { scheme: 'administrator', permission: 'groups.read' },
      params: IdPath,
      handle: async ({ actor, params }) => ({
        body: await shown(options, await groups.get(actor, requireObjectId(params.id, 'id'))),
      }),
    }),
  ]
}

function writingRoutes(options: UserGroupOptions): readonly Route[] {
  const { groups } = options
  const access = { scheme: 'administrator', permission: 'groups.write' } as const
  return [
    defineRoute({
      method: 'POST',
      path: '/api/v2/usergroups',
      summary: 'Create a user group',
      access,
      body: GroupBody,
      reply: { status: 201 },
      handle: async (request) => ({
        status: 201,
        body: await shown(options, await groups.create(originOf(request), groupInput(request, 'user'))),
      }),
    }),
    defineRoute({
      method: 'PUT',
      path: '/api/v2/usergroups/:id',
      summary: 'Replace a user group: what is not named is emptied',
      access,
      params: IdPath,
      body: GroupBody,
      async handle(request) {
        const input = replacingInput(request, 'user')
        const id = requireObjectId(request.params.id, 'id')
        return { body: await shown(options, await groups.change(originOf(request), id, { input })) }
      },
    }),
    defineRoute({
      method: 'PATCH',
      path: '/api/v2/usergroups/:id',
      summary: 'Change the named fields of a user group; attributes are merged',
      access,
      params: IdPath,
      body: GroupBody,
      async handle(request) {
        const id = requireObjectId(request.params.id, 'id')
        const input = await merged(groups, request.actor, { id, input: groupInput(request, 'user') })
        return { body: await shown(options, await groups.change(originOf(request), id, { input })) }
      },
    }),
    defineRoute({
      method: 'DELETE',
      path: '/api/v2/usergroups/:id',
      summary: 'Delete a user group',
      access,
      params: IdPath,
      reply: { status: 204 },
      async handle(request) {
        await groups.remove(originOf(request), requireObjectId(request.params.id, 'id'))
        return { status: 204 }
      },
    }),
  ]
}

type Input = ReturnType<typeof groupInput>

async function merged(
  groups: GroupService,
  actor: Actor,
  { id, input }: { readonly id: string; readonly input: Input },
): Promise<Input> {
  if (!isJsonObject(input.attributes)) return input
  const { attributes } = await groups.get(actor, id)
  return { ...input, attributes: { ...attributes, ...input.attributes } }
}
