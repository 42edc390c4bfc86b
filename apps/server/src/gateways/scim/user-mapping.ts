// A user of the hub as a resource, and a resource as a change of a user.
import { newId } from '@lockstep/kernel/ids'
import { canonicalJson, isJsonObject, type Json, type JsonObject } from '@lockstep/kernel/json'
import { type FurtherAttributes, readFurther, toFurther } from '../../directory/users/further-attributes.rules.ts'
import { identifyRows, rowIdKeys } from '../../directory/users/row-identity.rules.ts'
import type { User, UserInput } from '../../directory/users/user.rules.ts'
import { type AttributeMapping, customFieldName } from './attribute-mapping.ts'
import { isPrimary } from './read-value.ts'
import { ScimRefusal } from './scim-refusal.ts'
import { enterpriseUrn, hubUserUrn } from './user-schemas.ts'

/** What of an integration decides on users. */
export interface UserRules {
  readonly id: string
  readonly usernameRule: 'as_sent' | 'before_at' | 'email_before_at'
  readonly emailRule: 'primary' | 'work' | 'user_name'
  readonly onDeactivate: 'suspend' | 'ignore'
  readonly defaultState: 'ACTIVATED' | 'STAGED'
  readonly mapping: AttributeMapping
}

type Values = Record<string, Json>

function valueAt(resource: JsonObject, path: readonly string[]): Json | undefined {
  let value: Json | undefined = resource
  for (const key of path) value = isJsonObject(value) ? value[key] : undefined
  return value
}

/** Sets a value within objects that are the resource's own. */
function setValueAt(resource: Values, path: readonly string[], value: Json): void {
  let inner = resource
  for (let depth = 0; depth < path.length - 1; depth += 1) {
    const key = path[depth] ?? ''
    const present = inner[key]
    const own: Values = isJsonObject(present) ? present : {}
    inner[key] = own
    inner = own
  }
  inner[path.at(-1) ?? ''] = value
}

/** Replaces the objects within an object by copies, so that they may be changed; lists are shared. */
function ownThroughout(values: Values): Values {
  for (const key in values) {
    const value = values[key]
    if (isJsonObject(value)) values[key] = ownThroughout({ ...value })
  }
  return values
}

function isSame(left: Json | undefined, right: Json | undefined): boolean {
  const [one, other] = [left ?? null, right ?? null]
  if (one === other) return true
  if (typeof one !== 'object' || typeof other !== 'object') return false
  return canonicalJson(one) === canonicalJson(other)
}

/** The user's attributes, apart from what follows from elsewhere (id, meta, groups, the manager's name). */
export function toResource(user: User, { id, mapping }: Pick<UserRules, 'id' | 'mapping'>): JsonObject {
  const { values, externalIds, held } = readFurther(user.further)
  const { userName, manager, ...kept } = values
  const resource = ownThroughout(kept)
  resource['userName'] = userName ?? user.username
  const externalId = externalIds[id]
  if (externalId !== undefined) resource['externalId'] = externalId
  for (const { path, field } of mapping.direct) {
    const value = fieldValue(user, field)
    if (isSet(value)) setValueAt(resource, path, value)
  }
  // What a client asked for and a person has not released yet is done, to that client.
  const isActive = user.state !== 'SUSPENDED' && user.attributes['password_expired'] !== true
  resource['active'] = isActive && held?.[id] === undefined
  resource['emails'] ??= [{ value: user.email, type: 'work', primary: true }]
  for (const list of ['phoneNumbers', 'addresses'] as const) {
    const rows = resource[list] ?? shownRows(list, user.attributes[list])
    if (Array.isArray(rows) && rows.length > 0) resource[list] = rows as readonly Json[]
  }
  const managerId = user.manager ?? manager
  if (managerId !== undefined && managerId !== null)
    setValueAt(resource, [enterpriseUrn, 'manager'], { value: managerId })
  setValueAt(resource, [hubUserUrn, 'state'], user.state)
  setValueAt(resource, [hubUserUrn, 'activated'], user.activated)
  setValueAt(resource, [hubUserUrn, 'accountLocked'], user.accountLocked)
  const { tags } = user.attributes
  if (Array.isArray(tags) && tags.length > 0) setValueAt(resource, [hubUserUrn, 'tags'], tags as readonly Json[])
  return resource
}

function isSet(value: Json | undefined): value is Json {
  return value !== undefined && value !== null && value !== ''
}

function fieldValue(user: User, field: string): Json | undefined {
  const custom = customFieldName(field)
  if (custom !== undefined) return customRow(user.attributes['attributes'], custom)?.['value']
  if (field === 'displayname') return user.displayname
  if (field === 'employeeIdentifier') return user.employeeIdentifier
  if (field === 'unix_uid') return user.unixUid
  return field === 'unix_guid' ? user.unixGid : user.attributes[field]
}

/** The row of a custom field, by its name in any letter case. */
function customRow(rows: Json | undefined, name: string): JsonObject | undefined {
  const objects = (Array.isArray(rows) ? (rows as readonly Json[]) : []).filter((row) => isJsonObject(row))
  const lower = name.toLowerCase()
  return objects.find((row) => typeof row['name'] === 'string' && row['name'].toLowerCase() === lower)
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

/** What a change is decided on: the present user, and how the client sees it. */
interface Present {
  readonly resource: JsonObject
  readonly user: User
}

/** What makes the user `next`; of a present user only what differs is named. The manager is still to be looked up. */
export function toChange(
  next: JsonObject,
  present: Present | undefined,
  rules: UserRules & { readonly now: Date },
): UserChange {
  const input: Record<string, Json> = {}
  const was = present?.resource ?? {}
  const { username, email } = namesOf(next, present, rules)
  if (username !== present?.user.username) input['username'] = username
  if (email !== present?.user.email) input['email'] = email
  Object.assign(input, mappedInput(next, present, rules))
  for (const list of ['phoneNumbers', 'addresses'] as const)
    if (!isSame(next[list], was[list]))
      input[list] = identifyRows(
        keptRows(list, next[list]).map((values) => ({ values, id: undefined })),
        { now: rules.now, present: present?.user.attributes[list], idKeys: rowIdKeys[list], keys: rowKeys[list] },
      )
  const tags = valueAt(next, [hubUserUrn, 'tags'])
  if (!isSame(tags, valueAt(was, [hubUserUrn, 'tags']))) input['tags'] = tags ?? []
  if (typeof next['password'] === 'string') input['password'] = next['password']
  Object.assign(input, stateOf(next, present, rules))
  const manager = valueAt(next, [enterpriseUrn, 'manager', 'value'])
  return {
    input,
    set: { further: toFurther(furtherOf(next, { username, email, user: present?.user }, rules)) },
    manager: typeof manager === 'string' ? manager : undefined,
  }
}

/** The fields that attributes become by the integration's table, where they differ. */
function mappedInput(
  next: JsonObject,
  present: Present | undefined,
  { mapping, now }: UserRules & { readonly now: Date },
): UserInput {
  const input: Record<string, Json> = {}
  const custom = new Map<string, Json>()
  const take = (field: string, value: Json): void => {
    const name = customFieldName(field)
    if (name === undefined) input[field] = value
    else custom.set(name, value)
  }
  for (const { path, field, empty } of mapping.direct) {
    const value = valueAt(next, path)
    const before = present === undefined ? undefined : fieldValue(present.user, field)
    if (isSame(value, isSet(before) ? before : undefined)) continue
    const set = value ?? empty
    if (set !== undefined) take(field, set)
  }
  for (const { field, read, empty } of mapping.derived) {
    const value = read(next)
    if (present !== undefined && isSame(value, read(present.resource))) continue
    const set = value ?? (present === undefined ? undefined : empty)
    if (set !== undefined) take(field, set)
  }
  if (custom.size > 0) input['attributes'] = withCustomFields(present?.user.attributes['attributes'], custom, now)
  return input
}

function withCustomFields(rows: Json | undefined, custom: ReadonlyMap<string, Json>, now: Date): readonly Json[] {
  let next: readonly Json[] = Array.isArray(rows) ? rows : []
  for (const [name, value] of custom) {
    const row = customRow(next, name)
    if (!isSet(value)) next = next.filter((other) => other !== row)
    else if (row === undefined) next = [...next, { _id: newId(now.getTime()), name, value }]
    else next = next.map((other) => (other === row ? { ...row, value } : other))
  }
  return next
}

/** Username and address by the integration's rules; whoever sends the same again keeps what they have. */
function namesOf(
  next: JsonObject,
  present: Present | undefined,
  rules: UserRules,
): { readonly username: string; readonly email: string } {
  const { userName } = next
  const sent = typeof userName === 'string' ? userName : ''
  const isRenamed = present === undefined || present.resource['userName'] !== userName
  const isMoved = present === undefined || !isSame(present.resource['emails'], next['emails'])
  const isMail = rules.emailRule === 'user_name'
  const email = present !== undefined && !isMoved && !(isRenamed && isMail) ? present.user.email : emailOf(next, rules)
  if (rules.usernameRule === 'email_before_at')
    return { email, username: present?.user.email === email ? present.user.username : beforeAt(email) }
  if (present !== undefined && !isRenamed) return { email, username: present.user.username }
  return { email, username: rules.usernameRule === 'before_at' ? beforeAt(sent) : sent }
}

function beforeAt(text: string): string {
  return text.split('@', 1)[0] ?? ''
}

/** The address that the hub knows the user by: the primary one, else that of work, else the first; or as the rule says. */
function emailOf(next: JsonObject, { usernameRule, emailRule }: UserRules): string {
  const { userName } = next
  const isAddress = typeof userName === 'string' && userName.includes('@')
  if (emailRule === 'user_name') {
    if (isAddress) return userName
    throw new ScimRefusal('invalidValue', 'userName: has to be an e-mail address, as the integration is set up.')
  }
  const chosen = chosenEmail(next['emails'], emailRule)
  if (chosen !== undefined) return chosen
  if (usernameRule !== 'as_sent' && isAddress) return userName
  throw new ScimRefusal('invalidValue', 'emails: a primary e-mail address is required.')
}

function chosenEmail(emails: Json | undefined, rule: 'primary' | 'work'): string | undefined {
  const list = (Array.isArray(emails) ? (emails as readonly Json[]) : []).filter((one) => isJsonObject(one))
  const usable = list.filter(({ value }) => typeof value === 'string')
  const [primary, work] = [usable.find(isPrimary), usable.find(({ type }) => type === 'work')]
  const chosen = (rule === 'work' ? (work ?? primary) : (primary ?? work)) ?? usable[0]
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

function stateOf(next: JsonObject, present: Present | undefined, rules: UserRules): UserInput {
  const isActive = next['active'] !== false
  const suspends = !isActive && rules.onDeactivate === 'suspend'
  if (present === undefined) return { state: suspends ? 'SUSPENDED' : rules.defaultState }
  const { user } = present
  // Whose suspension is held is inactive to the client already.
  const isHeld = readFurther(user.further).held?.[rules.id] !== undefined
  if (suspends && user.state !== 'SUSPENDED') return isHeld ? {} : { suspended: true }
  return isActive && user.state === 'SUSPENDED' && next['active'] === true ? { suspended: false } : {}
}

/** Everything for which the hub has no field of its own, and lists that are kept as they were sent. */
function furtherOf(
  next: JsonObject,
  { username, email, user }: { readonly username: string; readonly email: string; readonly user: User | undefined },
  rules: UserRules,
): FurtherAttributes {
  const { id: _id, meta: _meta, groups: _groups, active: _active, password: _password, externalId, ...rest } = next
  const values = ownThroughout(rest)
  delete values['schemas']
  if (username === next['userName']) delete values['userName']
  const plainEmails = [{ value: email, type: 'work', primary: true }]
  if (isSame(values['emails'], plainEmails)) delete values['emails']
  // What the field says as well need not be kept.
  for (const list of ['phoneNumbers', 'addresses'] as const)
    if (isSame(shownRows(list, keptRows(list, values[list])), values[list] ?? [])) delete values[list]
  for (const { path } of rules.mapping.direct) dropAt(values, path)
  dropAt(values, [enterpriseUrn, 'manager'])
  delete values[hubUserUrn]
  const known = readFurther(user?.further)
  const { [rules.id]: _mine, ...others } = known.externalIds
  const externalIds = typeof externalId === 'string' ? { ...others, [rules.id]: externalId } : others
  const madeBy = user === undefined ? rules.id : known.madeBy
  const { [rules.id]: held, ...heldElsewhere } = known.held ?? {}
  // Whoever is active again, or is made again, is not to be taken away any more.
  const stillHeld =
    held === undefined || next['active'] !== false ? heldElsewhere : { ...heldElsewhere, [rules.id]: held }
  return { values, externalIds, held: stillHeld, ...(madeBy === undefined ? {} : { madeBy }) }
}

/** Drops a value within objects that are the values' own, and the objects that get empty. */
function dropAt(values: Values, path: readonly string[], depth = 0): void {
  const head = path[depth] ?? ''
  const value = values[head]
  if (depth === path.length - 1) delete values[head]
  else if (isJsonObject(value)) {
    dropAt(value, path, depth + 1)
    if (Object.keys(value).length === 0) delete values[head]
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
