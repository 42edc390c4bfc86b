// Guesses at a user's password: counted in the database, so that hubs side by side count together, and ended by a lock. A lock that was made
// here ends by itself; one that an administrator made does not.
import type { Clock } from '@lockstep/kernel/clock'
import type { ChangeOrigin } from '../journal/journal.rules.ts'
import type { PasswordService } from './password.service.ts'
import type { User } from './user.rules.ts'
import type { UserService } from './user.service.ts'

export interface UserLockoutService {
  /** Counts a failed sign-in and locks the account at the policy's limit; answers until when it is locked, or null. */
  recordFailure(origin: ChangeOrigin, userId: string): Promise<Date | null>
  /** After a sign-in that succeeded. */
  recordSuccess(userId: string): Promise<void>
  /** Ends a lock whose time is over; answers the user as they are then. */
  endOverdueLock(origin: ChangeOrigin, user: User): Promise<User>
}

export interface UserLockoutOptions {
  readonly users: Pick<UserService, 'change'>
  readonly passwords: Pick<PasswordService, 'countFailure' | 'findFailures' | 'clearFailures'>
  readonly clock: Clock
}

export function createUserLockoutService({ users, passwords, clock }: UserLockoutOptions): UserLockoutService {
  return {
    async recordFailure(origin, userId) {
      const counted = await passwords.countFailure(userId)
      if (counted === undefined || counted.lockedUntil === null) return null
      const { failedAttempts } = counted
      await users.change(origin, userId, { input: { account_locked: true }, set: { badLoginAttempts: failedAttempts } })
      return counted.lockedUntil
    },
    recordSuccess: (userId) => passwords.clearFailures(userId),
    async endOverdueLock(origin, user) {
      if (!user.accountLocked) return user
      const { lockedUntil = null } = (await passwords.findFailures(user.id)) ?? {}
      if (lockedUntil === null || lockedUntil > clock.now()) return user
      await passwords.clearFailures(user.id)
      return users.change(origin, user.id, { input: { account_locked: false } })
    },
  }
}
