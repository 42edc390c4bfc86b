import {
  DirectoryCreate,
  DirectoryDetail,
  DirectoryProblem,
  DirectoryRow,
  DirectoryUpdate,
} from '@lockstep/contract/hub/directory'
import { IdParams, pageOf, pageQuery } from '@lockstep/contract/hub/page'
import Type from 'typebox'
import { defineRoute, type Route } from '../../platform/http/route.ts'
import type { DomainService } from '../../processes/ad/domain.service.ts'
import { originOf } from './change-origin.ts'
import { servicePage, servicePageQuery } from './service-page.ts'

/** The part of the domains that this gateway shows. */
export type Domains = Pick<
  DomainService,
  'list' | 'get' | 'create' | 'change' | 'remove' | 'problems' | 'requestFullRead'
>

const ProblemQuery = Type.Object(pageQuery, { additionalProperties: false })

/** Directories: the Active Directory domains that the hub is bound to. */
export function directoryRoutes(domains: Domains): readonly Route[] {
  return [...readingRoutes(domains), ...writingRoutes(domains)]
}

function readingRoutes(domains: Domains): readonly Route[] {
  const access = { scheme: 'administrator', permission: 'directories.read' } as const
  return [
    defineRoute({
      method: 'GET',
      path: '/hub/v1/directories',
      summary: 'List directories with their health',
      access,
      reply: { status: 200, schema: Type.Object({ items: Type.Array(DirectoryRow) }) },
      handle: async ({ actor }) => ({ body: { items: await domains.list(actor) } }),
    }),
    defineRoute({
      method: 'GET',
      path: '/hub/v1/directories/:id',
      summary: 'Read a directory with its settings and agents',
      access,
      params: IdParams,
      reply: { status: 200, schema: DirectoryDetail },
      handle: async ({ actor, params }) => ({ body: await domains.get(actor, params.id) }),
    }),
    defineRoute({
      method: 'GET',
      path: '/hub/v1/directories/:id/problems',
      summary: 'List what of a directory is left out or in conflict, and what to do about it',
      access,
      params: IdParams,
      query: ProblemQuery,
      reply: { status: 200, schema: pageOf(DirectoryProblem) },
      handle: async ({ actor, params, query }) => ({
        body: servicePage(await domains.problems(actor, params.id, servicePageQuery(query))),
      }),
    }),
  ]
}

function writingRoutes(domains: Domains): readonly Route[] {
  const access = { scheme: 'administrator', permission: 'directories.write' } as const
  return [
    defineRoute({
      method: 'POST',
      path: '/hub/v1/directories',
      summary: 'Connect an Active Directory domain',
      access,
      body: DirectoryCreate,
      reply: { status: 201, schema: DirectoryDetail },
      handle: async (request) => ({ status: 201, body: await domains.create(originOf(request), request.body) }),
    }),
    defineRoute({
      method: 'PATCH',
      path: '/hub/v1/directories/:id',
      summary: 'Change the named settings of a directory',
      access,
      params: IdParams,
      body: DirectoryUpdate,
      reply: { status: 200, schema: DirectoryDetail },
      handle: async (request) => ({ body: await domains.change(originOf(request), request.params.id, request.body) }),
    }),
    defineRoute({
      method: 'DELETE',
      path: '/hub/v1/directories/:id',
      summary: 'Disconnect a directory; its users and groups stay',
      access,
      params: IdParams,
      reply: { status: 204 },
      async handle(request) {
        await domains.remove(originOf(request), request.params.id)
        return { status: 204 }
      },
    }),
    defineRoute({
      method: 'POST',
      path: '/hub/v1/directories/:id/full-read',
      summary: 'Ask for a complete read of a directory',
      access,
      params: IdParams,
      reply: { status: 202 },
      async handle(request) {
        await domains.requestFullRead(originOf(request), request.params.id)
        return { status: 202 }
      },
    }),
  ]
}
