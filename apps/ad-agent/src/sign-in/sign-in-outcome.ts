import type { SignInOutcome } from '@lockstep/contract/agents/sign-in-check'
import type { BindOutcome } from '@lockstep/ldap/bind-outcome'
import { DirectoryError } from '@lockstep/ldap/directory-error'

const outcomes: Readonly<Record<BindOutcome, SignInOutcome>> = {
  accepted: 'valid',
  account_expired: 'account_expired',
  disabled: 'disabled',
  locked: 'locked',
  logon_hours: 'not_permitted',
  must_change_password: 'must_change_password',
  no_such_account: 'unknown_user',
  password_expired: 'password_expired',
  // Refused without a reason that is known: nothing shows that the password was right.
  unknown: 'wrong_password',
  workstation: 'not_permitted',
  wrong_password: 'wrong_password',
}

/** What a bind says of a sign-in. */
export function outcomeOfBind(outcome: BindOutcome): SignInOutcome {
  return outcomes[outcome]
}

/** What is known of a password that was sent and not answered: a domain controller that answers with a code did not try it. */
export function outcomeOfFailedBind(error: unknown): SignInOutcome {
  return error instanceof DirectoryError && error.resultCode !== undefined ? 'unreachable' : 'no_answer'
}
