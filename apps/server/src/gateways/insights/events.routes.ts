import { defineRoute, type Route } from '../../platform/http/route.ts'
import { EventBody, parseField, parseInterval, parsePage, parseSelection } from './event-query.ts'
import type { InsightsGatewayOptions } from './insights-gateway.ts'

const base = '/insights/directory/v1/events'
const access = { scheme: 'administrator', permission: 'journal.read' } as const

/** Events, their number, the values of a field, and how many fell into each interval. */
export function eventRoutes(options: InsightsGatewayOptions): readonly Route[] {
  return [listRoute(options), ...countingRoutes(options)]
}

function listRoute({ insights, clock }: InsightsGatewayOptions): Route {
  return defineRoute({
    method: 'POST',
    path: base,
    summary: 'List events',
    access,
    body: EventBody,
    async handle({ body }) {
      const page = parsePage(body ?? {})
      const selection = parseSelection(body ?? {}, clock.now())
      const { events, end } = selection === undefined ? nothing : await insights.list({ ...selection, ...page })
      const last = end ?? page.after
      return {
        body: events,
        headers: {
          'x-result-count': String(events.length),
          'x-limit': String(page.limit),
          'x-sort': page.descending ? 'DESC' : 'ASC',
          'x-search_after': JSON.stringify(last === undefined ? [] : [last.at.getTime(), String(last.seq)]),
        },
      }
    },
  })
}

const nothing = { events: [], end: undefined } as const

function countingRoutes({ insights, clock }: InsightsGatewayOptions): readonly Route[] {
  return [
    defineRoute({
      method: 'POST',
      path: `${base}/count`,
      summary: 'Count events',
      access,
      body: EventBody,
      async handle({ body }) {
        const selection = parseSelection(body ?? {}, clock.now())
        return { body: { count: selection === undefined ? 0 : await insights.count(selection) } }
      },
    }),
    defineRoute({
      method: 'POST',
      path: `${base}/distinct`,
      summary: 'List the values of an event field with how often they occur',
      access,
      body: EventBody,
      async handle({ body }) {
        const field = parseField(body ?? {})
        const selection = parseSelection(body ?? {}, clock.now())
        const counts = selection === undefined ? [] : await insights.countValues(selection, field)
        return {
          body: {
            buckets: counts.map(({ key, count }) => ({ key, doc_count: count })),
            doc_count_error_upper_bound: 0,
            sum_other_doc_count: 0,
          },
        }
      },
    }),
    defineRoute({
      method: 'POST',
      path: `${base}/interval`,
      summary: 'Count events by interval of time',
      access,
      body: EventBody,
      async handle({ body }) {
        const interval = parseInterval(body ?? {})
        const selection = parseSelection(body ?? {}, clock.now())
        const counts = selection === undefined ? [] : await insights.countIntervals(selection, interval)
        return {
          body: {
            buckets: counts.map(({ startMs, count }) => ({
              key: startMs,
              key_as_string: new Date(startMs).toISOString(),
              doc_count: count,
            })),
          },
        }
      },
    }),
  ]
}
