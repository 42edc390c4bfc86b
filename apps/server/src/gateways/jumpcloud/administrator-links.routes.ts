// Which administrators reach which organizations. There is one organization: an administrator is linked to it unless suspended, so that
// taking the link away suspends, and giving it activates.
import { AppError } from '@lockstep/contract/app-error'
import { parseId } from '@lockstep/kernel/ids'
import Type from 'typebox'
import { defineRoute, type Route } from '../../platform/http/route.ts'
import type { AdministratorRouteOptions } from './administrators.routes.ts'
import { originOf } from './change-origin.ts'
import { FieldsParameter, ListParameters, parseFields, project } from './list-query.ts'
import { IdPath, requireObjectId } from './object-id.ts'
import { renderAdministratorV2 } from './render-administrator.ts'
import { listRows } from './row-list.ts'

const reading = { scheme: 'administrator', permission: 'administrators.read' } as const
const writing = { scheme: 'administrator', permission: 'administrators.write' } as const
const linkFields = ['administrator', 'organization']
const filterFields = [
  ...['id', 'email', 'firstname', 'lastname', 'role', 'roleName', 'suspended', 'registered', 'apiKeyAllowed'],
  ...['apiKeySet', 'enableMultiFactor'],
]

/** Administrators of v2, and their ties to the organization. */
export function administratorLinkRoutes(options: AdministratorRouteOptions): readonly Route[] {
  return [...administratorsRoutes(options), ...readingRoutes(options), ...writingRoutes(options)]
}

function administratorsRoutes({ access }: AdministratorRouteOptions): readonly Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/api/v2/administrators',
      summary: 'List administrators',
      access: reading,
      query: ListParameters,
      async handle({ actor, query, url }) {
        const details = await access.administratorDetails.list(actor)
        const rows = details.toSorted((a, b) => (a.id < b.id ? -1 : 1))
        return listRows(rows.map(renderAdministratorV2), query, filterFields, url)
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/api/v2/administrators/:id',
      summary: 'Read an administrator',
      access: reading,
      params: IdPath,
      query: FieldsParameter,
      async handle({ actor, params, query }) {
        const detail = await access.administratorDetails.get(actor, requireObjectId(params.id, 'id'))
        return { body: project(renderAdministratorV2(detail), parseFields(query)) }
      },
    }),
  ]
}

function readingRoutes({ access, organizationId }: AdministratorRouteOptions): readonly Route[] {
  const linkOf = (administrator: string) => ({ administrator, organization: organizationId })
  return [
    defineRoute({
      method: 'GET',
      path: '/api/v2/administrators/:id/organizationlinks',
      summary: 'List the organizations that an administrator reaches',
      access: reading,
      params: IdPath,
      query: ListParameters,
      async handle({ actor, params, query, url }) {
        const detail = await access.administratorDetails.get(actor, requireObjectId(params.id, 'id'))
        return listRows(detail.suspended ? [] : [linkOf(detail.id)], query, linkFields, url)
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/api/v2/organizations/:id/administratorlinks',
      summary: 'List the administrators who reach the organization',
      access: reading,
      params: IdPath,
      query: ListParameters,
      async handle({ actor, params, query, url }) {
        requireOwn(params.id, organizationId, 'id')
        const details = await access.administratorDetails.list(actor)
        const ids = details.filter(({ suspended }) => !suspended).map(({ id }) => id)
        return listRows(ids.toSorted().map(linkOf), query, linkFields, url)
      },
    }),
  ]
}

function writingRoutes({ access, organizationId }: AdministratorRouteOptions): readonly Route[] {
  const { administrators, administratorDetails } = access
  return [
    defineRoute({
      method: 'POST',
      path: '/api/v2/administrators/:id/organizationlinks',
      summary: 'Let an administrator reach the organization: activates a suspended one',
      access: writing,
      params: IdPath,
      body: Type.Object({ organization: Type.Optional(Type.String()) }),
      reply: { status: 201 },
      async handle(request) {
        const id = requireObjectId(request.params.id, 'id')
        requireOwn(request.body.organization ?? '', organizationId, 'organization')
        const { suspended } = await administratorDetails.get(request.actor, id)
        if (suspended) await administrators.update(originOf(request), id, { suspended: false })
        return { status: 201, body: { administrator: id, organization: organizationId } }
      },
    }),
    defineRoute({
      method: 'DELETE',
      path: '/api/v2/administrators/:administrator_id/organizationlinks/:id',
      summary: 'Keep an administrator from the organization: suspends them',
      access: writing,
      params: Type.Object({ administrator_id: Type.String(), id: Type.String() }),
      reply: { status: 204 },
      async handle(request) {
        const administratorId = requireObjectId(request.params.administrator_id, 'administrator_id')
        requireOwn(request.params.id, organizationId, 'id')
        const { suspended } = await administratorDetails.get(request.actor, administratorId)
        if (suspended) throw new AppError('not_found', { field: 'id' })
        await administrators.update(originOf(request), administratorId, { suspended: true })
        return { status: 204 }
      },
    }),
  ]
}

function requireOwn(text: string, organizationId: string, field: string): void {
  if (parseId(text) === undefined) requireObjectId(text, field)
  if (parseId(text) !== organizationId) throw new AppError('not_found', { field })
}
