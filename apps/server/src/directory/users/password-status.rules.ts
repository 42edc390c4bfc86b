// What is to be said of a user's password, derived from what is stored and never kept itself, so that it cannot be out of date.
import type { JsonObject } from '@lockstep/kernel/json'
import { isDelegated, passwordAuthority } from './password-authority.rules.ts'
import type { User } from './user.rules.ts'

export type PasswordStatus = 'delegated' | 'none' | 'locked' | 'expired' | 'expiring' | 'active'

const warnedBeforeMs = 14 * 86_400_000

/** The status of a user's password at a time. */
export function passwordStatus(
  user: Pick<User, 'activated' | 'accountLocked' | 'attributes'>,
  now: Date,
): PasswordStatus {
  const { attributes } = user
  if (isDelegated(user)) return 'delegated'
  if (!user.activated) return 'none'
  if (isLocked(user, now)) return 'locked'
  return expiryStatus(attributes, now)
}

/** Whether a password that is the hub's own or another directory's has expired, also of an account that is locked there just now. */
export function isPasswordExpired(user: Pick<User, 'activated' | 'attributes'>, now: Date): boolean {
  return user.activated && expiryStatus(user.attributes, now) === 'expired'
}

/**
 * Whether nobody comes in with the user's password for now: by a lock that was made here, or by one of the directory that has authority over
 * the password, which ends when its time is over, whoever hears of it. Who is delegated is locked there or not, which it says itself.
 */
export function isLocked(user: Pick<User, 'accountLocked' | 'attributes'>, now: Date): boolean {
  if (user.accountLocked) return true
  // Whom no directory has authority over any more was perhaps never read again.
  if (isDelegated(user) || passwordAuthority(user) === undefined) return false
  const until = user.attributes['external_locked_until']
  return typeof until === 'string' && Date.parse(until) > now.getTime()
}

function expiryStatus(attributes: JsonObject, now: Date): 'expired' | 'expiring' | 'active' {
  if (attributes['password_expired'] === true) return 'expired'
  const outside = attributes['external_password_expiration_date']
  const expires = outside === '' || outside === undefined ? attributes['password_expiration_date'] : outside
  if (typeof expires !== 'string') return 'active'
  const leftMs = Date.parse(expires) - now.getTime()
  if (leftMs <= 0) return 'expired'
  return leftMs <= warnedBeforeMs ? 'expiring' : 'active'
}
