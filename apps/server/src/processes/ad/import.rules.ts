// What an object of the domain makes of a user: pure decisions. The attributes are those of the mirror: one text a name, absent when
// the object has none. Attribute sources: the integration's documented base and additional attributes.
import type { DirectoryBehaviour, FieldAuthority } from '@lockstep/contract/hub/directory'
import { sha256 } from '@lockstep/kernel/digest'
import { canonicalJson, type Json, type JsonObject } from '@lockstep/kernel/json'
import type { UserInput } from '../../directory/users/user.rules.ts'
import { importedFields } from './configuration.rules.ts'
import { fileTimeToDate } from './file-time.rules.ts'
import { additionalAttributes, phoneAttributes, writtenAttributes } from './import-fields.rules.ts'
import { ruledFields, type RuledFields } from './ruled-fields.rules.ts'
import type { Translation } from './translation.rules.ts'

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
  /** When the password expires, in ISO form; empty: never. Absent where the agent does not say. */
  readonly passwordExpires?: string
  /** Until when wrong passwords keep the account locked there, in ISO form; null: it is not. */
  readonly lockedUntil: string | null
  /** What translation rules make of the object, when its user is made and when it changes. */
  readonly ruled: RuledFields
}

/** Why an object is left out. */
export interface Fault {
  readonly code: string
  readonly detail: string
}

/** The rows of a list in which a directory says which fields of a user are its own. */
export interface RestrictedRows {
  readonly withPassword: readonly Json[]
  readonly withoutPassword: readonly Json[]
}

/** The fields that are restricted on users whose home the directory is; two lists for all users, so that each is stored and compared as one. */
export function restrictedRows(directoryId: string, fields: readonly string[]): RestrictedRows {
  const rows = (names: readonly string[]): readonly Json[] =>
    names.map((field) => ({ type: 'active_directory', id: directoryId, field }))
  return { withPassword: rows([...fields, 'password']), withoutPassword: rows(fields) }
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
  { behaviour, rules, names, now }: ReadFacts,
): { readonly user: DomainUser } | { readonly fault: Fault } {
  const { attributes } = object
  const imported = importedFields(behaviour)
  const fault = faultOf(attributes, object.unreadable, imported)
  if (fault) return { fault }
  const userPrincipalName = read(attributes, 'userPrincipalName')
  const username = names?.username ?? read(attributes, behaviour.usernameFrom)
  const email = names?.email ?? (read(attributes, 'mail') || userPrincipalName)
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
  for (const [field, attribute] of additionalAttributes)
    if (imported.includes(field)) fields[field] = read(attributes, attribute)
  if (imported.includes('phoneNumbers')) fields['phoneNumbers'] = phoneNumbers(attributes)
  if (imported.includes('addresses')) fields['addresses'] = addresses(attributes)
  const { guid, dn } = object
  const ruled = ruledFields(rules, attributes)
  return { user: { guid, dn, username, email, fields, ruled, ...accountState(attributes, now) } }
}

/** What reading an object depends on beside the object. */
export interface ReadFacts {
  readonly behaviour: DirectoryBehaviour
  /** The domain's translation rules. */
  readonly rules: readonly Translation[]
  /** What an administrator decided that the user is called here. */
  readonly names?: { readonly username?: string; readonly email?: string } | undefined
  readonly now: Date
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

const needed: ReadonlySet<string> = new Set(['sAMAccountName', 'givenName', 'sn', 'mail'])

function faultOf(
  attributes: JsonObject,
  unreadable: readonly string[],
  imported: readonly string[],
): Fault | undefined {
  const isNeeded = (name: string): boolean =>
    needed.has(name) ||
    additionalAttributes.some(([field, attribute]) => attribute === name && imported.includes(field))
  const broken = unreadable.find(isNeeded)
  if (broken !== undefined)
    return {
      code: 'unreadable_attribute',
      detail: `${broken} holds bytes that are not text, or is too long. Correct it in Active Directory.`,
    }
  const privilege = privilegeOf(attributes)
  if (privilege !== undefined)
    return {
      code: 'protected_account',
      detail: `The account ${privilege} and is not managed from outside. Remove it from the integration group.`,
    }
  if (read(attributes, 'givenName') === '')
    return { code: 'no_first_name', detail: 'The user has no first name (givenName). Set it in Active Directory.' }
  if (read(attributes, 'sn') === '')
    return { code: 'no_last_name', detail: 'The user has no last name (sn). Set it in Active Directory.' }
  return undefined
}

/** Relative identifiers below 1000 are the domain's built-in accounts and groups (MS-SAMR 2.2.1.14). */
const firstOrdinaryRid = 1000
/** Domain Controllers, Read-only Domain Controllers, Domain, Schema and Enterprise Admins (MS-SAMR 2.2.1.14). */
const privilegedRids: ReadonlySet<string> = new Set(['512', '516', '518', '519', '521', '498', '526', '527'])
/** Administrators and the operators' groups, as AdminSDHolder protects them (MS-ADTS 3.1.1.6.1.2). */
const privilegedBuiltIns: ReadonlySet<string> = new Set(['544', '548', '549', '550', '551', '552'])

/** Why an account is a privileged one by what stands in it, in words. */
function privilegeOf(attributes: JsonObject): string | undefined {
  if (read(attributes, 'adminCount') === '1') return 'is or was a privileged one (adminCount is 1)'
  const sid = read(attributes, 'objectSid')
  const rid = Number(sid.split('-').at(-1) || '1000')
  if (sid !== '' && rid < firstOrdinaryRid) return 'is built into the domain'
  if (privilegedRids.has(read(attributes, 'primaryGroupID'))) return 'has a privileged group as its primary group'
  return undefined
}

/** True for a group whose members are privileged, before the domain has marked them so (SDProp does within an hour). */
export function isPrivilegedGroup(sid: string): boolean {
  const rid = sid.split('-').at(-1) ?? ''
  return sid.startsWith('S-1-5-32-') ? privilegedBuiltIns.has(rid) : sid !== '' && privilegedRids.has(rid)
}

/** A password that must be changed at the next sign-in has expired for longer than anybody remembers. */
const mustChange = new Date(0).toISOString()

function passwordExpiry(attributes: JsonObject): { passwordExpires?: string } {
  const value = read(attributes, 'msDS-UserPasswordExpiryTimeComputed')
  if (!/^[0-9]{1,19}$/.test(value)) return {}
  if (value === '0') return { passwordExpires: mustChange }
  return { passwordExpires: fileTimeToDate(BigInt(value))?.toISOString() ?? '' }
}

/** A lock that only an administrator ends. */
const endOfTime = '9999-12-31T00:00:00.000Z'
const endless = '-9223372036854775808'

/** A lock that was made stays noted after its time, which ends it all the same (MS-ADTS 3.1.1.4.5.17). */
function lockedUntil(attributes: JsonObject, now: Date): string | null {
  const [since, duration] = [read(attributes, 'lockoutTime'), read(attributes, 'lockoutDuration')]
  if (!/^[1-9][0-9]{0,18}$/.test(since) || !/^-[0-9]{1,19}$/.test(duration)) return null
  const end = duration === endless ? undefined : fileTimeToDate(BigInt(since) - BigInt(duration))
  if (end === undefined || end.getUTCFullYear() > 9999) return endOfTime
  return end <= now ? null : end.toISOString()
}

type AccountState = Pick<DomainUser, 'enabled' | 'expired' | 'passwordExpires' | 'lockedUntil'>

function accountState(attributes: JsonObject, now: Date): AccountState {
  const control = Number(read(attributes, 'userAccountControl') || '512')
  const expires = read(attributes, 'accountExpires')
  return {
    enabled: (control & accountDisabled) === 0,
    expired: isPast(expires, now),
    ...passwordExpiry(attributes),
    lockedUntil: lockedUntil(attributes, now),
  }
}

const fileTimeEpochMs = 11_644_473_600_000n
const never = 0x7fffffffffffffffn

/** True for a FILETIME (100 ns since 1601) before now; 0 and the largest value mean never (MS-ADTS, accountExpires). */
function isPast(fileTime: string, now: Date): boolean {
  if (!/^[0-9]{1,19}$/.test(fileTime)) return false
  const value = BigInt(fileTime)
  return value !== 0n && value !== never && value / 10_000n - fileTimeEpochMs < BigInt(now.getTime())
}

function rowId(...parts: readonly string[]): string {
  return sha256(parts.join('\n')).toString('hex').slice(0, 24)
}

function phoneNumbers(attributes: JsonObject): Json[] {
  return phoneAttributes.flatMap(([type, name]) => {
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

/** A field that both sides have, and who decides on it. */
export interface SharedRule {
  readonly field: string
  readonly authority: FieldAuthority
}

/**
 * Merges the fields that both sides have with what the domain says: a field that changed there since both last agreed is taken over, also
 * when the hub changed it too; a field that only the hub changed waits to be written. A field of the hub alone is written whenever it
 * differs; one that is not read from the domain is compared with what was written last.
 */
export function mergeFields(
  rules: readonly SharedRule[],
  sides: { readonly hub: Readonly<Record<string, Json>>; readonly domain: Readonly<Record<string, Json>> },
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
  for (const { field, authority } of rules) {
    const here = sides.hub[field] ?? ''
    const there = sides.domain[field] ?? (field in sides.domain ? '' : agreed[field])
    if (there === undefined) continue
    if (same(there, here)) next[field] = there
    else if (authority === 'hub') {
      waiting = true
      next[field] = there
    } else if (agreed[field] === undefined || same(there, agreed[field])) waiting = true
    else {
      if (!same(here, agreed[field])) conflicts.push({ field, lost: here })
      input[field] = there
      next[field] = there
    }
  }
  return { input, agreed: next, conflicts, waiting }
}

/** Fields that are merged both ways: those that are written, and the log-in name. */
export const writtenFields: readonly string[] = ['username', ...Object.keys(writtenAttributes)]
