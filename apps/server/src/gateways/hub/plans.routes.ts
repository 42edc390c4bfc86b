import { IdParams, pageOf } from '@lockstep/contract/hub/page'
import { PlanDecision, PlanItem, PlanItemQuery, PlanListQuery, PlanRow } from '@lockstep/contract/hub/plan'
import { defineRoute, type Route } from '../../platform/http/route.ts'
import type { PlanService } from '../../processes/plans/plan.service.ts'
import { originOf } from './change-origin.ts'
import { servicePage, servicePageQuery } from './service-page.ts'

/** The part of the plans that people see and decide. */
export type Plans = Pick<PlanService, 'list' | 'get' | 'listItems' | 'release' | 'dismiss'>

/** Plans: what the guard holds until a person decides. */
export function planRoutes(plans: Plans): readonly Route[] {
  return [...readingRoutes(plans), ...decisionRoutes(plans)]
}

function readingRoutes(plans: Plans): readonly Route[] {
  const access = { scheme: 'administrator', permission: 'plans.read' } as const
  return [
    defineRoute({
      method: 'GET',
      path: '/hub/v1/plans',
      summary: 'List plans, newest first',
      access,
      query: PlanListQuery,
      reply: { status: 200, schema: pageOf(PlanRow) },
      handle: async ({ actor, query }) => ({ body: servicePage(await plans.list(actor, servicePageQuery(query))) }),
    }),
    defineRoute({
      method: 'GET',
      path: '/hub/v1/plans/:id',
      summary: 'Read a plan',
      access,
      params: IdParams,
      reply: { status: 200, schema: PlanRow },
      handle: async ({ actor, params }) => ({ body: await plans.get(actor, params.id) }),
    }),
    defineRoute({
      method: 'GET',
      path: '/hub/v1/plans/:id/items',
      summary: 'List what a plan would change',
      access,
      params: IdParams,
      query: PlanItemQuery,
      reply: { status: 200, schema: pageOf(PlanItem) },
      handle: async ({ actor, params, query }) => ({
        body: servicePage(await plans.listItems(actor, params.id, servicePageQuery(query))),
      }),
    }),
  ]
}

function decisionRoutes(plans: Plans): readonly Route[] {
  const decisions = [
    { name: 'release', summary: 'Let a plan’s changes be made, with a reason' },
    { name: 'dismiss', summary: 'Keep everything as it is, with a reason' },
  ] as const
  return decisions.map(({ name, summary }) =>
    defineRoute({
      method: 'POST',
      path: `/hub/v1/plans/:id/${name}`,
      summary,
      access: { scheme: 'administrator', permission: 'plans.release' },
      params: IdParams,
      body: PlanDecision,
      reply: { status: 200, schema: PlanRow },
      handle: async (request) => ({
        body: await plans[name](originOf(request), request.params.id, request.body.reason),
      }),
    }),
  )
}
