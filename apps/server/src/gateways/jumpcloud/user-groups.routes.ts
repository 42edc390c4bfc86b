import { AppError } from '@lockstep/contract/app-error'
import { isJsonObject, type JsonObject } from '@lockstep/kernel/json'
import Type, { type Static } from 'typebox'
import type { GroupInput } from '../../directory/groups/group.rules.ts'
import type { GroupService } from '../../directory/groups/group.service.ts'
import { defineRoute, type Route } from '../../platform/http/route.ts'
import { originOf } from './change-origin.ts'
import { ListParameters, parseFields, parseListQuery, project, v2List } from './list-query.ts'
import { IdPath, requireObjectId } from './object-id.ts'
import { renderGroup } from './render-group.ts'

const OptionalText = Type.Optional(Type.Union([Type.String(), Type.Null()]))
const AnyObject = Type.Object({}, { additionalProperties: Type.Unknown() })
const MembershipMethod = Type.Union([
  Type.Null(),
  Type.Literal('NOTSET'),
  Type.Literal('STATIC'),
  Type.Literal('DYNAMIC_REVIEW_REQUIRED'),
  Type.Literal('DYNAMIC_AUTOMATED'),
])

const GroupBody = Type.Object({
  name: OptionalText,
  description: OptionalText,
  email: OptionalText,
  attributes: Type.Optional(Type.Union([AnyObject, Type.Null()])),
  membershipMethod: Type.Optional(MembershipMethod),
})
type GroupBody = Static<typeof GroupBody>

/** User groups of v2. */
export function userGroupRoutes(groups: GroupService): readonly Route[] {
  return [...readingRoutes(groups), ...writingRoutes(groups)]
}

function readingRoutes(groups: GroupService): readonly Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/api/v2/usergroups',
      summary: 'List user groups',
      access: { scheme: 'administrator', permission: 'groups.read' },
      query: ListParameters,
      async handle({ actor, query }) {
        const listing = parseListQuery(query, 'v2')
        const fields = parseFields(query)
        const [rows, total] = await Promise.all([groups.list(actor, listing), groups.count(actor, listing)])
        return v2List(
          rows.map((group) => project(renderGroup(group), fields)),
          total,
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
        body: renderGroup(await groups.get(actor, requireObjectId(params.id, 'id'))),
      }),
    }),
  ]
}

function writingRoutes(groups: GroupService): readonly Route[] {
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
        body: renderGroup(await groups.create(originOf(request), groupInput(request.body))),
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
        const { name, ...named } = groupInput(request.body)
        if (name === undefined) throw new AppError('invalid_request', { field: 'name', detail: 'name: is required.' })
        const input = { description: '', email: '', attributes: null, membershipMethod: 'STATIC', ...named, name }
        return {
          body: renderGroup(
            await groups.change(originOf(request), requireObjectId(request.params.id, 'id'), { input }),
          ),
        }
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
        const input = groupInput(request.body)
        if (!isJsonObject(input.attributes))
          return { body: renderGroup(await groups.change(originOf(request), id, { input })) }
        const { attributes } = await groups.get(request.actor, id)
        const merged = { ...input, attributes: { ...attributes, ...input.attributes } }
        return { body: renderGroup(await groups.change(originOf(request), id, { input: merged })) }
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

function groupInput(body: GroupBody): GroupInput {
  if (body.membershipMethod?.startsWith('DYNAMIC') === true)
    throw new AppError('invalid_request', {
      field: 'membershipMethod',
      detail: 'membershipMethod: must be STATIC. Groups whose members follow from a rule are not served.',
    })
  return {
    ...(body.name === undefined ? {} : { name: body.name ?? '' }),
    ...(body.description === undefined ? {} : { description: body.description ?? '' }),
    ...(body.email === undefined ? {} : { email: body.email ?? '' }),
    ...(body.attributes === undefined ? {} : { attributes: body.attributes as JsonObject | null }),
    ...(body.membershipMethod === undefined || body.membershipMethod === null ? {} : { membershipMethod: 'STATIC' }),
  }
}
