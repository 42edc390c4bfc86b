// What an object of the domain makes of a user: pure decisions. The attributes are those of the mirror: one text a name, absent when
// the object has none. Attribute sources: the integration's documented base and additional attributes.
import type { DirectoryBehaviour } from '@lockstep/contract/hub/directory'
import { sha256 } from '@lockstep/kernel/digest'
import { canonicalJson, type Json, type JsonObject } from '@lockstep/kernel/json'
import type { UserInput } from '../../directory/users/user.rules.ts'

const accountDisabled = 0x2

/** What a domain's object says of its user, ready to be compared. */
export interface DomainUser {
  readonly guid: string
  readonly dn: string
  readonly username: string
  readonly email: string
  /** Fields by their hub names; those that the domain does not have are empty, so that clearing works. */
  readonly fields: Readonly<Record<string, Json>>
  readonly enabled: boolean
  /** True when the account's validity has ended. */
  readonly expired: boolean
}

/** Why an object is left out. */
export interface Fault {
  readonly code: string
  readonly detail: string
}

const additional: readonly (readonly [field: string, attribute: string])[] = [
  ['displayname', 'displayName'],
  ['description', 'description'],
  ['jobTitle', 'title'],
  ['department', 'department'],
  ['company', 'company'],
  ['location', 'physicalDeliveryOfficeName'],
  ['employeeType', 'employeeType'],
]

/** The hub fields that an import sets, and that are therefore the directory's. */
const importedFields: readonly string[] = [
  'username',
  'email',
  'firstname',
  'lastname',
  ...additional.map(([field]) => field),
  'phoneNumbers',
  'addresses',
  'manager',
]

const baseFields = ['username', 'email', 'firstname', 'lastname']

/** The fields that are restricted on users whose home the directory is. */
export function restrictedRows(directoryId: string, behaviour: DirectoryBehaviour): readonly Json[] {
  return (behaviour.additionalAttributes ? importedFields : baseFields).map((field) => ({
    type: 'active_directory',
    id: directoryId,
    field,
  }))
}

const read = (attributes: JsonObject, name: string): string => {
  const value = attributes[name]
  return typeof value === 'string' ? value.trim() : ''
}

/** Reads a user out of an object, or says why it is left out. */
export function readDomainUser(
  object: {
    readonly guid: string
    readonly dn: string
    readonly attributes: JsonObject
    readonly unreadable: readonly string[]
  },
  behaviour: DirectoryBehaviour,
  now: Date,
): { readonly user: DomainUser } | { readonly fault: Fault } {
  const { attributes } = object
  const fault = faultOf(attributes, object.unreadable, behaviour)
  if (fault) return { fault }
  const userPrincipalName = read(attributes, 'userPrincipalName')
  const username = read(attributes, behaviour.usernameFrom)
  const email = read(attributes, 'mail') || userPrincipalName
  if (username === '')
    return {
      fault: { code: 'no_username', detail: `The user has no ${behaviour.usernameFrom}. Set it in Active Directory.` },
    }
  if (!email.includes('@'))
    return {
      fault: {
        code: 'no_email',
        detail: 'The user has neither mail nor userPrincipalName. Set mail in Active Directory.',
      },
    }
  const fields: Record<string, Json> = {
    username,
    email,
    firstname: read(attributes, 'givenName'),
    lastname: read(attributes, 'sn'),
  }
  if (behaviour.additionalAttributes) {
    for (const [field, attribute] of additional) fields[field] = read(attributes, attribute)
    fields['phoneNumbers'] = phoneNumbers(attributes)
    fields['addresses'] = addresses(attributes)
  }
  const user = { guid: object.guid, dn: object.dn, username, email, fields, ...accountState(attributes, now) }
  return { user }
}

/** The clocks of hub and domain controller may differ by this much. */
const clockDifferenceMs = 300_000

/** True for an object made since a time; `whenCreated` is a generalized time such as `20260131235959.0Z`. */
export function isMadeSince(whenCreated: Json | undefined, since: Date | null): boolean {
  const match = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\.\d+)?Z$/.exec(
    typeof whenCreated === 'string' ? whenCreated : '',
  )
  if (match === null || since === null) return false
  const [, year, month, day, hour, minute, second] = match
  const time = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
  return time >= since.getTime() - clockDifferenceMs
}

function faultOf(
  attributes: JsonObject,
  unreadable: readonly string[],
  behaviour: DirectoryBehaviour,
): Fault | undefined {
  const needed = [
    'sAMAccountName',
    'givenName',
    'sn',
    'mail',
    ...(behaviour.additionalAttributes ? additional.map(([, name]) => name) : []),
  ]
  const broken = unreadable.find((name) => needed.includes(name))
  if (broken !== undefined)
    return {
      code: 'unreadable_attribute',
      detail: `${broken} holds bytes that are not text, or is too long. Correct it in Active Directory.`,
    }
  if (read(attributes, 'adminCount') === '1')
    return {
      code: 'protected_account',
      detail:
        'The account is or was a privileged one (adminCount is 1) and is not managed from outside. Remove it from the integration group.',
    }
  if (read(attributes, 'givenName') === '')
    return { code: 'no_first_name', detail: 'The user has no first name (givenName). Set it in Active Directory.' }
  if (read(attributes, 'sn') === '')
    return { code: 'no_last_name', detail: 'The user has no last name (sn). Set it in Active Directory.' }
  return undefined
}

function accountState(attributes: JsonObject, now: Date): { enabled: boolean; expired: boolean } {
  const control = Number(read(attributes, 'userAccountControl') || '512')
  const expires = read(attributes, 'accountExpires')
  return { enabled: (control & accountDisabled) === 0, expired: isPast(expires, now) }
}

const fileTimeEpochMs = 11_644_473_600_000n
const never = 0x7fffffffffffffffn

/** True for a FILETIME (100 ns since 1601) before now; 0 and the largest value mean never (MS-ADTS, accountExpires). */
function isPast(fileTime: string, now: Date): boolean {
  if (!/^[0-9]{1,19}$/.test(fileTime)) return false
  const value = BigInt(fileTime)
  return value !== 0n && value !== never && value / 10_000n - fileTimeEpochMs < BigInt(now.getTime())
}

const phones = [
  ['work', 'telephoneNumber'],
  ['mobile', 'mobile'],
  ['home', 'homePhone'],
] as const

function rowId(...parts: readonly string[]): string {
  return sha256(parts.join('\n')).toString('hex').slice(0, 24)
}

function phoneNumbers(attributes: JsonObject): Json[] {
  return phones.flatMap(([type, name]) => {
    const number = read(attributes, name)
    return number === '' ? [] : [{ id: rowId(type, number), type, number }]
  })
}

function addresses(attributes: JsonObject): Json[] {
  const address = {
    streetAddress: read(attributes, 'streetAddress'),
    locality: read(attributes, 'l'),
    region: read(attributes, 'st'),
    postalCode: read(attributes, 'postalCode'),
    country: read(attributes, 'c'),
  }
  if (Object.values(address).every((part) => part === '')) return []
  return [{ id: rowId('work', ...Object.values(address)), type: 'work', ...address, extendedAddress: '', poBox: '' }]
}

/** Fields whose value in the hub would become empty. */
export function clearedFields(present: Readonly<Record<string, Json>>, next: UserInput): string[] {
  return Object.keys(next).filter((field) => {
    const [was, value] = [present[field], next[field]]
    if (was === undefined || value === undefined) return false
    const isEmpty = (part: Json): boolean => part === '' || part === null || (Array.isArray(part) && part.length === 0)
    return isEmpty(value) && !isEmpty(was)
  })
}

/** A field that both sides changed since they last agreed; the domain's value was taken. */
export interface MergeConflict {
  readonly field: string
  readonly lost: Json
}

/**
 * Merges a user whom the hub manages with what the domain has: a field that changed there since both last agreed is taken over, also
 * when the hub changed it too; a field that only the hub changed waits to be written.
 */
export function mergeFields(
  hub: Readonly<Record<string, Json>>,
  domain: Readonly<Record<string, Json>>,
  agreed: JsonObject,
): {
  readonly input: UserInput
  readonly agreed: JsonObject
  readonly conflicts: readonly MergeConflict[]
  readonly waiting: boolean
} {
  const input: Record<string, Json> = {}
  const next: Record<string, Json> = { ...agreed }
  const conflicts: MergeConflict[] = []
  let waiting = false
  const same = (a: Json | undefined, b: Json | undefined): boolean => canonicalJson(a ?? '') === canonicalJson(b ?? '')
  for (const field of writtenFields) {
    const there = domain[field] ?? ''
    const here = hub[field] ?? ''
    if (same(there, here)) next[field] = there
    else if (agreed[field] === undefined || same(there, agreed[field])) waiting = true
    else {
      if (!same(here, agreed[field])) conflicts.push({ field, lost: here })
      input[field] = there
      next[field] = there
    }
  }
  return { input, agreed: next, conflicts, waiting }
}

/** The fields that the hub writes to a domain, with the attribute each becomes. */
export const writtenAttributes: Readonly<Record<string, string>> = {
  firstname: 'givenName',
  lastname: 'sn',
  email: 'mail',
  displayname: 'displayName',
  jobTitle: 'title',
  department: 'department',
  company: 'company',
  location: 'physicalDeliveryOfficeName',
  description: 'description',
  employeeType: 'employeeType',
}

/** Fields that are merged both ways: those that are written, and the log-in name. */
export const writtenFields: readonly string[] = ['username', ...Object.keys(writtenAttributes)]
