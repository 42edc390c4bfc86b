// Where the fields of an event stand in a journal row. Values compare in lower case, as JumpCloud stores them.
import { type RawBuilder, sql } from 'kysely'
import type { FieldColumn } from '../../platform/db/compose.ts'
import { eventFieldType } from './insight-fields.rules.ts'
import {
  authMethods,
  eventTypes,
  failedActions,
  resourceTypes,
  scheduleEvents,
  unsuspended,
  userEvents,
} from './insight.rules.ts'

type Sql = RawBuilder<unknown>

const text = (value: string): Sql => sql`${sql.lit(value)}::text`

/** `case` over literal values, with what else it is. */
function words(of: Sql, table: Readonly<Record<string, string>>, otherwise: Sql): Sql {
  const cases = Object.entries(table).map(([from, to]) => sql`when ${sql.lit(from)} then ${text(to)}`)
  return sql`case ${of} ${sql.join(cases, sql` `)} else ${otherwise} end`
}

function userEventCase({ field, type, ...rest }: (typeof userEvents)[number]): Sql {
  const changed = sql`details -> 'changes' -> ${sql.lit(field)}`
  const fits =
    'after' in rest ? sql`${changed} ->> 'after' = ${sql.lit(String(rest.after))}` : sql`${changed} is not null`
  return sql`when action = 'user.update' and ${fits} then ${text(type)}`
}

function scheduleCase({ action, side, state, type }: (typeof scheduleEvents)[number]): Sql {
  const said = sql`details -> 'changes' -> 'scheduledState' ->> ${sql.lit(side)}`
  return sql`when action = ${sql.lit(action)} and ${said} like ${sql.lit(`${state}%`)} then ${text(type)}`
}

/** A row's event type. A user's change is looked into, because JumpCloud tells some changes as events of their own. */
export const eventType: Sql = sql`case
  ${sql.join([...userEvents.map(userEventCase), ...scheduleEvents.map(scheduleCase)], sql` `)}
  when action = 'user.activate' and details -> 'changes' -> 'state' ->> 'before' = 'SUSPENDED' then ${text(unsuspended)}
  else ${words(sql`action`, eventTypes, sql`replace(action, '.', '_')`)} end`

export const subject: Sql = sql`details ->> 'subject'`
export const actor: Sql = sql`details ->> 'actor'`

const isFailure = sql`action in (${sql.join(failedActions.map((action) => sql.lit(action)))})`
const isAssociation = sql`action in (${sql.join(
  Object.entries(eventTypes).flatMap(([action, type]) => (type === 'association_change' ? [sql.lit(action)] : [])),
)})`
/** The field that names what an association joins the subject with, for instance `group:Sales`. */
const tied = sql`(select field from json_object_keys(details -> 'changes') as field limit 1)`
const tiedKind = sql`split_part(${tied}, ':', 1)`
const subjectWhen = (condition: Sql): FieldColumn => folded(sql`case when ${condition} then ${subject} end`)
const ofAssociation = (expression: Sql): FieldColumn => folded(sql`case when ${isAssociation} then ${expression} end`)

function folded(expression: Sql): FieldColumn {
  return { expression, type: 'folded' }
}

/** The wire's times end with milliseconds. */
const timestamp = sql`date_trunc('milliseconds', at)`
const resourceType = words(sql`subject_kind`, resourceTypes, sql`subject_kind`)

const columns: Readonly<Record<string, FieldColumn>> = {
  id: folded(sql`seq::text`),
  event_type: folded(eventType),
  service: folded(sql`'directory'::text`),
  timestamp: { expression: timestamp, type: 'timestamp' },
  '@version': { expression: sql`1::bigint`, type: 'integer' },
  success: { expression: sql`(not ${isFailure})`, type: 'boolean' },
  'initiated_by.id': folded(sql`actor_id`),
  'initiated_by.type': folded(sql`case actor_kind when 'administrator' then 'admin' else actor_kind end`),
  'initiated_by.administrator': { expression: sql`(actor_kind = 'administrator')`, type: 'boolean' },
  'initiated_by.email': folded(sql`case when actor_kind = 'administrator' then ${actor} end`),
  'initiated_by.username': folded(sql`case when actor_kind <> 'administrator' then ${actor} end`),
  'resource.id': folded(sql`subject_id`),
  'resource.type': folded(resourceType),
  'resource.username': subjectWhen(sql`subject_kind = 'user'`),
  'resource.email': subjectWhen(sql`subject_kind = 'administrator'`),
  'resource.name': subjectWhen(sql`subject_kind not in ('user', 'administrator')`),
  username: subjectWhen(sql`subject_kind = 'user'`),
  client_ip: folded(sql`details -> 'changes' -> 'sourceIp' ->> 'after'`),
  auth_method: folded(words(sql`details ->> 'via'`, authMethods, sql`null`)),
  'correlation.id': folded(sql`correlation_id`),
  'correlation.type': folded(sql`case when correlation_id is not null then 'request' end`),
  'association.op': ofAssociation(
    sql`case when details -> 'changes' -> ${tied} ->> 'after' is null then 'remove' else 'add' end`,
  ),
  'association.connection.from.type': ofAssociation(
    sql`case when ${tiedKind} = 'group' and subject_kind = 'system' then 'system_group'
      else ${words(tiedKind, resourceTypes, tiedKind)} end`,
  ),
  'association.connection.from.name': ofAssociation(sql`substr(${tied}, strpos(${tied}, ':') + 1)`),
  'association.connection.from.object_id': ofAssociation(sql`details -> 'groups' -> 0 ->> 'id'`),
  'association.connection.to.object_id': ofAssociation(sql`subject_id`),
  'association.connection.to.type': ofAssociation(resourceType),
  'association.connection.to.name': ofAssociation(subject),
}

/** Documented, but no event of a hub has it. */
const absent: Readonly<Record<'text' | 'integer' | 'boolean' | 'timestamp', FieldColumn>> = {
  text: folded(sql`null::text`),
  integer: { expression: sql`null::bigint`, type: 'integer' },
  boolean: { expression: sql`null::boolean`, type: 'boolean' },
  timestamp: { expression: sql`null::timestamptz`, type: 'timestamp' },
}

/** Where a field stands; undefined for what is not documented, cannot be searched by, or is an object as a whole. */
export function columnOf(field: string, organizationId: string): FieldColumn | undefined {
  if (field === 'organization') return folded(text(organizationId))
  if (Object.hasOwn(columns, field)) return columns[field]
  const type = eventFieldType(field)
  return type === undefined || type === 'closed' || type === 'object' ? undefined : absent[type]
}

/** A column's values as they stand in an event. */
export function printed({ expression, type }: FieldColumn): Sql {
  if (type !== 'timestamp') return sql`(${expression})::text`
  return sql`to_char(${expression} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`
}
