import { isJsonObject } from '@lockstep/kernel/json'
import type { Group } from '../../directory/groups/group.rules.ts'
import type { SystemGroupService } from '../../directory/inventory/system-group.service.ts'
import { defineRoute, type Route } from '../../platform/http/route.ts'
import { originOf } from './change-origin.ts'
import { connection, GraphOperation, operationTarget } from './graph.ts'
import { GroupBody, groupInput, replacingInput } from './group-body.ts'
import { ListParameters, parseFields, parseListQuery, project, v2Page } from './list-query.ts'
import { IdPath, requireObjectId } from './object-id.ts'
import { applyingMethods, renderApplied, renderSuggestion, SuggestionBody, suggestedIds } from './suggestions.routes.ts'

export interface SystemGroupOptions {
  readonly systemGroups: SystemGroupService
  readonly organizationId: string
}

const reading = { scheme: 'administrator', permission: 'groups.read' } as const
const writing = { scheme: 'administrator', permission: 'groups.write' } as const

/** Groups of devices of v2. */
export function systemGroupRoutes(options: SystemGroupOptions): readonly Route[] {
  const { systemGroups } = options
  return [
    ...readingRoutes(options),
    ...writingRoutes(options),
    ...memberRoutes(systemGroups),
    ...suggestionRoutes(systemGroups),
  ]
}

function renderSystemGroup(group: Group, organizationId: string): Readonly<Record<string, unknown>> {
  return {
    attributes: group.attributes,
    id: group.id,
    name: group.name,
    type: 'system_group',
    email: group.email,
    description: group.description,
    membershipMethod: group.membershipMethod,
    memberQuery: group.memberQuery,
    memberSuggestionsNotify: group.memberSuggestionsNotify,
    memberQueryExemptions: group.memberQueryExemptions.map((id) => ({ id, organizationId, type: 'SYSTEM' })),
    memberQueryErrorFlags: [],
    organizationObjectId: organizationId,
  }
}

function readingRoutes({ systemGroups, organizationId }: SystemGroupOptions): readonly Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/api/v2/systemgroups',
      summary: 'List system groups',
      access: reading,
      query: ListParameters,
      async handle({ actor, query, url }) {
        const listing = parseListQuery(query, 'v2')
        const fields = parseFields(query)
        const [rows, total] = await Promise.all([systemGroups.list(actor, listing), systemGroups.count(actor, listing)])
        return v2Page(
          rows.map((group) => project(renderSystemGroup(group, organizationId), fields)),
          { total, url, ...listing },
        )
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/api/v2/systemgroups/:id',
      summary: 'Read a system group',
      access: reading,
      params: IdPath,
      handle: async ({ actor, params }) => ({
        body: renderSystemGroup(await systemGroups.get(actor, requireObjectId(params.id, 'id')), organizationId),
      }),
    }),
  ]
}

function writingRoutes({ systemGroups, organizationId }: SystemGroupOptions): readonly Route[] {
  return [
    defineRoute({
      method: 'POST',
      path: '/api/v2/systemgroups',
      summary: 'Create a system group',
      access: writing,
      body: GroupBody,
      reply: { status: 201 },
      async handle(request) {
        const group = await systemGroups.create(originOf(request), groupInput(request, 'system'))
        return { status: 201, body: renderSystemGroup(group, organizationId) }
      },
    }),
    defineRoute({
      method: 'PUT',
      path: '/api/v2/systemgroups/:id',
      summary: 'Replace a system group: what is not named is emptied',
      access: writing,
      params: IdPath,
      body: GroupBody,
      async handle(request) {
        const input = replacingInput(request, 'system')
        const id = requireObjectId(request.params.id, 'id')
        return { body: renderSystemGroup(await systemGroups.change(originOf(request), id, input), organizationId) }
      },
    }),
    defineRoute({
      method: 'PATCH',
      path: '/api/v2/systemgroups/:id',
      summary: 'Change the named fields of a system group; attributes are merged',
      access: writing,
      params: IdPath,
      body: GroupBody,
      async handle(request) {
        const id = requireObjectId(request.params.id, 'id')
        const input = groupInput(request, 'system')
        const { attributes } = await systemGroups.get(request.actor, id)
        const merged = isJsonObject(input.attributes)
          ? { ...input, attributes: { ...attributes, ...input.attributes } }
          : input
        return { body: renderSystemGroup(await systemGroups.change(originOf(request), id, merged), organizationId) }
      },
    }),
    defineRoute({
      method: 'DELETE',
      path: '/api/v2/systemgroups/:id',
      summary: 'Delete a system group',
      access: writing,
      params: IdPath,
      reply: { status: 204 },
      async handle(request) {
        await systemGroups.remove(originOf(request), requireObjectId(request.params.id, 'id'))
        return { status: 204 }
      },
    }),
  ]
}

function memberRoutes(systemGroups: SystemGroupService): readonly Route[] {
  const path = '/api/v2/systemgroups/:id/members'
  return [
    defineRoute({
      method: 'GET',
      path,
      summary: 'List the members of a system group',
      access: reading,
      params: IdPath,
      query: ListParameters,
      async handle({ actor, params, query, url }) {
        const groupId = requireObjectId(params.id, 'group_id')
        const { limit, skip } = parseListQuery(query, 'v2')
        const { ids, total } = await systemGroups.listMembers(actor, { groupId, limit, skip })
        return v2Page(
          ids.map((id) => connection({ type: 'system', id })),
          { total, url, limit, skip },
        )
      },
    }),
    defineRoute({
      method: 'POST',
      path,
      summary: 'Add a member to a system group, or remove one',
      access: writing,
      params: IdPath,
      body: GraphOperation,
      reply: { status: 204 },
      async handle(request) {
        const groupId = requireObjectId(request.params.id, 'group_id')
        const { id } = operationTarget(request.body, ['system'])
        const { op } = request.body
        if (op === 'add') await systemGroups.addMember(originOf(request), groupId, id)
        else if (op === 'remove') await systemGroups.removeMember(originOf(request), groupId, id)
        else await systemGroups.requireMember(request.actor, groupId, id)
        return { status: 204 }
      },
    }),
  ]
}

function suggestionRoutes(systemGroups: SystemGroupService): readonly Route[] {
  const path = '/api/v2/systemgroups/:id/suggestions'
  return [
    defineRoute({
      method: 'GET',
      path,
      summary: 'List what the rule of a system group would change',
      access: reading,
      params: IdPath,
      query: ListParameters,
      async handle({ actor, params, query, url }) {
        const groupId = requireObjectId(params.id, 'group_id')
        const { limit, skip } = parseListQuery(query, 'v2')
        const { rows, total } = await systemGroups.listSuggestions(actor, { groupId, limit, skip })
        return v2Page(
          rows.map(({ systemId, op }) => renderSuggestion('system', systemId, op)),
          { total, url, limit, skip },
        )
      },
    }),
    ...applyingMethods.map((method) =>
      defineRoute({
        method,
        path,
        summary: 'Do what is suggested about the named systems',
        access: writing,
        params: IdPath,
        body: SuggestionBody,
        async handle(request) {
          const groupId = requireObjectId(request.params.id, 'group_id')
          const ids = suggestedIds(request.body)
          const found = await systemGroups.applySuggestions(originOf(request), groupId, ids)
          return { body: renderApplied(ids, found) }
        },
      }),
    ),
  ]
}
