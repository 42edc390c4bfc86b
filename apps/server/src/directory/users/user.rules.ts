import type { Decision, Refusal } from '@lockstep/contract/app-error'
import type { UserState } from '@lockstep/contract/hub/user'
import type { Id } from '@lockstep/kernel/ids'
import { canonicalJson, isJsonObject, type Json, type JsonObject } from '@lockstep/kernel/json'
import type { FieldChanges } from '../journal/journal.rules.ts'
import { refuseField as refuse } from './field-refusal.rules.ts'
import { withConsequences } from './user-consequences.rules.ts'
import { initialAttributes, isStoredField, storedFields } from './user-fields.rules.ts'
import { readFurther, withFurtherInStep } from './further-attributes.rules.ts'
import { checkRows, mergeRestrictedFields, refuseManaged, restrictedFieldsOf } from './user-rows.rules.ts'

/** A user. `attributes` holds everything without a property of its own, in JumpCloud v1's shape. */
export interface User {
  readonly id: Id
  readonly username: string
  readonly email: string
  readonly employeeIdentifier: string | null
  readonly displayname: string
  readonly state: UserState
  /** Who suspended: `hub`, or the id of the directory where the account is disabled; null unless suspended. */
  readonly suspendedBy: string | null
  readonly activated: boolean
  readonly accountLocked: boolean
  readonly manager: string | null
  readonly unixUid: number | null
  readonly unixGid: number | null
  /** The directory that owns the imported fields. */
  readonly homeDirectoryId: string | null
  readonly attributes: JsonObject
  /** What outside clients keep with the user beyond these fields. */
  readonly further?: JsonObject | null
  readonly revision: number
  readonly created: Date
  readonly updated: Date
}

/** Fields to set, by their JumpCloud v1 names, plus what only the hub's own processes set. */
export interface UserInput {
  readonly [field: string]: Json | undefined
}

/** What processes may do beyond a request: set fields that the hub owns, and those that a directory manages. */
export interface ChangeRights {
  /** The directory on whose behalf the change is made: its own restricted fields may change. */
  readonly directoryId?: string
  /** The outside authority that asks: its own restricted fields may change. */
  readonly authorityId?: string
}

const columnFields = [
  'username',
  'email',
  'employeeIdentifier',
  'displayname',
  'state',
  'suspended',
  'activated',
  'account_locked',
  'manager',
  'unix_uid',
  'unix_guid',
] as const

/** True for a field that a request may name; others are ignored, as JumpCloud does. */
export function isUserField(name: string): boolean {
  return (columnFields as readonly string[]).includes(name) || isStoredField(name)
}

/** Decides on a new user; the input is complete apart from what has a default. */
export function createUser(
  input: UserInput,
  facts: { readonly id: Id; readonly now: Date; readonly defaultState: UserState; readonly homeDirectoryId?: string },
): Decision<User> {
  for (const field of ['username', 'email'] as const)
    if (typeof input[field] !== 'string' || input[field].trim() === '') return refuse(field, 'is required.')
  const blank: User = {
    id: facts.id,
    username: '',
    email: '',
    employeeIdentifier: null,
    displayname: '',
    state: facts.defaultState,
    suspendedBy: null,
    activated: false,
    accountLocked: false,
    manager: null,
    unixUid: null,
    unixGid: null,
    homeDirectoryId: facts.homeDirectoryId ?? null,
    attributes: initialAttributes,
    revision: 1,
    created: facts.now,
    updated: facts.now,
  }
  const changed = changeUser(blank, input, { now: facts.now, creating: true, rights: rightsOf(facts.homeDirectoryId) })
  return changed.ok ? { ok: true, value: { ...changed.value.user, revision: 1 } } : changed
}

function rightsOf(directoryId: string | undefined): ChangeRights {
  return directoryId === undefined ? {} : { directoryId }
}

export interface UserChange {
  readonly user: User
  /** Empty when the input is what the user already is. */
  readonly changes: FieldChanges
}

/** Decides on a change. Sending back a present value is not a change, also of a field that a directory manages. */
export function changeUser(
  user: User,
  input: UserInput,
  facts: { readonly now: Date; readonly creating?: boolean; readonly rights: ChangeRights },
): Decision<UserChange> {
  const creating = facts.creating ?? false
  const state = decideState(user, input, creating)
  if (!state.ok) return state
  let next: User = { ...user, ...state.value }
  const attributes: Record<string, Json> = { ...user.attributes }
  for (const field in input) {
    const value = input[field]
    if (value === undefined || field === 'state' || field === 'suspended') continue
    const invalid = checkField(field, value, facts.rights)
    if (invalid) return invalid
    if (field === 'restrictedFields' && facts.rights.directoryId === undefined)
      attributes[field] = mergeRestrictedFields(value, user.attributes, user.homeDirectoryId)
    else if (isStoredField(field)) attributes[field] = value
    else next = setColumn(next, field, value)
  }
  next = withConsequences(user, { ...next, attributes }, facts.now)
  if (input['further'] === undefined) next = withFurtherInStep(user, next)
  // A new user has nothing to compare with, and no directory owns any of its fields yet.
  if (creating) return { ok: true, value: { user: next, changes: {} } }
  const changes = differences(user, next)
  const managed = managedElsewhere(user, next, changes, facts.rights)
  if (managed) return managed
  if (Object.keys(changes).length === 0) return { ok: true, value: { user, changes } }
  return { ok: true, value: { user: { ...next, revision: user.revision + 1, updated: facts.now }, changes } }
}

/** `state` and the older `suspended` must agree; STAGED is a state of new users only. */
function decideState(user: User, input: UserInput, creating: boolean): Decision<Pick<User, 'state' | 'suspendedBy'>> {
  const { state, suspended } = input
  if (state !== undefined && state !== 'STAGED' && state !== 'ACTIVATED' && state !== 'SUSPENDED')
    return refuse('state', 'must be STAGED, ACTIVATED or SUSPENDED.')
  if (typeof state === 'string' && typeof suspended === 'boolean' && (state === 'SUSPENDED') !== suspended)
    return {
      ok: false,
      code: 'state_conflict',
      field: 'state',
      detail: `Cannot save conflicting state and suspended fields. (state=${state} suspended=${suspended})`,
    }
  let next: UserState = user.state
  if (typeof state === 'string') next = state
  else if (suspended === true) next = 'SUSPENDED'
  else if (suspended === false && user.state === 'SUSPENDED') next = 'ACTIVATED'
  if (next === user.state) return { ok: true, value: { state: user.state, suspendedBy: user.suspendedBy } }
  if (next === 'STAGED' && !creating) return refuse('state', 'STAGED is for new users only.')
  if (user.suspendedBy !== null && user.suspendedBy !== 'hub')
    return { ok: false, code: 'suspended_by_directory', field: 'state' }
  return { ok: true, value: { state: next, suspendedBy: next === 'SUSPENDED' ? 'hub' : null } }
}

/** What a directory's own state of the account makes of the user's state. */
export function directoryState(user: User, directoryId: string, enabled: boolean): Pick<User, 'state' | 'suspendedBy'> {
  if (!enabled && user.state !== 'SUSPENDED') return { state: 'SUSPENDED', suspendedBy: directoryId }
  if (enabled && user.suspendedBy === directoryId) return { state: 'ACTIVATED', suspendedBy: null }
  return { state: user.state, suspendedBy: user.suspendedBy }
}

const usernameForbidden = /[\s"/\\[\]:;|=,+*?<>\p{Cc}]/u
const emailForm = /^[^\s@\p{Cc}<>"]+@[^\s@\p{Cc}<>"]+$/u

function checkField(field: string, value: Json, rights: ChangeRights): Refusal | undefined {
  if (field === 'username') return checkUsername(value, rights)
  if (field === 'email') {
    if (typeof value !== 'string' || value.length > 1024 || !emailForm.test(value))
      return refuse('email', 'must be an e-mail address of at most 1,024 characters.')
    return undefined
  }
  if (field === 'employeeIdentifier')
    return value === null || (typeof value === 'string' && value.length <= 256)
      ? undefined
      : refuse(field, 'must be text of at most 256 characters, or null.')
  if (field === 'displayname') return checkText(field, value, 1024)
  if (field === 'manager')
    return value === null || value === '' || (typeof value === 'string' && /^[0-9a-fA-F]{24}$/.test(value))
      ? undefined
      : refuse(field, 'Cast to ObjectId failed: must be the id of a user, or null.')
  if (field === 'activated' || field === 'account_locked')
    return typeof value === 'boolean' ? undefined : refuse(field, 'must be true or false.')
  if (field === 'unix_uid' || field === 'unix_guid')
    return Number.isSafeInteger(value) && (value as number) >= 1 && (value as number) <= 4_294_967_294
      ? undefined
      : refuse(field, 'must be a whole number from 1 to 4,294,967,294.')
  return isStoredField(field) ? checkStored(field, value) : undefined
}

function checkUsername(value: Json, rights: ChangeRights): Refusal | undefined {
  if (typeof value !== 'string' || value.length > 1024) return refuse('username', 'must be at most 1,024 characters.')
  if (usernameForbidden.test(value))
    return refuse('username', 'must not contain blanks or any of " / \\ [ ] : ; | = , + * ? < >.')
  if (rights.directoryId !== undefined) return undefined // a directory's own names may hold @ and begin with a digit
  if (value.includes('@')) return refuse('username', 'must not contain @.')
  if (!/^[\p{L}_]/u.test(value)) return refuse('username', 'must begin with a letter.')
  return undefined
}

function checkText(field: string, value: Json, maxLength: number): Refusal | undefined {
  if (typeof value !== 'string') return refuse(field, 'must be text.')
  return value.length > maxLength ? refuse(field, `must be at most ${maxLength} characters.`) : undefined
}

function checkStored(field: keyof typeof storedFields, value: Json): Refusal | undefined {
  const facts = storedFields[field]
  if (facts.type === 'text') return checkText(field, value, 'maxLength' in facts ? facts.maxLength : 1024)
  if (facts.type === 'boolean') return typeof value === 'boolean' ? undefined : refuse(field, 'must be true or false.')
  if (facts.type === 'integer')
    return Number.isSafeInteger(value) ? undefined : refuse(field, 'must be a whole number.')
  if (facts.type === 'nullable_text')
    return value === null || typeof value === 'string' ? undefined : refuse(field, 'must be text or null.')
  if (facts.type === 'object')
    return value === null || isJsonObject(value) ? undefined : refuse(field, 'must be an object or null.')
  if (!Array.isArray(value)) return refuse(field, 'must be a list.')
  if (value.length > 500) return refuse(field, 'must have at most 500 entries.')
  if (facts.type === 'texts')
    return value.every((item) => typeof item === 'string') ? undefined : refuse(field, 'must be a list of texts.')
  return checkRows(field, value)
}

function setColumn(user: User, field: string, value: Json): User {
  switch (field) {
    case 'username':
    case 'email':
    case 'displayname':
      return { ...user, [field]: value as string }
    case 'employeeIdentifier':
      return { ...user, employeeIdentifier: value === '' ? null : (value as string | null) }
    case 'manager':
      return { ...user, manager: value === '' || value === null ? null : (value as string).toLowerCase() }
    case 'activated':
      return { ...user, activated: value as boolean }
    case 'account_locked':
      return { ...user, accountLocked: value as boolean }
    case 'unix_uid':
      return { ...user, unixUid: value as number }
    case 'unix_guid':
      return { ...user, unixGid: value as number }
    case 'further':
      return { ...user, further: value as JsonObject | null }
    default:
      return user
  }
}

/** The fields of a user by wire name, as compared and journalled. */
export function comparableFields(user: User): Record<string, Json> {
  return { ...user.attributes, ...columnValues(user) }
}

function columnValues(user: User): Record<string, Json> {
  return {
    username: user.username,
    email: user.email,
    employeeIdentifier: user.employeeIdentifier,
    displayname: user.displayname,
    state: user.state,
    activated: user.activated,
    account_locked: user.accountLocked,
    manager: user.manager,
    unix_uid: user.unixUid,
    unix_guid: user.unixGid,
  }
}

/** What differs between two states of a user; for a new user, everything that is not a default. */
export function differences(before: User | undefined, after: User): FieldChanges {
  if (before === undefined) return creationChanges(after)
  const old = comparableFields(before)
  const changes: Record<string, { before?: Json; after?: Json }> = {}
  const now = comparableFields(after)
  for (const field in now) {
    const [was, value] = [old[field] ?? null, now[field] ?? null]
    if (!isSame(was, value)) changes[field] = { ...(was === null ? {} : { before: was }), after: value }
  }
  const [wasFurther, further] = [before.further ?? null, after.further ?? null]
  if (!isSame(wasFurther, further)) changes['further'] = { before: wasFurther, after: further }
  return changes
}

function creationChanges(user: User): FieldChanges {
  const changes: Record<string, { before?: Json; after?: Json }> = {}
  const { attributes } = user
  for (const field in attributes) {
    const value = attributes[field]
    const initial = initialAttributes[field] ?? null
    if (value === undefined || value === '' || value === null || value === false || isSame(initial, value)) continue
    changes[field] = { ...(initial === null ? {} : { before: initial }), after: value }
  }
  const columns = columnValues(user)
  for (const field in columns) {
    const value = columns[field]
    if (value !== undefined && value !== '' && value !== null && value !== false) changes[field] = { after: value }
  }
  if (user.further) changes['further'] = { after: user.further }
  return changes
}

/** Most values are texts and flags, of which each is compared at once; only lists and objects are worth their canonical text. */
function isSame(left: Json, right: Json): boolean {
  if (left === right) return true
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false
  if (Array.isArray(left) && Array.isArray(right) && left.length !== right.length) return false
  return canonicalJson(left) === canonicalJson(right)
}

/** The fields of a user that directories own. */
export function restrictedFields(user: Pick<User, 'attributes'>): ReturnType<typeof restrictedFieldsOf> {
  return restrictedFieldsOf(user.attributes)
}

/** Refuses to change what an authority owns; a request may take a field from an authority and change it at once. */
function managedElsewhere(user: User, next: User, changes: FieldChanges, rights: ChangeRights): Refusal | undefined {
  const still = new Set(restrictedFields(next).map(({ field, id }) => `${field} ${id}`))
  const managed = restrictedFields(user).find(
    ({ field, id }) =>
      id !== rights.directoryId &&
      id !== rights.authorityId &&
      (changes[field] !== undefined || (changes['further'] !== undefined && hasOtherDeclared(field, user, next))) &&
      still.has(`${field} ${id}`),
  )
  return managed === undefined ? undefined : refuseManaged(managed)
}

/** Whether a declared attribute, which `URN:NAME` names, has another value. */
function hasOtherDeclared(field: string, user: User, next: User): boolean {
  const colon = field.lastIndexOf(':')
  const valueIn = ({ further }: User): Json => {
    const values = readFurther(further).values[field.slice(0, colon)]
    return (isJsonObject(values) ? values[field.slice(colon + 1)] : undefined) ?? null
  }
  return colon > 0 && !isSame(valueIn(user), valueIn(next))
}

/** Refuses a new password where an outside authority owns the password. */
export function refusePassword(user: User, authorityId?: string): Refusal | undefined {
  const managed = restrictedFields(user).find(({ field, id }) => field === 'password' && id !== authorityId)
  return managed === undefined ? undefined : refuseManaged(managed)
}
