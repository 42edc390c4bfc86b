// The journal as Directory Insights tells it: event types and shapes that JumpCloud documents ("Event Types", "Directory Attributes" of its
// Directory Insights API). What the hub does and JumpCloud has no event for keeps its own name with an underscore for the dot.
import { isJsonObject, type Json, type JsonObject } from '@lockstep/kernel/json'
import type { StoredEntry } from './journal.rules.ts'

/** Actions whose event has a name of its own. */
export const eventTypes: Readonly<Record<string, string>> = {
  'user.join_group': 'association_change',
  'user.leave_group': 'association_change',
  'user.bind': 'association_change',
  'user.unbind': 'association_change',
  'user.associate': 'association_change',
  'user.dissociate': 'association_change',
  'group.bind': 'association_change',
  'group.unbind': 'association_change',
  'group.associate': 'association_change',
  'group.dissociate': 'association_change',
  'system.join_group': 'association_change',
  'system.leave_group': 'association_change',
  'user.suspend': 'user_suspended',
  'user.activate': 'user_activated',
  'user.request_activation': 'user_activation_email',
  'user.forget_password': 'user_password_reset_request',
  'user.request_password_link': 'user_password_reset_request',
  'user.sign_in': 'user_login_attempt',
  'user.sign_in_failed': 'user_login_attempt',
  'user.second_factor_failed': 'user_login_attempt',
  'user.sign_out': 'user_logout',
  'system_group.create': 'group_create',
  'system_group.update': 'group_update',
  'system_group.delete': 'group_delete',
  'directory.create': 'activedirectory_create',
  'directory.update': 'activedirectory_update',
  'directory.delete': 'activedirectory_delete',
  'administrator.create': 'admin_create',
  'administrator.update': 'admin_update',
  'administrator.delete': 'admin_delete',
  'administrator.suspend': 'admin_update',
  'administrator.activate': 'admin_update',
  'administrator.password_link': 'admin_password_reset_request',
  'administrator.password_reset_request': 'admin_password_reset_request',
  'administrator.password_set': 'admin_password_change',
  'administrator.second_factor_enrol': 'admin_totp_finish_enrollment',
  'administrator.second_factor_remove': 'admin_totp_disable',
  'administrator.second_factor_reset': 'admin_totp_disable',
  'administrator.sign_in': 'admin_login_attempt',
  'administrator.sign_in_failed': 'admin_login_attempt',
  'administrator.second_factor_failed': 'admin_login_attempt',
  'administrator.sign_out': 'admin_logout',
  'settings.update': 'organization_update',
}

/** What did not succeed; the journal holds no other failures. */
export const failedActions = [
  'administrator.sign_in_failed',
  'administrator.second_factor_failed',
  'user.sign_in_failed',
  'user.second_factor_failed',
] as const

/** A change of a user that JumpCloud tells as an event of its own, by the field that changed; the first that fits decides. */
export const userEvents = [
  { field: 'password_date', type: 'user_password_change' },
  { field: 'account_locked', after: true, type: 'user_lockout' },
  { field: 'account_locked', after: false, type: 'user_unlocked' },
] as const

/** A scheduled change of state is told by the state that is to come, with which its words begin. */
export const scheduleEvents = [
  { action: 'user.schedule_state', side: 'after', state: 'SUSPENDED', type: 'user_suspension_schedule_create' },
  { action: 'user.schedule_state', side: 'after', state: 'ACTIVATED', type: 'user_activation_schedule_create' },
  { action: 'user.unschedule_state', side: 'before', state: 'SUSPENDED', type: 'user_suspension_schedule_delete' },
  { action: 'user.unschedule_state', side: 'before', state: 'ACTIVATED', type: 'user_activation_schedule_delete' },
] as const

/** A suspension that ends is an event of its own; a first activation is not one. */
export const unsuspended = 'user_unsuspended'

/** Told once: memberships from the member's side, passwords by the change of the user. */
export const untoldActions = [
  'group.member_add',
  'group.member_remove',
  'system_group.member_add',
  'system_group.member_remove',
  'user.choose_password',
  'user.choose_first_password',
] as const

/** JumpCloud's words for kinds of subjects. */
export const resourceTypes: Readonly<Record<string, string>> = {
  group: 'user_group',
  directory: 'active_directory',
  administrator: 'admin',
  settings: 'organization',
}

/** How somebody came in, in JumpCloud's words. */
export const authMethods: Readonly<Record<string, string>> = {
  session: 'session',
  api_key: 'api-key',
  access_token: 'api-key',
}

const actorTypes: Readonly<Record<string, string>> = { administrator: 'admin' }

/** The type of a journal entry's subject in JumpCloud's words. */
function resourceType(subjectKind: string): string {
  return resourceTypes[subjectKind] ?? subjectKind
}

/** A journal row as an event. Of a row whose personal values were erased the names, addresses and changes are missing. */
export function toEvent(row: StoredEntry & { readonly eventType: string }, organizationId: string): JsonObject {
  const details = row.details ?? {}
  const changes = Object.entries(details.changes ?? {})
  const address = changes.find(([field]) => field === 'sourceIp')?.[1].after
  const link = association(row, changes)
  const via = details.via === undefined ? undefined : authMethods[details.via]
  // One row may tell of several groups, an event names one: then the others are among the changes.
  const told = link === undefined || changes.length > 1 ? changes : []
  return {
    id: String(row.seq),
    event_type: row.eventType,
    service: 'directory',
    timestamp: row.at.toISOString(),
    organization: organizationId,
    '@version': '1',
    provider: null,
    success: !failedActions.some((action) => action === row.action),
    initiated_by: initiator(row),
    resource: resource(row),
    changes: told.map(([field, { before, after }]) => change(field, before, after)),
    ...(link === undefined ? {} : { association: link }),
    ...(row.subjectKind === 'user' && details.subject !== undefined ? { username: details.subject } : {}),
    ...(typeof address === 'string' ? { client_ip: address } : {}),
    ...(via === undefined ? {} : { auth_method: via }),
    ...(row.correlationId === null ? {} : { correlation: { id: row.correlationId, type: 'request' } }),
  }
}

function initiator({ actorId, actorKind, details }: StoredEntry): JsonObject {
  const isAdministrator = actorKind === 'administrator'
  const name = details?.actor
  return {
    id: actorId,
    type: actorTypes[actorKind] ?? actorKind,
    administrator: isAdministrator,
    ...(name === undefined ? {} : isAdministrator ? { email: name } : { username: name }),
  }
}

function resource({ subjectKind, subjectId, details }: StoredEntry): JsonObject {
  const type = resourceType(subjectKind)
  const name = details?.subject
  const label = type === 'admin' ? 'email' : type === 'user' ? 'username' : 'name'
  return { id: subjectId, type, ...(name === undefined ? {} : { [label]: name }) }
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
  const kind = field.slice(0, colon)
  const name = field.slice(colon + 1)
  const id = kind === 'group' ? row.details?.groups?.find((group) => group.name === name)?.id : undefined
  const isOfSystem = kind === 'group' && row.subjectKind === 'system'
  const other = {
    ...(id === undefined ? {} : { object_id: id }),
    type: isOfSystem ? 'system_group' : resourceType(kind),
    name,
  }
  const self = { object_id: row.subjectId, type: resourceType(row.subjectKind), name: row.details?.subject ?? '' }
  return { op: (values?.after ?? null) === null ? 'remove' : 'add', connection: { from: other, to: self } }
}

/** The chosen fields of an event; a dot leads into an object. */
export function pickFields(event: JsonObject, fields: readonly string[]): JsonObject {
  const picked: Record<string, Json> = {}
  for (const field of fields) {
    const [head = '', ...rest] = field.split('.')
    const value = Object.hasOwn(event, head) ? event[head] : undefined
    if (value === undefined) continue
    if (rest.length === 0) picked[head] = value
    else if (isJsonObject(value)) {
      const inner = pickFields(value, [rest.join('.')])
      if (Object.keys(inner).length === 0) continue
      const present = picked[head]
      picked[head] = mergeDeep(isJsonObject(present) ? present : {}, inner)
    }
  }
  return picked
}

function mergeDeep(one: JsonObject, other: JsonObject): JsonObject {
  const merged: Record<string, Json> = { ...one }
  for (const [name, value] of Object.entries(other)) {
    const present = merged[name]
    merged[name] = isJsonObject(present) && isJsonObject(value) ? mergeDeep(present, value) : value
  }
  return merged
}
