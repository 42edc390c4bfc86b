// The settings of the organization, stored in JumpCloud's shape so that they pass through as they are: what was never set has its
// default, and one level of objects is merged, as clients change single values of them.
import { AppError } from '@lockstep/contract/app-error'
import { isJsonObject, type Json, type JsonObject } from '@lockstep/kernel/json'
import type { FieldChanges } from '../journal/journal.rules.ts'
import { readSettings, type SettingRules } from './setting-values.rules.ts'

/** The name under which the settings are kept; the password policy has its own. */
export const organizationSetting = 'organization_settings'

/** Where a new user may come from, in JumpCloud's words. */
export type UserSource = 'manualEntry' | 'csvImport' | 'applicationImport'

const flag = { kind: 'flag' } as const
const days = { kind: 'number', min: 0, max: 36_500 } as const
const states = { kind: 'choice', values: ['ACTIVATED', 'STAGED'] } as const

/** The policy's settings; the ranges are JumpCloud's. */
const passwordPolicyRules: SettingRules = {
  ...Object.fromEntries(
    [
      ...['allowUnenrolledMFAPasswordReset', 'allowUsernameSubstring', 'disallowCommonlyUsedPasswords'],
      ...['disallowSequentialOrRepetitiveChars', 'displayComplexityOnResetScreen', 'enableRecoveryEmail'],
      ...['enableDaysAfterExpirationToSelfRecover', 'enableDaysBeforeExpirationToForceReset'],
      ...['enableLockoutTimeInSeconds', 'enableMaxHistory', 'enableMaxLoginAttempts', 'enableMinChangePeriodInDays'],
      ...['enableMinLength', 'enablePasswordExpirationInDays', 'enableResetLockoutCounter'],
      ...['needsLowercase', 'needsNumeric', 'needsSymbolic', 'needsUppercase'],
    ].map((name) => [name, flag] as const),
  ),
  daysAfterExpirationToSelfRecover: days,
  daysBeforeExpirationToForceReset: { ...days, min: 1 },
  lockoutTimeInSeconds: { kind: 'number', min: 300, max: 5400 },
  maxHistory: { kind: 'number', min: 1, max: 24 },
  maxLoginAttempts: { kind: 'number', min: 1, max: 1000 },
  minChangePeriodInDays: days,
  minLength: { kind: 'number', min: 8, max: 64 },
  passwordExpirationInDays: { ...days, min: 1 },
  resetLockoutCounterMinutes: { kind: 'number', min: 1, max: 100_000 },
}

/** Every value that the policy has when nobody set it; those that decide about passwords are the hub's own defaults. */
export const passwordPolicyDefaults: JsonObject = {
  allowUnenrolledMFAPasswordReset: false,
  allowUsernameSubstring: false,
  daysAfterExpirationToSelfRecover: 1,
  daysBeforeExpirationToForceReset: 7,
  disallowCommonlyUsedPasswords: true,
  disallowSequentialOrRepetitiveChars: false,
  displayComplexityOnResetScreen: true,
  enableDaysAfterExpirationToSelfRecover: false,
  enableDaysBeforeExpirationToForceReset: false,
  enableLockoutTimeInSeconds: true,
  enableMaxHistory: true,
  enableMaxLoginAttempts: true,
  enableMinChangePeriodInDays: false,
  enableMinLength: true,
  enablePasswordExpirationInDays: false,
  enableRecoveryEmail: false,
  enableResetLockoutCounter: false,
  lockoutTimeInSeconds: 900,
  maxHistory: 5,
  maxLoginAttempts: 6,
  minChangePeriodInDays: 1,
  minLength: 12,
  needsLowercase: true,
  needsNumeric: true,
  needsSymbolic: true,
  needsUppercase: true,
  passwordExpirationInDays: 90,
  resetLockoutCounterMinutes: 30,
}

const settingRules: SettingRules = {
  ...Object.fromEntries(
    [
      ...['deviceIdentificationEnabled', 'disableGoogleLogin', 'disableLdap', 'disableUM', 'duplicateLDAPGroups'],
      ...['enableManagedUID', 'requireAdminMFA', 'showIntro', 'systemUsersCanEdit'],
    ].map((name) => [name, flag] as const),
  ),
  contactEmail: { kind: 'text', max: 320 },
  contactName: { kind: 'text', max: 200 },
  emailDisclaimer: { kind: 'text', max: 5000 },
  features: { kind: 'any', max: 10_000 },
  growthData: { kind: 'any', max: 10_000 },
  logo: { kind: 'text', max: 500_000 },
  maxSystemUsers: { kind: 'number', min: 0, max: 10_000_000 },
  name: { kind: 'text', min: 1, max: 200 },
  newSystemUserStateDefaults: {
    kind: 'object',
    fields: { applicationImport: states, csvImport: states, manualEntry: states },
  },
  passwordCompliance: { kind: 'choice', values: ['custom', 'pci3', 'windows'] },
  systemUserDefaults: { kind: 'object', fields: { restrictedFields: { kind: 'any', list: true, max: 10_000 } } },
  systemUserPasswordExpirationInDays: days,
  trustedAppConfig: { kind: 'any', max: 100_000 },
  userPortal: {
    kind: 'object',
    fields: {
      cookieExpirationType: { kind: 'choice', values: ['session', 'date'] },
      idleSessionDurationMinutes: { kind: 'number', min: 1, max: 129_600 },
    },
  },
}

const settingDefaults: JsonObject = {
  contactEmail: '',
  contactName: '',
  deviceIdentificationEnabled: false,
  disableGoogleLogin: true,
  disableLdap: false,
  disableUM: false,
  duplicateLDAPGroups: false,
  emailDisclaimer: '',
  enableManagedUID: false,
  features: { directoryInsights: { enabled: true } },
  growthData: {},
  logo: '',
  maxSystemUsers: 0,
  name: 'Lockstep',
  newSystemUserStateDefaults: { applicationImport: 'ACTIVATED', csvImport: 'ACTIVATED', manualEntry: 'ACTIVATED' },
  passwordCompliance: 'custom',
  requireAdminMFA: false,
  showIntro: false,
  systemUserDefaults: { restrictedFields: [] },
  systemUserPasswordExpirationInDays: 0,
  systemUsersCanEdit: false,
  userPortal: { cookieExpirationType: 'session', idleSessionDurationMinutes: 60 },
}

/** What is kept: the settings in force, the policy apart because passwords are checked by it alone. */
export interface OrganizationState {
  readonly settings: JsonObject
  readonly passwordPolicy: JsonObject
}

/** The state in force, every value decided. */
export function organizationState(stored: {
  readonly settings: unknown
  readonly passwordPolicy: unknown
}): OrganizationState {
  return {
    settings: merged(settingDefaults, objectOf(stored.settings)),
    passwordPolicy: merged(passwordPolicyDefaults, objectOf(stored.passwordPolicy)),
  }
}

/** The state once a change in JumpCloud's shape holds. Refuses with `invalid_request`, naming the setting. */
export function changedState(before: OrganizationState, input: JsonObject, now: Date): OrganizationState {
  const settings = readSettings(input, settingRules)
  requireContact(settings['contactEmail'])
  if (settings['passwordCompliance'] !== undefined && settings['passwordCompliance'] !== 'custom')
    throw new AppError('invalid_request', {
      field: 'passwordCompliance',
      detail: 'passwordCompliance: must be custom. Set the values of passwordPolicy instead.',
    })
  const given = input['passwordPolicy']
  return {
    settings: merged(before.settings, settings),
    passwordPolicy:
      given === undefined || given === null ? before.passwordPolicy : changedPolicy(before.passwordPolicy, given, now),
  }
}

/** A policy once a change holds; `effectiveDate` says since when, and is nobody's to set. */
export function changedPolicy(before: JsonObject, given: Json, now: Date): JsonObject {
  if (!isJsonObject(given))
    throw new AppError('invalid_request', { field: 'passwordPolicy', detail: 'passwordPolicy: must be an object.' })
  const after = { ...before, ...readSettings(given, passwordPolicyRules, 'passwordPolicy.') }
  return isSame(before, after) ? before : { ...after, effectiveDate: now.toISOString() }
}

function requireContact(email: Json | undefined): void {
  if (typeof email !== 'string' || email === '' || /^[^\s@]{1,64}@[^\s@]{1,255}$/.test(email)) return
  throw new AppError('invalid_request', {
    field: 'contactEmail',
    detail: 'contactEmail: must be an address such as ada@example.com.',
  })
}

function objectOf(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {}
}

/** The later values over the earlier ones; objects are merged one level deep. */
function merged(base: JsonObject, over: JsonObject): JsonObject {
  const result: Record<string, Json> = { ...base }
  for (const [name, value] of Object.entries(over)) {
    const present = base[name]
    result[name] =
      isJsonObject(value) && isJsonObject(present ?? null) ? { ...(present as JsonObject), ...value } : value
  }
  return result
}

function isSame(left: Json | undefined, right: Json | undefined): boolean {
  return JSON.stringify(left) === JSON.stringify(right)
}

const longest = 500

/** Before and after of the settings that differ, by dotted name; long ones are named alone. */
export function organizationChanges(before: OrganizationState, after: OrganizationState): FieldChanges {
  const [left, right] = [flat(before), flat(after)]
  const changes: Record<string, { before?: Json; after?: Json }> = {}
  for (const name of new Set([...Object.keys(left), ...Object.keys(right)])) {
    if (isSame(left[name], right[name]) || name === 'passwordPolicy.effectiveDate') continue
    changes[name] = {
      ...(left[name] === undefined ? {} : { before: shown(left[name]) }),
      ...(right[name] === undefined ? {} : { after: shown(right[name]) }),
    }
  }
  return changes
}

function flat({ settings, passwordPolicy }: OrganizationState): JsonObject {
  const pairs = Object.entries({ ...settings, passwordPolicy }).flatMap(([name, value]): [string, Json][] =>
    isJsonObject(value) ? Object.entries(value).map(([inner, one]) => [`${name}.${inner}`, one]) : [[name, value]],
  )
  return Object.fromEntries(pairs)
}

function shown(value: Json): Json {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text.length > longest ? `(${text.length} characters)` : value
}

/** The state that a new user of a source has unless the request says otherwise. */
export function defaultStateOf({ settings }: OrganizationState, source: UserSource): 'ACTIVATED' | 'STAGED' {
  const states = objectOf(settings['newSystemUserStateDefaults'])
  return states[source] === 'STAGED' ? 'STAGED' : 'ACTIVATED'
}
