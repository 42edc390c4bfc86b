// What is to be said of a user's password, derived from what is stored and never kept itself, so that it cannot be out of date.
import { isJsonObject } from '@lockstep/kernel/json'
import type { User } from './user.rules.ts'

export type PasswordStatus = 'delegated' | 'none' | 'locked' | 'expired' | 'expiring' | 'active'

const warnedBeforeMs = 14 * 86_400_000

/** The status of a user's password at a time. */
export function passwordStatus(
  user: Pick<User, 'activated' | 'accountLocked' | 'attributes'>,
  now: Date,
): PasswordStatus {
  const { attributes } = user
  if (isJsonObject(attributes['delegatedAuthority'])) return 'delegated'
  if (!user.activated) return 'none'
  if (user.accountLocked) return 'locked'
  if (attributes['password_expired'] === true) return 'expired'
  const expires = attributes['password_expiration_date']
  if (typeof expires !== 'string') return 'active'
  const leftMs = Date.parse(expires) - now.getTime()
  if (leftMs <= 0) return 'expired'
  return leftMs <= warnedBeforeMs ? 'expiring' : 'active'
}
