import { AppError } from '@lockstep/contract/app-error'
import type { Clock } from '@lockstep/kernel/clock'
import { parseId } from '@lockstep/kernel/ids'
import Type from 'typebox'
import type { User } from '../../directory/users/user.rules.ts'
import type { UserService } from '../../directory/users/user.service.ts'
import { defineRoute, type IncomingRequest, type Route, type RouteReply } from '../../platform/http/route.ts'
import { castUser, needsPresentUser } from './cast-user.ts'
import { originOf } from './change-origin.ts'
import { entityTag, hasRevision, underPrecondition, wantedRevision } from './entity-tag.ts'
import { FieldsParameter, ListParameters, parseFields } from './list-query.ts'
import { IdPath } from './object-id.ts'
import { ValidationParameter, withPasswordDetails } from './password-details.ts'
import { renderUser, renderUserList } from './render-user.ts'
import { readSearch, searchInAddress } from './systemuser-search.routes.ts'
import { UserBody } from './user-body.ts'

export interface SystemUserOptions {
  readonly users: UserService
  readonly organizationId: string
  readonly clock: Clock
}

const jsonType = 'application/json; charset=utf-8'

function json(content: string): RouteReply {
  return { text: { contentType: jsonType, content } }
}

/** Users of v1: every success is 200, also creation. */
export function systemUserRoutes(options: SystemUserOptions): readonly Route[] {
  return [...readingRoutes(options), ...writingRoutes(options)]
}

function readingRoutes({ users, organizationId }: SystemUserOptions): readonly Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/api/systemusers',
      summary: 'List users',
      access: { scheme: 'administrator', permission: 'users.read' },
      query: ListParameters,
      async handle({ actor, query }) {
        const { listing } = readSearch({ searchFilter: searchInAddress(query) }, query)
        const { rows, total } = await users.page(actor, listing)
        return json(renderUserList(rows, total, { organizationId, fields: parseFields(query) }))
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/api/systemusers/:id',
      summary: 'Read a user',
      access: { scheme: 'administrator', permission: 'users.read' },
      params: IdPath,
      query: FieldsParameter,
      async handle({ actor, params, query, headers }) {
        const user = await users.get(actor, params.id)
        const etag = entityTag(user.revision)
        if (hasRevision(headers, user.revision)) return { status: 304, headers: { etag } }
        return { ...json(renderUser(user, { organizationId, fields: parseFields(query) })), headers: { etag } }
      },
    }),
  ]
}

function writingRoutes({ users, organizationId, clock }: SystemUserOptions): readonly Route[] {
  const shown = (user: User): RouteReply => ({
    ...json(renderUser(user, { organizationId })),
    headers: { etag: entityTag(user.revision) },
  })
  return [
    defineRoute({
      method: 'POST',
      path: '/api/systemusers',
      summary: 'Create a user',
      access: { scheme: 'administrator', permission: 'users.write' },
      query: ValidationParameter,
      body: UserBody,
      handle: (request) =>
        withPasswordDetails(request.query, async () =>
          shown(await users.create(originOf(request), castUser(request.body, { now: clock.now() }))),
        ),
    }),
    defineRoute({
      method: 'PUT',
      path: '/api/systemusers/:id',
      summary: 'Change the named fields of a user',
      access: { scheme: 'administrator', permission: 'users.write' },
      params: IdPath,
      query: ValidationParameter,
      body: UserBody,
      handle: (request) =>
        withPasswordDetails(request.query, () =>
          underPrecondition(request.headers, async () => {
            const { params, body } = request
            const [present] = needsPresentUser(body) ? await users.findMany([parseId(params.id) ?? '']) : []
            const input = castUser(body, { now: clock.now(), ...(present ? { stored: present.attributes } : {}) })
            const change = { input, ...revisionOf(request) }
            return shown(await users.change(originOf(request), params.id, change))
          }),
        ),
    }),
    defineRoute({
      method: 'DELETE',
      path: '/api/systemusers/:id',
      summary: 'Delete a user and answer it as it was',
      access: { scheme: 'administrator', permission: 'users.delete' },
      params: IdPath,
      query: Type.Object({ cascade_manager: Type.Optional(Type.String()) }),
      handle: (request) =>
        underPrecondition(request.headers, async () => {
          const choice = parseCascade(request.query.cascade_manager)
          return shown(await users.remove(originOf(request), request.params.id, { ...choice, ...revisionOf(request) }))
        }),
    }),
  ]
}

function revisionOf({ headers }: Pick<IncomingRequest, 'headers'>): { readonly revision?: number } {
  const revision = wantedRevision(headers)
  return revision === undefined ? {} : { revision }
}

/** What becomes of a leaving manager's reports: `null` clears their manager, an id is their new one. */
function parseCascade(text: string | undefined): { cascadeManager?: string | null } {
  if (text === undefined || text === '') return {}
  if (text.toLowerCase() === 'null') return { cascadeManager: null }
  const id = parseId(text)
  if (id === undefined)
    throw new AppError('invalid_request', {
      field: 'cascade_manager',
      detail: 'cascade_manager: must be null or the id of a user.',
    })
  return { cascadeManager: id }
}
