// The journal as Directory Insights tells it: event types and shapes that JumpCloud documents ("Event Types", "Directory Attributes" of its
// Directory Insights API). What the hub does and JumpCloud has no event for keeps its own name with an underscore for the dot.
import { isJsonObject, type Json, type JsonObject } from '@lockstep/kernel/json'
import type { Condition } from '../../platform/db/compose.ts'
import type { StoredEntry } from './journal.rules.ts'

/** A condition on an event's fields. */
export type EventCondition =
  | { readonly all: readonly EventCondition[] }
  | { readonly any: readonly EventCondition[] }
  | { readonly not: EventCondition }
  | Extract<Condition, { field: string }>

/** Actions whose event has a name of its own. */
export const eventTypes: Readonly<Record<string, string>> = {
  'user.join_group': 'association_change',
  'user.leave_group': 'association_change',
  'user.bind': 'association_change',
  'user.unbind': 'association_change',
  'group.bind': 'association_change',
  'group.unbind': 'association_change',
  'user.suspend': 'user_suspended',
  'user.activate': 'user_activated',
  'user.request_activation': 'user_activation_email',
  'directory.create': 'activedirectory_create',
  'directory.update': 'activedirectory_update',
  'directory.delete': 'activedirectory_delete',
  'administrator.create': 'admin_create',
  'administrator.update': 'admin_update',
  'administrator.delete': 'admin_delete',
  'administrator.suspend': 'admin_update',
  'administrator.activate': 'admin_update',
  'administrator.sign_in': 'admin_login_attempt',
  'administrator.sign_in_failed': 'admin_login_attempt',
  'administrator.sign_out': 'admin_logout',
  'settings.update': 'organization_update',
}

/** A change of a user that JumpCloud tells as an event of its own, by the field that changed; the first that fits decides. */
export const userEvents = [
  { field: 'password_date', type: 'user_password_change' },
  { field: 'account_locked', after: true, type: 'user_lockout' },
  { field: 'account_locked', after: false, type: 'user_unlocked' },
] as const

/** A suspension that ends is an event of its own; a first activation is not one. */
export const unsuspended = 'user_unsuspended'

/** Told once, from the member's side; the journal holds the group's side as well. */
export const untoldActions = ['group.member_add', 'group.member_remove'] as const

const resourceTypes: Readonly<Record<string, string>> = {
  group: 'user_group',
  directory: 'active_directory',
  administrator: 'admin',
  settings: 'organization',
}

const actorTypes: Readonly<Record<string, string>> = { administrator: 'admin' }

/** The type of a journal entry's subject in JumpCloud's words. */
export function resourceType(subjectKind: string): string {
  return resourceTypes[subjectKind] ?? subjectKind
}

/** A journal row as an event. */
export function toEvent(row: StoredEntry & { readonly eventType: string }, organizationId: string): JsonObject {
  const details = row.details ?? {}
  const changes = Object.entries(details.changes ?? {})
  const isAdministrator = row.actorKind === 'administrator'
  const actor = details.actor ?? ''
  const address = changes.find(([field]) => field === 'sourceIp')?.[1].after
  const link = association(row, changes)
  return {
    id: String(row.seq),
    event_type: row.eventType,
    service: 'directory',
    timestamp: row.at.toISOString(),
    organization: organizationId,
    '@version': '1',
    provider: null,
    success: row.action !== 'administrator.sign_in_failed',
    initiated_by: {
      id: row.actorId,
      type: actorTypes[row.actorKind] ?? row.actorKind,
      administrator: isAdministrator,
      ...(isAdministrator ? { email: actor } : { username: actor }),
    },
    resource: resource(row),
    changes: link === undefined ? changes.map(([field, { before, after }]) => change(field, before, after)) : [],
    ...(link === undefined ? {} : { association: link }),
    ...(typeof address === 'string' ? { client_ip: address } : {}),
    ...(details.via === undefined ? {} : { auth_method: details.via === 'session' ? 'session' : 'api-key' }),
    ...(row.correlationId === null ? {} : { correlation: { id: row.correlationId, type: 'request' } }),
  }
}

function resource(row: StoredEntry): JsonObject {
  const type = resourceType(row.subjectKind)
  const name = row.details?.subject ?? ''
  const label = type === 'admin' ? { email: name } : type === 'user' ? { username: name } : { name }
  return { id: row.subjectId, type, ...label }
}

function change(field: string, before: unknown, after: unknown): JsonObject {
  return { field, from: (before ?? null) as Json, to: (after ?? null) as Json }
}

/** What was joined with what: the journal names the other side in the field, `group:Sales` or `directory:corp.example`. */
function association(
  row: StoredEntry,
  changes: readonly (readonly [string, { readonly after?: unknown }])[],
): JsonObject | undefined {
  if (eventTypes[row.action] !== 'association_change') return undefined
  const [field = '', values] = changes[0] ?? []
  const colon = field.indexOf(':')
  if (colon < 0) return undefined
  const { id, type, ...label } = resource(row)
  const other = { type: resourceType(field.slice(0, colon)), name: field.slice(colon + 1) }
  const self = { object_id: id ?? '', type: type ?? '', name: Object.values(label)[0] ?? '' }
  return { op: values?.after === undefined ? 'remove' : 'add', connection: { from: other, to: self } }
}

/** The chosen fields of an event; a dot leads into an object. Undefined when the event has none of them. */
export function pickFields(event: JsonObject, fields: readonly string[]): JsonObject {
  const picked: Record<string, Json> = {}
  for (const field of fields) {
    const [head = '', ...rest] = field.split('.')
    const value = event[head]
    if (value === undefined) continue
    if (rest.length === 0) picked[head] = value
    else if (isJsonObject(value)) {
      const inner = pickFields(value, [rest.join('.')])
      const present = picked[head]
      picked[head] = { ...(isJsonObject(present) ? present : {}), ...inner }
    }
  }
  return picked
}
