// What a password must be, how long it lasts and how often it may be guessed. Stored in the shape of JumpCloud's
// `settings.passwordPolicy`, so that the settings' route passes it through as it is; what is missing or out of range has its default.
import {
  type BrokenPasswordRule,
  brokenPasswordRules,
  defaultPasswordRules,
  describeBrokenRule,
  type PasswordRules,
} from '@lockstep/contract/password-rules'
import { isJsonObject } from '@lockstep/kernel/json'

/** The name of the setting that holds the policy. */
export const passwordPolicySetting = 'password_policy'

/** The policy in force, with every value decided. */
export interface PasswordPolicy {
  /** 8 to 64 characters. */
  readonly minLength: number
  readonly needsLowercase: boolean
  readonly needsUppercase: boolean
  readonly needsNumeric: boolean
  readonly needsSymbolic: boolean
  /** True: a password may contain the username. */
  readonly allowUsernameSubstring: boolean
  /** Passwords that leaked elsewhere and are tried first are refused. */
  readonly refusesCommon: boolean
  /** How many of the latest passwords, the present one included, may not be used again: 1 to 24; 0 turns it off. */
  readonly maxHistory: number
  /** Days until a password expires; undefined: never. */
  readonly maxAgeDays: number | undefined
  /** Failed sign-ins that lock an account; undefined: none does. */
  readonly maxAttempts: number | undefined
  /** How long such a lock lasts, 300 to 5,400 seconds; undefined: until somebody unlocks. */
  readonly lockoutSeconds: number | undefined
}

export const defaultPasswordPolicy: PasswordPolicy = {
  ...defaultPasswordRules,
  refusesCommon: true,
  maxHistory: 5,
  maxAgeDays: undefined,
  maxAttempts: 6,
  lockoutSeconds: 900,
}

/** Of what a rule demands: the words of `fullValidationDetails=password`. */
export type PasswordViolation = BrokenPasswordRule | 'history'

const dayMs = 86_400_000

/** Reads the stored policy; a limit that is switched off (`enableX: false`) is off. */
export function readPasswordPolicy(stored: unknown): PasswordPolicy {
  const given = isJsonObject(stored) ? stored : {}
  const flag = (name: string, otherwise: boolean): boolean => {
    const value = given[name]
    return typeof value === 'boolean' ? value : otherwise
  }
  const within = (name: string, least: number, most: number): number | undefined => {
    const value = given[name]
    return Number.isSafeInteger(value) ? Math.min(Math.max(value as number, least), most) : undefined
  }
  const limit = <T>(name: string, value: number | undefined, otherwise: T): number | T =>
    value === undefined || !flag(name, true) ? otherwise : value
  const base = defaultPasswordPolicy
  const offOr = (name: string, otherwise: number | undefined): number | undefined =>
    flag(name, true) ? otherwise : undefined
  return {
    minLength: flag('enableMinLength', true) ? (within('minLength', 8, 64) ?? base.minLength) : 8,
    needsLowercase: flag('needsLowercase', base.needsLowercase),
    needsUppercase: flag('needsUppercase', base.needsUppercase),
    needsNumeric: flag('needsNumeric', base.needsNumeric),
    needsSymbolic: flag('needsSymbolic', base.needsSymbolic),
    allowUsernameSubstring: flag('allowUsernameSubstring', base.allowUsernameSubstring),
    refusesCommon: flag('disallowCommonlyUsedPasswords', base.refusesCommon),
    maxHistory: flag('enableMaxHistory', true) ? (within('maxHistory', 1, 24) ?? base.maxHistory) : 0,
    maxAgeDays: limit('enablePasswordExpirationInDays', within('passwordExpirationInDays', 1, 36_500), undefined),
    maxAttempts: limit(
      'enableMaxLoginAttempts',
      within('maxLoginAttempts', 1, 1000),
      offOr('enableMaxLoginAttempts', base.maxAttempts),
    ),
    lockoutSeconds: limit(
      'enableLockoutTimeInSeconds',
      within('lockoutTimeInSeconds', 300, 5400),
      offOr('enableLockoutTimeInSeconds', base.lockoutSeconds),
    ),
  }
}

/** Everything that a password lacks; whether it was used before is told by whoever holds the earlier ones. */
export function passwordViolations(
  password: string,
  policy: PasswordPolicy,
  username: string,
): readonly PasswordViolation[] {
  return brokenPasswordRules(password, policy, username)
}

/** What of a policy can be told from a password and the username alone, for whoever is not the hub. */
export function passwordRulesOf(policy: PasswordPolicy): PasswordRules {
  const { minLength, needsLowercase, needsUppercase, needsNumeric, needsSymbolic, allowUsernameSubstring } = policy
  return { minLength, needsLowercase, needsUppercase, needsNumeric, needsSymbolic, allowUsernameSubstring }
}

/** A violation in a sentence's part, for people. */
export function describeViolation(violation: PasswordViolation, policy: PasswordPolicy): string {
  return violation === 'history'
    ? `differ from the last ${policy.maxHistory} passwords`
    : describeBrokenRule(violation, policy)
}

/** When a password set at a time expires; null: never. */
export function passwordExpiration(set: Date, policy: PasswordPolicy, neverExpires: boolean): Date | null {
  if (neverExpires || policy.maxAgeDays === undefined) return null
  return new Date(set.getTime() + policy.maxAgeDays * dayMs)
}
