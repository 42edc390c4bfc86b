import {
  DirectoryResolution,
  ProblemParams,
  ResolutionCreate,
  ResolutionQuery,
} from '@lockstep/contract/hub/directory-change'
import { IdParams, pageOf } from '@lockstep/contract/hub/page'
import { defineRoute, type Route } from '../../platform/http/route.ts'
import type { ConflictService } from '../../processes/ad/conflict.service.ts'
import { originOf } from './change-origin.ts'
import { servicePage, servicePageQuery } from './service-page.ts'

/** The part of the conflicts that this gateway shows. */
export type Conflicts = ConflictService

/** Objects of a directory that clash with users and groups of the hub, and what was decided on them. */
export function directoryConflictRoutes(conflicts: Conflicts): readonly Route[] {
  const access = { scheme: 'administrator', permission: 'directories.write' } as const
  return [
    defineRoute({
      method: 'POST',
      path: '/hub/v1/directories/:id/problems/:guid/resolution',
      summary: 'Decide how the clash of an object with a user or group ends',
      access,
      params: ProblemParams,
      body: ResolutionCreate,
      reply: { status: 201, schema: DirectoryResolution },
      async handle(request) {
        const { id: domainId, guid } = request.params
        return { status: 201, body: await conflicts.resolve(originOf(request), { domainId, guid }, request.body) }
      },
    }),
    defineRoute({
      method: 'GET',
      path: '/hub/v1/directories/:id/resolutions',
      summary: 'List what was decided on clashes of a directory',
      access: { scheme: 'administrator', permission: 'directories.read' },
      params: IdParams,
      query: ResolutionQuery,
      reply: { status: 200, schema: pageOf(DirectoryResolution) },
      handle: async ({ actor, params, query }) => ({
        body: servicePage(await conflicts.list(actor, params.id, servicePageQuery(query))),
      }),
    }),
    defineRoute({
      method: 'DELETE',
      path: '/hub/v1/directories/:id/resolutions/:guid',
      summary: 'Take back what was decided on a clash',
      access,
      params: ProblemParams,
      reply: { status: 204 },
      async handle(request) {
        const { id: domainId, guid } = request.params
        await conflicts.remove(originOf(request), { domainId, guid })
        return { status: 204 }
      },
    }),
  ]
}
