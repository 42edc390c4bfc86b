import { type RawBuilder, sql } from 'kysely'
import { compileCondition, compose, type FieldColumn, likePattern } from '../../platform/db/compose.ts'
import type { Queryable } from '../../platform/db/database.ts'
import { type EventCondition, eventTypes, unsuspended, untoldActions, userEvents } from './insight.rules.ts'
import type { StoredEntry } from './journal.rules.ts'

/** Which events: a time range, a condition on their fields, and words that stand somewhere in them. */
export interface EventSelection {
  readonly since: Date
  readonly until: Date
  readonly condition?: EventCondition
  readonly text?: string
}

export interface EventPage extends EventSelection {
  readonly descending: boolean
  readonly limit: number
  readonly skip: number
  /** The last event of the page before. */
  readonly after?: { readonly at: Date; readonly seq: number }
}

export type StoredEvent = StoredEntry & { readonly eventType: string }

const text = (value: string): RawBuilder<unknown> => sql`${sql.lit(value)}::text`

/** A row's event type. A user's change is looked into, because JumpCloud tells some changes as events of their own. */
const eventType = sql`case
  ${sql.join(
    userEvents.map(({ field, type, ...rest }) => {
      const changed = sql`details -> 'changes' -> ${sql.lit(field)}`
      const fits =
        'after' in rest ? sql`${changed} ->> 'after' = ${sql.lit(String(rest.after))}` : sql`${changed} is not null`
      return sql`when action = 'user.update' and ${fits} then ${text(type)}`
    }),
    sql` `,
  )}
  when action = 'user.activate' and details -> 'changes' -> 'state' ->> 'before' = 'SUSPENDED' then ${text(unsuspended)}
  ${sql.join(
    Object.entries(eventTypes).map(([action, type]) => sql`when action = ${sql.lit(action)} then ${text(type)}`),
    sql` `,
  )}
  else replace(action, '.', '_') end`

const resourceType = sql`case subject_kind when 'group' then 'user_group' when 'directory' then 'active_directory'
  when 'administrator' then 'admin' when 'settings' then 'organization' else subject_kind end`
const subject = sql`details ->> 'subject'`
const actor = sql`details ->> 'actor'`

/** The fields of an event that can be searched by, and counted by value. */
const columns: Readonly<Record<string, FieldColumn>> = {
  id: { expression: sql`seq::text`, type: 'folded' },
  event_type: { expression: eventType, type: 'folded' },
  service: { expression: sql`'directory'::text`, type: 'folded' },
  timestamp: { expression: sql`at`, type: 'timestamp' },
  success: { expression: sql`(action <> 'administrator.sign_in_failed')`, type: 'boolean' },
  'initiated_by.id': { expression: sql`actor_id`, type: 'folded' },
  'initiated_by.type': {
    expression: sql`case actor_kind when 'administrator' then 'admin' else actor_kind end`,
    type: 'folded',
  },
  'initiated_by.administrator': { expression: sql`(actor_kind = 'administrator')`, type: 'boolean' },
  'initiated_by.email': { expression: sql`case when actor_kind = 'administrator' then ${actor} end`, type: 'folded' },
  'initiated_by.username': {
    expression: sql`case when actor_kind <> 'administrator' then ${actor} end`,
    type: 'folded',
  },
  'resource.id': { expression: sql`subject_id`, type: 'folded' },
  'resource.type': { expression: resourceType, type: 'folded' },
  'resource.username': { expression: sql`case when subject_kind = 'user' then ${subject} end`, type: 'folded' },
  'resource.email': { expression: sql`case when subject_kind = 'administrator' then ${subject} end`, type: 'folded' },
  'resource.name': {
    expression: sql`case when subject_kind not in ('user', 'administrator') then ${subject} end`,
    type: 'folded',
  },
  username: { expression: sql`case when subject_kind = 'user' then ${subject} end`, type: 'folded' },
  client_ip: { expression: sql`details -> 'changes' -> 'sourceIp' ->> 'after'`, type: 'folded' },
  auth_method: {
    expression: sql`case details ->> 'via' when 'session' then 'session' when 'api_key' then 'api-key' end`,
    type: 'folded',
  },
  'correlation.id': { expression: sql`correlation_id`, type: 'folded' },
}

/** Where a field stands, or undefined for one that events do not have or that cannot be searched by. */
export function columnOf(field: string): FieldColumn | undefined {
  return Object.hasOwn(columns, field) ? columns[field] : undefined
}

function fits(condition: EventCondition): RawBuilder<unknown> {
  // What has no value does not fit, so its opposite does.
  if ('not' in condition) return sql`(${fits(condition.not)}) is not true`
  if ('all' in condition) return sql`(${sql.join([sql`true`, ...condition.all.map(fits)], sql` and `)})`
  if ('any' in condition) return sql`(${sql.join([sql`false`, ...condition.any.map(fits)], sql` or `)})`
  return compileCondition(condition, columnOf)
}

function where({ since, until, condition, text: words }: EventSelection): RawBuilder<unknown> {
  const parts = [
    sql`at >= ${since.toISOString()}::timestamptz and at <= ${until.toISOString()}::timestamptz`,
    sql`action not in (${sql.join(untoldActions.map((action) => sql.lit(action)))})`,
  ]
  if (condition !== undefined) parts.push(fits(condition))
  if (words !== undefined)
    parts.push(sql`concat_ws(' ', ${eventType}, actor_id, subject_id, ${actor}, ${subject}, details ->> 'changes')
      ilike ${likePattern(words)}`)
  return sql.join(parts, sql` and `)
}

export async function listEvents(db: Queryable, page: EventPage): Promise<readonly StoredEvent[]> {
  const direction = page.descending ? sql`desc` : sql`asc`
  const after = page.after ? sql`and (at, seq) ${page.descending ? sql`<` : sql`>`} ${position(page.after)}` : sql``
  return db.query<StoredEvent>(
    compose(sql`select seq, at, actor_kind as "actorKind", actor_id as "actorId", action, subject_kind as "subjectKind",
        subject_id as "subjectId", correlation_id as "correlationId", details, ${eventType} as "eventType"
      from journal where ${where(page)} ${after}
      order by at ${direction}, seq ${direction} limit ${sql.lit(page.limit)} offset ${page.skip}`),
  )
}

/** Where an event stands, to the microsecond, which neither JavaScript nor the wire keeps; the time alone once it is gone. */
function position({ at, seq }: { readonly at: Date; readonly seq: number }): RawBuilder<unknown> {
  return sql`(coalesce((select event.at from journal as event where event.seq = ${seq}::bigint),
    ${at.toISOString()}::timestamptz), ${seq}::bigint)`
}

export async function countEvents(db: Queryable, selection: EventSelection): Promise<number> {
  const [row] = await db.query<{ count: number }>(
    compose(sql`select count(*) as count from journal where ${where(selection)}`),
  )
  return row?.count ?? 0
}

export interface ValueCount {
  readonly key: string
  readonly count: number
}

/** The values of a field with how often they occur, the most frequent first. */
export async function countValues(
  db: Queryable,
  selection: EventSelection,
  { column, limit }: { readonly column: FieldColumn; readonly limit: number },
): Promise<readonly ValueCount[]> {
  return db.query<ValueCount>(
    compose(sql`select (${column.expression})::text as key, count(*) as count from journal
      where ${where(selection)} and (${column.expression}) is not null
      group by 1 order by 2 desc, 1 limit ${sql.lit(limit)}`),
  )
}

/** How many events fell into each interval; intervals begin at midnight of the offset, and weeks on Mondays. */
export async function countIntervals(
  db: Queryable,
  selection: EventSelection,
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
