import type { PasswordPolicySettings } from '@lockstep/contract/hub/organization'

const plural = (count: number, noun: string): string => (count === 1 ? `1 ${noun}` : `${count} ${noun}s`)

function listed(parts: readonly string[]): string {
  if (parts.length < 2) return parts.join('')
  return `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`
}

/** What a policy asks of users, as sentences. */
export function policyWords(policy: PasswordPolicySettings): readonly string[] {
  const { minLength, maxHistory, expirationDays, maxLoginAttempts, lockoutSeconds } = policy
  const kinds = [
    policy.needsLowercase && 'a small letter',
    policy.needsUppercase && 'a capital letter',
    policy.needsNumeric && 'a digit',
    policy.needsSymbolic && 'a symbol',
  ].filter((kind) => kind !== false)
  const length = `A password has at least ${plural(minLength, 'character')}`
  const lock = lockoutSeconds === null ? 'until somebody unlocks it' : `for ${plural(lockoutSeconds / 60, 'minute')}`
  return [
    kinds.length === 0 ? `${length}, of any kind.` : `${length}, with ${listed(kinds)}.`,
    policy.allowUsernameSubstring ? 'It may contain the username.' : 'It must not contain the username.',
    policy.refuseCommon
      ? 'Leaked passwords that are guessed first are refused.'
      : 'It may be one of the leaked passwords that are guessed first.',
    maxHistory === null
      ? 'An earlier password may be used again.'
      : maxHistory === 1
        ? 'The last password may not be used again.'
        : `The last ${maxHistory} passwords may not be used again.`,
    expirationDays === null
      ? 'It never has to be changed.'
      : `It has to be changed after ${plural(expirationDays, 'day')}.`,
    maxLoginAttempts === null
      ? 'Wrong passwords lock no account.'
      : `${plural(maxLoginAttempts, 'wrong password')} ${maxLoginAttempts === 1 ? 'locks' : 'lock'} the account ${lock}.`,
  ]
}

/** What is weak about a policy, by what is known of guessing; undefined when nothing stands out. */
export function policyAdvice(policy: PasswordPolicySettings): string | undefined {
  if (policy.minLength < 12) return 'Fewer than 12 characters are guessed fast. Length protects more than symbols do.'
  if (policy.maxLoginAttempts === null) return 'Without a limit, passwords can be tried as often as anybody likes.'
  if (policy.expirationDays !== null && policy.expirationDays < 90)
    return 'People who must change their password often choose weaker ones and count them up.'
  return undefined
}
