import { type RawBuilder, sql } from 'kysely'
import { compileCondition, compose, type Condition, type FieldColumn, likePattern } from '../../platform/db/compose.ts'
import type { Queryable } from '../../platform/db/database.ts'
import { actor, columnOf, eventType, printed, subject } from './insight-columns.store.ts'
import { untoldActions } from './insight.rules.ts'
import type { StoredEntry } from './journal.rules.ts'

/** A condition on an event's fields. */
export type EventCondition =
  | { readonly all: readonly EventCondition[] }
  | { readonly any: readonly EventCondition[] }
  | { readonly not: EventCondition }
  | Extract<Condition, { field: string }>

/** Which events: a time range with both ends in it, a condition on their fields, and texts that all stand somewhere in them. */
export interface EventSelection {
  readonly since: Date
  /** To the millisecond, as the wire prints times; open when there is none. */
  readonly until?: Date
  readonly condition?: EventCondition
  readonly texts?: readonly string[]
}

/** A selection of the events of an organization. */
export interface StoredSelection extends EventSelection {
  readonly organizationId: string
}

export interface EventPage extends EventSelection {
  readonly descending: boolean
  readonly limit: number
  readonly skip: number
  /** The last event of the page before. */
  readonly after?: { readonly at: Date; readonly seq: number }
}

export type StoredEvent = StoredEntry & { readonly eventType: string }

function fits(condition: EventCondition, organizationId: string): RawBuilder<unknown> {
  const part = (inner: EventCondition): RawBuilder<unknown> => fits(inner, organizationId)
  // What has no value does not fit, so its opposite does.
  if ('not' in condition) return sql`(${part(condition.not)}) is not true`
  if ('all' in condition) return sql`(${sql.join([sql`true`, ...condition.all.map(part)], sql` and `)})`
  if ('any' in condition) return sql`(${sql.join([sql`false`, ...condition.any.map(part)], sql` or `)})`
  return compileCondition(condition, (field) => columnOf(field, organizationId))
}

const searched = sql`concat_ws(' ', ${eventType}, actor_id, subject_id, ${actor}, ${subject}, details ->> 'changes')`

function where({ since, until, condition, texts = [], organizationId }: StoredSelection): RawBuilder<unknown> {
  const parts = [
    sql`at >= ${since.toISOString()}::timestamptz`,
    sql`action not in (${sql.join(untoldActions.map((action) => sql.lit(action)))})`,
  ]
  if (until !== undefined) parts.push(sql`at < ${new Date(until.getTime() + 1).toISOString()}::timestamptz`)
  if (condition !== undefined) parts.push(fits(condition, organizationId))
  for (const words of texts) parts.push(sql`${searched} ilike ${likePattern(words)}`)
  return sql.join(parts, sql` and `)
}

export async function listEvents(db: Queryable, page: EventPage & StoredSelection): Promise<readonly StoredEvent[]> {
  return db.query<StoredEvent>(eventQuery(page))
}

/** The statement of a page of events, whose time range is read from the primary key's index. */
export function eventQuery(page: EventPage & StoredSelection): ReturnType<typeof compose> {
  const direction = page.descending ? sql`desc` : sql`asc`
  const after = page.after ? sql`and (at, seq) ${page.descending ? sql`<` : sql`>`} ${position(page.after)}` : sql``
  return compose(sql`select seq, at, actor_kind as "actorKind", actor_id as "actorId", action, subject_kind as "subjectKind",
      subject_id as "subjectId", correlation_id as "correlationId", details, ${eventType} as "eventType"
    from journal where ${where(page)} ${after}
    order by at ${direction}, seq ${direction} limit ${sql.lit(page.limit)} offset ${page.skip}`)
}

/** Where an event stands, to the microsecond, which neither JavaScript nor the wire keeps; the time alone once it is gone. */
function position({ at, seq }: { readonly at: Date; readonly seq: number }): RawBuilder<unknown> {
  const millisecond = sql`${at.toISOString()}::timestamptz`
  return sql`(coalesce((select event.at from journal as event where event.seq = ${seq}::bigint
      and event.at >= ${millisecond} and event.at < ${millisecond} + interval '1 millisecond' limit 1), ${millisecond}),
    ${seq}::bigint)`
}

export async function countEvents(db: Queryable, selection: StoredSelection): Promise<number> {
  const [row] = await db.query<{ count: number }>(
    compose(sql`select count(*) as count from journal where ${where(selection)}`),
  )
  return row?.count ?? 0
}

/** How often a value occurs. `total`: of all values together. */
export interface ValueCount {
  readonly key: string
  readonly count: number
  readonly total: number
}

/** The values of a field with how often they occur, the most frequent first. */
export async function countValues(
  db: Queryable,
  selection: StoredSelection,
  { column, limit }: { readonly column: FieldColumn; readonly limit: number },
): Promise<readonly ValueCount[]> {
  return db.query<ValueCount>(
    compose(sql`select ${printed(column)} as key, count(*) as count, (sum(count(*)) over ())::bigint as total from journal
      where ${where(selection)} and (${column.expression}) is not null
      group by 1 order by 2 desc, 1 limit ${sql.lit(limit)}`),
  )
}

/** How many events fell into each interval; intervals begin at midnight of the offset, and weeks on Mondays. */
export async function countIntervals(
  db: Queryable,
  selection: StoredSelection,
  interval: { readonly seconds: number; readonly offsetSeconds: number; readonly limit: number },
): Promise<readonly { readonly startMs: number; readonly count: number }[]> {
  // 5 January 1970 was the first Monday: counted from there, weeks begin on Mondays and days at midnight.
  const monday = 4 * 86_400
  const { seconds, offsetSeconds } = interval
  const local = sql`(extract(epoch from at) + ${sql.lit(offsetSeconds)} - ${sql.lit(monday)})`
  return db.query(
    compose(sql`select ((floor(${local} / ${sql.lit(seconds)}) * ${sql.lit(seconds)} + ${sql.lit(monday)}
        - ${sql.lit(offsetSeconds)}) * 1000)::bigint as "startMs", count(*) as count
      from journal where ${where(selection)}
      group by 1 order by 1 limit ${sql.lit(interval.limit)}`),
  )
}
