import type { OrganizationSettings, OrganizationSettingsUpdate } from '@lockstep/contract/hub/organization'

/** The settings as texts: switches are `on` or empty, limits that are off are empty. */
export interface OrganizationFields {
  readonly [field: string]: string
  readonly name: string
  readonly contactName: string
  readonly contactEmail: string
  readonly requireSecondFactor: string
  readonly manual: string
  readonly csv: string
  readonly application: string
  readonly minLength: string
  readonly needsLowercase: string
  readonly needsUppercase: string
  readonly needsNumeric: string
  readonly needsSymbolic: string
  readonly allowUsernameSubstring: string
  readonly refuseCommon: string
  readonly maxHistory: string
  readonly expirationDays: string
  readonly maxLoginAttempts: string
  readonly lockoutMinutes: string
}

type Policy = OrganizationSettings['passwordPolicy']

const flag = (value: boolean): string => (value ? 'on' : '')
const limit = (value: number | null): string => (value === null ? '' : String(value))
const whole = (text: string): number | null => (text.trim() === '' ? null : Number(text))

/** What the form shows for stored settings. */
export function fieldsOf(settings: OrganizationSettings): OrganizationFields {
  const { passwordPolicy: policy, newUserStates: states } = settings
  return {
    name: settings.name,
    contactName: settings.contactName,
    contactEmail: settings.contactEmail,
    requireSecondFactor: flag(settings.requireSecondFactor),
    ...states,
    minLength: String(policy.minLength),
    needsLowercase: flag(policy.needsLowercase),
    needsUppercase: flag(policy.needsUppercase),
    needsNumeric: flag(policy.needsNumeric),
    needsSymbolic: flag(policy.needsSymbolic),
    allowUsernameSubstring: flag(policy.allowUsernameSubstring),
    refuseCommon: flag(policy.refuseCommon),
    maxHistory: limit(policy.maxHistory),
    expirationDays: limit(policy.expirationDays),
    maxLoginAttempts: limit(policy.maxLoginAttempts),
    lockoutMinutes: policy.lockoutSeconds === null ? '' : String(Math.ceil(policy.lockoutSeconds / 60)),
  }
}

/** The policy that fields come to; of use only when they are within their limits. */
export function policyOf(fields: OrganizationFields): Policy {
  const minutes = whole(fields.lockoutMinutes)
  return {
    minLength: Number(fields.minLength),
    needsLowercase: fields.needsLowercase === 'on',
    needsUppercase: fields.needsUppercase === 'on',
    needsNumeric: fields.needsNumeric === 'on',
    needsSymbolic: fields.needsSymbolic === 'on',
    allowUsernameSubstring: fields.allowUsernameSubstring === 'on',
    refuseCommon: fields.refuseCommon === 'on',
    maxHistory: whole(fields.maxHistory),
    expirationDays: whole(fields.expirationDays),
    maxLoginAttempts: whole(fields.maxLoginAttempts),
    lockoutSeconds: minutes === null ? null : Math.round(minutes * 60),
  }
}

const texts = ['name', 'contactName', 'contactEmail'] as const
const sources = ['manual', 'csv', 'application'] as const

/** What to send for the fields that were changed; everything else stays as others may have changed it meanwhile. */
export function updateOf(
  fields: OrganizationFields,
  changed: Partial<Record<string, string>>,
): OrganizationSettingsUpdate {
  const has = (field: string): boolean => changed[field] !== undefined
  const policy = Object.entries(policyOf(fields)).filter(([field]) =>
    has(field === 'lockoutSeconds' ? 'lockoutMinutes' : field),
  )
  const states = sources.filter(has).map((source) => [source, fields[source]] as const)
  return {
    ...Object.fromEntries(texts.filter(has).map((field) => [field, fields[field].trim()])),
    ...(has('requireSecondFactor') ? { requireSecondFactor: fields.requireSecondFactor === 'on' } : {}),
    ...(states.length > 0 ? { newUserStates: Object.fromEntries(states) } : {}),
    ...(policy.length > 0 ? { passwordPolicy: Object.fromEntries(policy) } : {}),
  }
}

/** A rule: a whole number within limits; `optional` fields may be empty. */
export function wholeNumber(from: number, to: number, optional = false): (value: string) => string | undefined {
  return (value) => {
    const text = value.trim()
    if (text === '' && optional) return undefined
    const number = Number(text)
    return /^\d{1,6}$/u.test(text) && number >= from && number <= to
      ? undefined
      : `Enter a whole number from ${from} to ${to.toLocaleString('en')}${optional ? ', or leave it empty' : ''}.`
  }
}

/** The limits of the policy's numbers, as the hub has them. */
export const policyRules = {
  minLength: wholeNumber(8, 64),
  maxHistory: wholeNumber(1, 24, true),
  expirationDays: wholeNumber(1, 36_500, true),
  maxLoginAttempts: wholeNumber(1, 1_000, true),
  lockoutMinutes: wholeNumber(5, 90, true),
}
