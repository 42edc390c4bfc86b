// What a user's account in a domain should be, from what the hub knows: pure. The agent compares it with the object and writes only
// what differs; whatever it is not told, it leaves alone.
import type { UserWork, WorkPassword } from '@lockstep/contract/agents/protocol'
import type { Json, JsonObject } from '@lockstep/kernel/json'
import type { Account } from '../../directory/bindings/account.rules.ts'
import { comparableFields, type User } from '../../directory/users/user.rules.ts'
import type { Domain } from './domain.rules.ts'
import { writtenFieldsOf } from './configuration.rules.ts'
import { writtenAttributes } from './import-fields.rules.ts'

/** sAMAccountName's limit for users (MS-ADA3 2.222). */
const longestSamAccountName = 20
/** A common name's limit (rangeUpper of cn). */
const longestCommonName = 64

/** The log-in name that a username becomes; a longer one is cut. */
export function samAccountName(username: string): string {
  return username.slice(0, longestSamAccountName).replace(/\.+$/, '')
}

/** What is to be done of an account; undefined when the directory has all of it already. */
export function userWork(
  account: Account,
  user: User | undefined,
  domain: Domain,
  password?: WorkPassword,
): UserWork | undefined {
  const isWritten = user !== undefined && account.wanted
  const values = isWritten ? changedValues(account, user, domain) : {}
  const enabled = wantedState(account, user)
  const isNew = account.externalId === null
  if (isNew && !account.wanted) return undefined
  // Of an account whose making was not reported only the agent can say whether it is complete.
  const isMade = !isNew && account.creatingSince === null
  const isSame = isMade && Object.keys(values).length === 0 && isStateSame(account, enabled)
  const isOnlyAsked = isSame && account.error === null && password === undefined
  if (isOnlyAsked && !account.unsure) return undefined
  const renamed = isWritten && (isNew || values['username'] !== undefined) && user.homeDirectoryId !== domain.id
  const username = isNew ? firstUsername(account, user) : (user?.username ?? '')
  return {
    kind: 'user',
    accountId: account.id,
    revision: account.desiredRevision,
    ...(account.externalId === null ? {} : { guid: account.externalId }),
    wanted: account.wanted,
    ...(account.creatingSince === null ? {} : { creatingSince: account.creatingSince.toISOString() }),
    takeover: isNew && user !== undefined && samAccountName(username) === username,
    samAccountName: renamed ? samAccountName(username) : '',
    userPrincipalName: renamed ? `${username}@${domain.upnSuffix}` : '',
    commonName: isWritten && isNew ? commonName(user) : '',
    attributes: attributesOf(values),
    // Whoever was disabled there since stays so: what was asked is whether the account is there.
    enabled: isOnlyAsked && enabled === 'enable' ? 'keep' : enabled,
    ...(password === undefined ? {} : { password }),
  }
}

/** The username of the first try to make an account: a user renamed since is renamed there once the account is tied. */
export function firstUsername(account: Account, user: User | undefined): string {
  const first = account.agreed['username']
  return account.creatingSince !== null && typeof first === 'string' ? first : (user?.username ?? '')
}

/**
 * Hub values that differ from what both sides last agreed on; of a new account, all that there are. Of users who came from the domain only
 * the fields that are not the domain's alone.
 */
function changedValues(account: Account, user: User, domain: Domain): JsonObject {
  const fields = comparableFields(user)
  const isNew = account.externalId === null
  return Object.fromEntries(
    writtenFieldsOf(domain, user.homeDirectoryId === domain.id).flatMap((field): [string, Json][] => {
      const value = fields[field] ?? ''
      const before = account.agreed[field] ?? ''
      return isNew ? (value === '' ? [] : [[field, value]]) : value === before ? [] : [[field, value]]
    }),
  )
}

function attributesOf(values: JsonObject): Record<string, string> {
  return Object.fromEntries(
    Object.entries(writtenAttributes).flatMap(([field, attribute]) => {
      const value = values[field]
      return typeof value === 'string' ? [[attribute, value]] : []
    }),
  )
}

interface Written {
  readonly domain: Domain
  /** The work was to make the account, also when a read has tied it meanwhile. */
  readonly isNew: boolean
}

/**
 * The fields that a work item writes, with their values: both sides agree on them once it is done. A new account agrees on all of them,
 * also on the empty ones, so that what the domain fills in later is known to be the domain's change.
 */
export function writtenValues(account: Account, user: User, { domain, isNew }: Written): JsonObject {
  if (!isNew || user.homeDirectoryId === domain.id) return changedValues(account, user, domain)
  const fields: JsonObject = { ...comparableFields(user), username: firstUsername(account, user) }
  return Object.fromEntries(
    ['username', ...Object.keys(writtenAttributes)].map((field) => [field, fields[field] ?? '']),
  )
}

function wantedState(account: Account, user: User | undefined): UserWork['enabled'] {
  if (user === undefined) return 'disable'
  if (!account.wanted) return account.madeBy === 'hub' && account.leftAt === null ? 'disable' : 'keep'
  if (user.state === 'SUSPENDED') return user.suspendedBy === 'hub' ? 'disable' : 'keep'
  if (user.state === 'STAGED') return 'keep'
  // Somebody disabled it there: only what the hub disabled does the hub enable again.
  if (account.enabled === false && !account.disabledByHub) return 'keep'
  return 'enable'
}

function isStateSame(account: Account, wanted: UserWork['enabled']): boolean {
  if (wanted === 'keep') return true
  return account.enabled === (wanted === 'enable')
}

function commonName(user: User): string {
  const text = (field: string): string => {
    const value = user.attributes[field]
    return typeof value === 'string' ? value.trim() : ''
  }
  const name = user.displayname.trim() || `${text('firstname')} ${text('lastname')}`.trim() || user.username
  return name.slice(0, longestCommonName).trim()
}

const firstRetryMs = 2_000
const lastRetryMs = 300_000
const hopelessRetryMs = 24 * 60 * 60 * 1000

/** The way to the domain controller broke, which says nothing of what was to be written. */
const brokenWays: ReadonlySet<string> = new Set(['connection', 'timeout'])

/**
 * When a failed write is tried again: soon and then ever later, but always soon when only the connection was lost; what cannot work by
 * itself, after a day or on the next change.
 */
export function retryAt(
  now: Date,
  attempts: number,
  { kind, retryable }: { readonly kind: string; readonly retryable: boolean },
): Date {
  const tries = brokenWays.has(kind) ? 0 : Math.min(attempts, 20)
  const delay = retryable ? Math.min(lastRetryMs, firstRetryMs * 2 ** tries) : hopelessRetryMs
  return new Date(now.getTime() + delay)
}
