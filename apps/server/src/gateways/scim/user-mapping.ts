// A user of the hub as a resource, and a resource as a change of a user.
import { canonicalJson, isJsonObject, type Json, type JsonObject } from '@lockstep/kernel/json'
import { type FurtherAttributes, readFurther, toFurther } from '../../directory/users/further-attributes.rules.ts'
import { identifyRows, rowIdKeys } from '../../directory/users/row-identity.rules.ts'
import type { User, UserInput } from '../../directory/users/user.rules.ts'
import { isPrimary } from './read-value.ts'
import { ScimRefusal } from './scim-refusal.ts'
import { fieldMappings } from './user-fields.ts'
import { enterpriseUrn, hubUserUrn } from './user-schemas.ts'

/** What of an integration decides on users. */
export interface UserRules {
  readonly id: string
  readonly usernameRule: 'as_sent' | 'before_at'
  readonly onDeactivate: 'suspend' | 'ignore'
  readonly defaultState: 'ACTIVATED' | 'STAGED'
}

type Values = Record<string, Json>

function valueAt(resource: JsonObject, path: readonly string[]): Json | undefined {
  let value: Json | undefined = resource
  for (const key of path) value = isJsonObject(value) ? value[key] : undefined
  return value
}

function withValueAt(resource: Values, [head = '', ...rest]: readonly string[], value: Json): void {
  if (rest.length === 0) {
    resource[head] = value
    return
  }
  const inner: Values = { ...(isJsonObject(resource[head]) ? resource[head] : {}) }
  withValueAt(inner, rest, value)
  resource[head] = inner
}

function isSame(left: Json | undefined, right: Json | undefined): boolean {
  return canonicalJson(left ?? null) === canonicalJson(right ?? null)
}

/** The user's attributes, apart from what follows from elsewhere (id, meta, groups, the manager's name). */
export function toResource(user: User, integrationId: string): JsonObject {
  const { values, externalIds } = readFurther(user.further)
  const { userName, manager, ...kept } = values
  const resource: Values = { ...kept, userName: userName ?? user.username }
  const externalId = externalIds[integrationId]
  if (externalId !== undefined) resource['externalId'] = externalId
  for (const { path, field } of fieldMappings) {
    const value = fieldValue(user, field)
    if (value !== undefined && value !== null && value !== '') withValueAt(resource, path, value)
  }
  resource['active'] = user.state !== 'SUSPENDED' && user.attributes['password_expired'] !== true
  resource['emails'] ??= [{ value: user.email, type: 'work', primary: true }]
  for (const list of ['phoneNumbers', 'addresses'] as const) {
    const rows = resource[list] ?? shownRows(list, user.attributes[list])
    if (Array.isArray(rows) && rows.length > 0) resource[list] = rows as readonly Json[]
  }
  const managerId = user.manager ?? manager
  if (managerId !== undefined && managerId !== null)
    withValueAt(resource, [enterpriseUrn, 'manager'], { value: managerId })
  withValueAt(resource, [hubUserUrn, 'state'], user.state)
  withValueAt(resource, [hubUserUrn, 'activated'], user.activated)
  withValueAt(resource, [hubUserUrn, 'accountLocked'], user.accountLocked)
  const { tags } = user.attributes
  if (Array.isArray(tags) && tags.length > 0) withValueAt(resource, [hubUserUrn, 'tags'], tags as readonly Json[])
  return resource
}

function fieldValue(user: User, field: string): Json | undefined {
  if (field === 'displayname') return user.displayname
  if (field === 'employeeIdentifier') return user.employeeIdentifier
  if (field === 'unix_uid') return user.unixUid
  return field === 'unix_guid' ? user.unixGid : user.attributes[field]
}

function shownRows(list: 'phoneNumbers' | 'addresses', rows: Json | undefined): readonly Json[] {
  const objects = Array.isArray(rows) ? (rows as readonly Json[]).filter((row) => isJsonObject(row)) : []
  return objects.map((row) => {
    const { _id: _own, id: _id, number, poBox: _box, extendedAddress: _extended, ...rest } = row
    const shown = list === 'phoneNumbers' ? { ...rest, value: number ?? '' } : rest
    return Object.fromEntries(Object.entries(shown).filter(([, value]) => value !== '' && value !== null))
  })
}

/** A change of a user, and what only the hub sets with it. */
export interface UserChange {
  readonly input: UserInput
  readonly set: UserInput
  /** A manager who was named: a user's id, or words that name nobody. */
  readonly manager: string | undefined
}

/** What makes the user `next`; of a present user only what differs is named. The manager is still to be looked up. */
export function toChange(
  next: JsonObject,
  present: { readonly resource: JsonObject; readonly user: User } | undefined,
  rules: UserRules & { readonly now: Date },
): UserChange {
  const input: Record<string, Json> = {}
  const was = present?.resource ?? {}
  const username = usernameOf(next, rules)
  if (username !== present?.user.username) input['username'] = username
  const email = emailOf(next, rules)
  if (email !== present?.user.email) input['email'] = email
  for (const { path, field, empty } of fieldMappings) {
    const value = valueAt(next, path)
    if (isSame(value, valueAt(was, path))) continue
    const set = value ?? empty
    if (set !== undefined) input[field] = set
  }
  for (const list of ['phoneNumbers', 'addresses'] as const)
    if (!isSame(next[list], was[list]))
      input[list] = identifyRows(
        keptRows(list, next[list]).map((values) => ({ values, id: undefined })),
        { now: rules.now, present: present?.user.attributes[list], idKeys: rowIdKeys[list], keys: rowKeys[list] },
      )
  const tags = valueAt(next, [hubUserUrn, 'tags'])
  if (!isSame(tags, valueAt(was, [hubUserUrn, 'tags']))) input['tags'] = tags ?? []
  if (typeof next['password'] === 'string') input['password'] = next['password']
  Object.assign(input, stateOf(next, present?.user, rules))
  const manager = valueAt(next, [enterpriseUrn, 'manager', 'value'])
  return {
    input,
    set: { further: toFurther(furtherOf(next, present?.user, rules)) },
    manager: typeof manager === 'string' ? manager : undefined,
  }
}

function usernameOf(next: JsonObject, { usernameRule }: UserRules): string {
  const sent = typeof next['userName'] === 'string' ? next['userName'] : ''
  return usernameRule === 'before_at' ? (sent.split('@', 1)[0] ?? '') : sent
}

/** The address that the hub knows the user by: the primary one, else that of work, else the first. */
function emailOf(next: JsonObject, { usernameRule }: UserRules): string {
  const chosen = chosenEmail(next['emails'])
  if (chosen !== undefined) return chosen
  const { userName } = next
  if (usernameRule === 'before_at' && typeof userName === 'string' && userName.includes('@')) return userName
  throw new ScimRefusal('invalidValue', 'emails: a primary e-mail address is required.')
}

function chosenEmail(emails: Json | undefined): string | undefined {
  const list = (Array.isArray(emails) ? (emails as readonly Json[]) : []).filter((one) => isJsonObject(one))
  const usable = list.filter(({ value }) => typeof value === 'string')
  const chosen = usable.find(isPrimary) ?? usable.find(({ type }) => type === 'work') ?? usable[0]
  return typeof chosen?.['value'] === 'string' ? chosen['value'] : undefined
}

const rowKeys = {
  phoneNumbers: ['type', 'number'],
  addresses: ['type', 'streetAddress', 'locality', 'region', 'postalCode', 'country'],
} as const

/** Rows as the user's field has them. */
function keptRows(list: 'phoneNumbers' | 'addresses', rows: Json | undefined): readonly Record<string, string>[] {
  const objects = (Array.isArray(rows) ? (rows as readonly Json[]) : []).filter((row) => isJsonObject(row))
  return objects.map((row) =>
    Object.fromEntries(
      rowKeys[list].map((key) => {
        const value = row[key === 'number' ? 'value' : key]
        return [key, typeof value === 'string' ? value : '']
      }),
    ),
  )
}

function stateOf(next: JsonObject, user: User | undefined, rules: UserRules): UserInput {
  const isActive = next['active'] !== false
  const suspends = !isActive && rules.onDeactivate === 'suspend'
  if (user === undefined) return { state: suspends ? 'SUSPENDED' : rules.defaultState }
  if (suspends && user.state !== 'SUSPENDED') return { suspended: true }
  return isActive && user.state === 'SUSPENDED' && next['active'] === true ? { suspended: false } : {}
}

/** Everything for which the hub has no field of its own, and lists that are kept as they were sent. */
function furtherOf(next: JsonObject, user: User | undefined, rules: UserRules): FurtherAttributes {
  const { id: _id, meta: _meta, groups: _groups, active: _active, password: _password, externalId, ...rest } = next
  const values: Values = { ...rest }
  delete values['schemas']
  if (usernameOf(next, rules) === next['userName']) delete values['userName']
  const plainEmails = [{ value: chosenEmail(next['emails']) ?? '', type: 'work', primary: true }]
  if (isSame(values['emails'], plainEmails)) delete values['emails']
  // What the field says as well need not be kept.
  for (const list of ['phoneNumbers', 'addresses'] as const)
    if (isSame(shownRows(list, keptRows(list, values[list])), values[list] ?? [])) delete values[list]
  for (const { path } of fieldMappings) dropAt(values, path)
  dropAt(values, [enterpriseUrn, 'manager'])
  delete values[hubUserUrn]
  const known = readFurther(user?.further)
  const { [rules.id]: _mine, ...others } = known.externalIds
  const externalIds = typeof externalId === 'string' ? { ...others, [rules.id]: externalId } : others
  const madeBy = user === undefined ? rules.id : known.madeBy
  return { values, externalIds, ...(madeBy === undefined ? {} : { madeBy }) }
}

function dropAt(values: Values, [head = '', ...rest]: readonly string[]): void {
  const value = values[head]
  if (rest.length === 0) delete values[head]
  else if (isJsonObject(value)) {
    const inner: Values = { ...value }
    dropAt(inner, rest)
    if (Object.keys(inner).length === 0) delete values[head]
    else values[head] = inner
  }
}

/** The change with its manager, who is a user, or is kept as words until one of that name is sent. */
export function withManager({ input, set, manager }: UserChange, isUser: boolean): Pick<UserChange, 'input' | 'set'> {
  if (manager === undefined || isUser) return { input: { ...input, manager: manager ?? null }, set }
  const further = readFurther(set['further'] as JsonObject | null)
  return {
    input: { ...input, manager: null },
    set: { ...set, further: toFurther({ ...further, values: { ...further.values, manager } }) },
  }
}
