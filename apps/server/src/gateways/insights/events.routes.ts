import type { Clock } from '@lockstep/kernel/clock'
import type { InsightService } from '../../directory/journal/insight.service.ts'
import { defineRoute, type Route } from '../../platform/http/route.ts'
import { EventBody, parseField, parseInterval, parsePage, parseSelection } from './event-query.ts'

export interface EventRouteOptions {
  readonly insights: InsightService
  readonly clock: Clock
}

const base = '/insights/directory/v1/events'
const access = { scheme: 'administrator', permission: 'journal.read' } as const

/** Events, their number, the values of a field, and how many fell into each interval. */
export function eventRoutes(options: EventRouteOptions): readonly Route[] {
  return [listRoute(options), ...countingRoutes(options)]
}

function listRoute({ insights, clock }: EventRouteOptions): Route {
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
      // The header always tells where to read on, also when nothing follows.
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

function countingRoutes({ insights, clock }: EventRouteOptions): readonly Route[] {
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
            sum_other_doc_count: (counts[0]?.total ?? 0) - counts.reduce((sum, { count }) => sum + count, 0),
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
              key_as_string: localTime(startMs, interval.offsetSeconds),
              doc_count: count,
            })),
          },
        }
      },
    }),
  ]
}

/** A time as the clock of the offset shows it. */
function localTime(timeMs: number, offsetSeconds: number): string {
  if (offsetSeconds === 0) return new Date(timeMs).toISOString()
  const minutes = Math.abs(offsetSeconds) / 60
  const [hour, minute] = [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, '0'))
  const text = new Date(timeMs + offsetSeconds * 1000).toISOString().slice(0, -1)
  return `${text}${offsetSeconds < 0 ? '-' : '+'}${hour}:${minute}`
}
