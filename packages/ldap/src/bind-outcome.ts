import type { DirectoryError } from './directory-error.ts'

/** What a bind says about an account and the password that was tried. */
export type BindOutcome =
  | 'accepted'
  | 'account_expired'
  | 'disabled'
  | 'locked'
  | 'logon_hours'
  | 'must_change_password'
  | 'no_such_account'
  | 'password_expired'
  | 'unknown'
  | 'workstation'
  | 'wrong_password'

const outcomes: ReadonlyMap<string, BindOutcome> = new Map<string, BindOutcome>([
  ['525', 'no_such_account'],
  ['52e', 'wrong_password'],
  ['530', 'logon_hours'],
  ['531', 'workstation'],
  ['532', 'password_expired'],
  ['533', 'disabled'],
  ['701', 'account_expired'],
  ['773', 'must_change_password'],
  ['775', 'locked'],
])

// Active Directory tells these reasons only to a caller who knew the password; a lockout it tells for any password.
const provingOutcomes: ReadonlySet<BindOutcome> = new Set<BindOutcome>([
  'accepted',
  'account_expired',
  'disabled',
  'logon_hours',
  'must_change_password',
  'password_expired',
  'workstation',
])

/** Classifies a refused bind by its sub-code (MS-ADTS 5.1.1.1.1, Windows error in `data`); `unknown` when the server gave none that is known. */
export function bindOutcomeOf(error: DirectoryError): BindOutcome {
  return (error.subCode === undefined ? undefined : outcomes.get(error.subCode)) ?? 'unknown'
}

/** Whether this outcome shows that the password was the right one, even though signing in may be refused. */
export function provesPassword(outcome: BindOutcome): boolean {
  return provingOutcomes.has(outcome)
}
