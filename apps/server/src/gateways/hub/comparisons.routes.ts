import {
  Comparison,
  ComparisonApply,
  ComparisonList,
  ComparisonParams,
  ComparisonSchedule,
  DifferenceQuery,
  DifferenceRow,
  UserDrift,
} from '@lockstep/contract/hub/comparison'
import { IdParams, pageOf } from '@lockstep/contract/hub/page'
import { defineRoute, type Route } from '../../platform/http/route.ts'
import type { ComparisonKey, ComparisonService } from '../../processes/ad/comparison.service.ts'
import { originOf } from './change-origin.ts'
import { servicePage } from './service-page.ts'

/** What this gateway shows of comparisons. */
export type Comparisons = ComparisonService

/** Comparisons of the hub with a directory: asking for them, what they found, and applying it. */
export function comparisonRoutes(comparisons: Comparisons): readonly Route[] {
  return [...readingRoutes(comparisons), ...actingRoutes(comparisons)]
}

function keyOf({ id, comparisonId }: { readonly id: string; readonly comparisonId: string }): ComparisonKey {
  return { directoryId: id, comparisonId }
}

function readingRoutes(comparisons: Comparisons): readonly Route[] {
  const access = { scheme: 'administrator', permission: 'directories.read' } as const
  return [
    defineRoute({
      method: 'GET',
      path: '/hub/v1/directories/:id/comparison',
      summary: 'List the latest comparisons of a directory, newest first, with their schedule',
      access,
      params: IdParams,
      reply: { status: 200, schema: ComparisonList },
      handle: async ({ actor, params }) => ({ body: await comparisons.list(actor, params.id) }),
    }),
    defineRoute({
      method: 'GET',
      path: '/hub/v1/directories/:id/comparison/:comparisonId',
      summary: 'Read a comparison with its progress',
      access,
      params: ComparisonParams,
      reply: { status: 200, schema: Comparison },
      handle: async ({ actor, params }) => ({ body: await comparisons.get(actor, keyOf(params)) }),
    }),
    defineRoute({
      method: 'GET',
      path: '/hub/v1/directories/:id/comparison/:comparisonId/differences',
      summary: 'List what a comparison found',
      access,
      params: ComparisonParams,
      query: DifferenceQuery,
      reply: { status: 200, schema: pageOf(DifferenceRow) },
      handle: async ({ actor, params, query }) => ({
        body: servicePage(await comparisons.differences(actor, keyOf(params), query)),
      }),
    }),
    defineRoute({
      method: 'GET',
      path: '/hub/v1/users/:id/drift',
      summary: 'Say what differs now between a user and their accounts in directories',
      access: { scheme: 'administrator', permission: 'users.read' },
      params: IdParams,
      reply: { status: 200, schema: UserDrift },
      handle: async ({ actor, params }) => ({ body: await comparisons.drift(actor, params.id) }),
    }),
  ]
}

function actingRoutes(comparisons: Comparisons): readonly Route[] {
  const access = { scheme: 'administrator', permission: 'directories.write' } as const
  return [
    defineRoute({
      method: 'POST',
      path: '/hub/v1/directories/:id/comparison',
      summary: 'Read a directory completely and compare it with the hub; changes nothing',
      access,
      params: IdParams,
      reply: { status: 201, schema: Comparison },
      handle: async (request) => ({
        status: 201,
        body: await comparisons.start(originOf(request), request.params.id),
      }),
    }),
    defineRoute({
      method: 'PUT',
      path: '/hub/v1/directories/:id/comparison/schedule',
      summary: 'Say whether and when a directory is compared by itself',
      access,
      params: IdParams,
      body: ComparisonSchedule,
      reply: { status: 200, schema: ComparisonSchedule },
      handle: async (request) => ({
        body: await comparisons.schedule(originOf(request), request.params.id, request.body),
      }),
    }),
    defineRoute({
      method: 'POST',
      path: '/hub/v1/directories/:id/comparison/:comparisonId/cancel',
      summary: 'Stop a comparison that goes on',
      access,
      params: ComparisonParams,
      reply: { status: 200, schema: Comparison },
      handle: async (request) => ({ body: await comparisons.cancel(originOf(request), keyOf(request.params)) }),
    }),
    defineRoute({
      method: 'POST',
      path: '/hub/v1/directories/:id/comparison/:comparisonId/apply',
      summary: 'Apply differences; what would be taken away waits in a plan',
      access,
      params: ComparisonParams,
      body: ComparisonApply,
      reply: { status: 200, schema: Comparison },
      handle: async (request) => ({
        body: await comparisons.apply(originOf(request), keyOf(request.params), request.body),
      }),
    }),
  ]
}
