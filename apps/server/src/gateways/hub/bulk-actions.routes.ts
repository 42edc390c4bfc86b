import { AppError } from '@lockstep/contract/app-error'
import { BulkAction, BulkActionCreate, BulkActionRow, BulkActionRowQuery } from '@lockstep/contract/hub/bulk-action'
import { IdParams, pageOf } from '@lockstep/contract/hub/page'
import Type from 'typebox'
import { defineRoute, type Route } from '../../platform/http/route.ts'
import type { BulkActionService, BulkWish } from '../../processes/bulk/bulk-action.service.ts'
import { originOf } from './change-origin.ts'
import { servicePage, servicePageQuery } from './service-page.ts'
import { listingOf } from './users.routes.ts'

/** The part of the bulk actions that people use. */
export type BulkActions = BulkActionService

const defaultPageRows = 50

/** Bulk actions: many users suspended, activated or deleted, with progress, a result for each and the way back. */
export function bulkActionRoutes(bulkActions: BulkActions): readonly Route[] {
  return [...readingRoutes(bulkActions), ...actingRoutes(bulkActions)]
}

function readingRoutes(bulkActions: BulkActions): readonly Route[] {
  const access = { scheme: 'administrator', permission: 'users.read' } as const
  return [
    defineRoute({
      method: 'GET',
      path: '/hub/v1/bulk-actions',
      summary: 'List the newest bulk actions of the last month',
      access,
      reply: { status: 200, schema: Type.Object({ items: Type.Array(BulkAction) }) },
      handle: async ({ actor }) => ({ body: { items: [...(await bulkActions.list(actor))] } }),
    }),
    defineRoute({
      method: 'GET',
      path: '/hub/v1/bulk-actions/:id',
      summary: 'Read how far a bulk action is',
      access,
      params: IdParams,
      reply: { status: 200, schema: BulkAction },
      handle: async ({ actor, params }) => ({ body: await bulkActions.get(actor, params.id) }),
    }),
    defineRoute({
      method: 'GET',
      path: '/hub/v1/bulk-actions/:id/results',
      summary: 'List what became of each user of a bulk action',
      access,
      params: IdParams,
      query: BulkActionRowQuery,
      reply: { status: 200, schema: pageOf(BulkActionRow) },
      handle: async ({ actor, params, query }) => {
        const { limit = defaultPageRows, ...place } = servicePageQuery(query)
        return { body: servicePage(await bulkActions.listRows(actor, params.id, { limit, ...place })) }
      },
    }),
  ]
}

function actingRoutes(bulkActions: BulkActions): readonly Route[] {
  const access = { scheme: 'administrator', permission: 'users.suspend' } as const
  return [
    defineRoute({
      method: 'POST',
      path: '/hub/v1/bulk-actions',
      summary:
        'Suspend, activate or delete users, or set who has authority over their passwords, by id or all that match a filter, behind this request; each on its own',
      access,
      body: BulkActionCreate,
      reply: { status: 202, schema: BulkAction },
      handle: async (request) => ({
        status: 202,
        body: await bulkActions.start(originOf(request, request.body.reason), wishOf(request.body)),
      }),
    }),
    defineRoute({
      method: 'POST',
      path: '/hub/v1/bulk-actions/:id/cancel',
      summary: 'End a bulk action early; what is done stays done',
      access,
      params: IdParams,
      reply: { status: 200, schema: BulkAction },
      handle: async (request) => ({ body: await bulkActions.cancel(originOf(request), request.params.id) }),
    }),
    defineRoute({
      method: 'POST',
      path: '/hub/v1/bulk-actions/:id/undo',
      summary: 'Bring the users of a suspension or activation back to the state they had',
      access,
      params: IdParams,
      reply: { status: 202, schema: BulkAction },
      handle: async (request) => ({
        status: 202,
        body: await bulkActions.undo(originOf(request, 'Undo of a bulk action'), request.params.id),
      }),
    }),
  ]
}

function wishOf({ action: kind, authority, ids, matching }: BulkActionCreate): BulkWish {
  const action = { kind, ...(authority === undefined ? {} : { authority }) }
  if ((ids === undefined) === (matching === undefined))
    throw new AppError('invalid_request', { field: 'ids', detail: 'ids: send either ids or matching, and not both.' })
  if (matching === undefined) return { ...action, users: { ids: ids ?? [] } }
  return { ...action, users: { matching: listingOf(matching.filter), count: matching.count } }
}
