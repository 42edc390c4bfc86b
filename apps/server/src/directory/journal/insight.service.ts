import { AppError } from '@lockstep/contract/app-error'
import type { JsonObject } from '@lockstep/kernel/json'
import { ConditionError } from '../../platform/db/compose.ts'
import type { Database } from '../../platform/db/database.ts'
import { columnOf } from './insight-columns.store.ts'
import { eventFieldType } from './insight-fields.rules.ts'
import { pickFields, toEvent } from './insight.rules.ts'
import * as store from './insight.store.ts'

const valueLimit = 1000
const intervalLimit = 10_000

/** The journal as events, for those who watch over a directory. Refusals are AppErrors. */
export interface InsightService {
  /** A page of events and where it ends; `fields` leaves out all others. */
  list(page: store.EventPage & { readonly fields?: readonly string[] }): Promise<InsightPage>
  count(selection: store.EventSelection): Promise<number>
  countValues(selection: store.EventSelection, field: string): Promise<readonly store.ValueCount[]>
  countIntervals(
    selection: store.EventSelection,
    interval: { readonly seconds: number; readonly offsetSeconds: number },
  ): Promise<readonly { readonly startMs: number; readonly count: number }[]>
}

export interface InsightPage {
  readonly events: readonly JsonObject[]
  readonly end: { readonly at: Date; readonly seq: number } | undefined
}

export function createInsightService({
  database,
  organizationId,
}: {
  readonly database: Database
  readonly organizationId: string
}): InsightService {
  return {
    async list({ fields, ...page }) {
      if (fields !== undefined && !fields.some((field) => eventFieldType(field) !== undefined))
        throw new AppError('invalid_request', { field: 'fields', detail: 'fields: names no field of an event.' })
      const rows = await worded(() => store.listEvents(database, { ...page, organizationId }))
      const events = rows.map((row) => toEvent(row, organizationId))
      const last = rows.at(-1)
      return {
        events: fields === undefined ? events : events.map((event) => pickFields(event, fields)),
        end: last && { at: last.at, seq: last.seq },
      }
    },
    count: (selection) => worded(() => store.countEvents(database, { ...selection, organizationId })),
    async countValues(selection, field) {
      const column = columnOf(field, organizationId)
      if (column === undefined)
        throw new AppError('invalid_filter', {
          field: 'field',
          detail: `field: events cannot be told apart by "${field.slice(0, 50)}".`,
        })
      return worded(() => store.countValues(database, { ...selection, organizationId }, { column, limit: valueLimit }))
    },
    countIntervals: (selection, interval) =>
      worded(() =>
        store.countIntervals(database, { ...selection, organizationId }, { ...interval, limit: intervalLimit }),
      ),
  }
}

async function worded<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (error) {
    if (error instanceof ConditionError)
      throw new AppError('invalid_filter', { field: `search_term.${error.field}`.slice(0, 100), detail: error.message })
    throw error
  }
}
