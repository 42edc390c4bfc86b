import { type BindOutcome, bindOutcomeOf } from '@lockstep/ldap/bind-outcome'
import { connectDirectory, type DirectoryClient } from '@lockstep/ldap/directory-client'
import { DirectoryError } from '@lockstep/ldap/directory-error'
import { generalizedTime } from '@lockstep/ldap/generalized-time'
import type { AgentFile } from '../agent/agent-file.ts'
import type { Account } from './account.ts'
import { type Finding, note, ok, wrong } from './finding.ts'
import { checkClock } from './hub-checks.ts'

const timeoutMs = 10_000
const dayMs = 24 * 60 * 60 * 1000
const noteworthyDays = 14

interface Remedy {
  readonly text: string
  /** With `DN` and `NAME` for the account. */
  readonly fix: string
  /** A new password has to be given to the agent afterwards. */
  readonly changesPassword?: true
}

const remedies: Readonly<Partial<Record<BindOutcome, Remedy>>> = {
  account_expired: {
    text: 'the account has expired',
    fix: 'Clear-ADAccountExpiration "DN"   (Samba: samba-tool user setexpiry NAME --noexpiry)',
  },
  disabled: { text: 'the account is disabled', fix: 'Enable-ADAccount "DN"   (Samba: samba-tool user enable NAME)' },
  locked: {
    text: 'the account is locked',
    fix: 'Unlock-ADAccount "DN"   (Samba: samba-tool user unlock NAME). Look who else signs in with an old password.',
  },
  logon_hours: { text: 'the account may not sign in at this hour', fix: 'Allow all logon hours for the account.' },
  must_change_password: {
    text: 'the account must change its password',
    fix: 'Set a password without “must change at next logon”, then give it to the agent:',
    changesPassword: true,
  },
  no_such_account: {
    text: 'there is no such account',
    fix: 'Check its name: AGENT credentials --config FILE --bind-dn DN',
  },
  password_expired: {
    text: 'the password has expired',
    fix: 'Set a new password, better one that does not expire, then give it to the agent:',
    changesPassword: true,
  },
  workstation: {
    text: 'the account may not sign in from this machine',
    fix: 'Allow it in the account’s “Log On To”.',
  },
}
const wrongPassword: Remedy = {
  text: 'the name or the password is wrong',
  fix: 'Set a password in the domain, then give it to the agent:',
  changesPassword: true,
}

export interface BindSight {
  readonly finding: Finding
  readonly client: DirectoryClient | undefined
}

/** Signs in as the agent does. The caller closes the connection. */
export async function checkBind(directory: AgentFile['directory']): Promise<BindSight> {
  const name = 'signing in'
  const { bindDn } = directory
  try {
    const client = await connectDirectory({ ...directory, timeoutMs })
    return { finding: ok(name, `as ${bindDn}`), client }
  } catch (error) {
    if (!(error instanceof DirectoryError)) throw error
    if (error.kind !== 'credentials') return { finding: wrong(name, error.message, error.remedy), client: undefined }
    const { text, fix, changesPassword } = remedies[bindOutcomeOf(error)] ?? wrongPassword
    const again = changesPassword ? ['AGENT credentials --config FILE --password-file PASSWORD_FILE'] : []
    return { finding: wrong(name, `as ${bindDn}: ${text}`, withAccount(fix, bindDn), ...again), client: undefined }
  }
}

/** Puts the account into a command; its short name is only guessed from a distinguished name. */
function withAccount(text: string, bindDn: string): string {
  const name = /^CN=([^,\\]+)/i.exec(bindDn)?.[1] ?? bindDn.split('\\').at(-1)?.split('@')[0] ?? bindDn
  return text.replaceAll('"DN"', `"${bindDn}"`).replaceAll('NAME', name)
}

/** The controller's clock, without which signing in with tickets and password ages go wrong. */
export async function checkControllerClock(client: DirectoryClient, now: Date): Promise<Finding> {
  const root = await client.read('', ['currentTime'])
  return checkClock('domain controller’s clock', root && generalizedTime(root, 'currentTime'), now)
}

/** Whether the account will go on to work, and is not more than it has to be. */
export function checkAccount(account: Account | undefined, now: Date): Finding {
  const name = 'service account'
  if (account === undefined) return note(name, 'does not see itself in the domain, so its rights cannot be looked at')
  const { principal, passwordEnds, isPrivileged } = account
  if (isPrivileged)
    return note(
      name,
      `${principal} is, or was, in a group of administrators`,
      'Use an ordinary account with the delegated rights alone: what the agent’s machine loses then is little.',
    )
  const daysLeft = passwordEnds === undefined ? undefined : Math.floor((passwordEnds.getTime() - now.getTime()) / dayMs)
  if (daysLeft !== undefined && daysLeft < noteworthyDays)
    return note(
      name,
      `the password of ${principal} ends in ${daysLeft} days`,
      `Set-ADUser "${account.dn}" -PasswordNeverExpires $true   (Samba: samba-tool user setexpiry ${principal.split('\\').at(-1)} --noexpiry), or change it and give the new one to the agent in time.`,
    )
  return ok(name, `${principal}, an ordinary account`)
}
