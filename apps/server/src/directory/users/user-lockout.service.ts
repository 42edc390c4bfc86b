// Guesses at a user's password: counted in the database, so that hubs side by side count together, and ended by a lock.
import type { ChangeOrigin } from '../journal/journal.rules.ts'
import type { PasswordService } from './password.service.ts'
import type { UserService } from './user.service.ts'

export interface UserLockoutService {
  /** Counts a failed sign-in and locks the account at the policy's limit; answers until when it is locked. */
  recordFailure(origin: ChangeOrigin, userId: string): Promise<Date | null>
  /** After a sign-in that succeeded. */
  recordSuccess(userId: string): Promise<void>
}

export interface UserLockoutOptions {
  readonly users: Pick<UserService, 'change'>
  readonly passwords: Pick<PasswordService, 'countFailure' | 'clearFailures'>
}

export function createUserLockoutService({ users, passwords }: UserLockoutOptions): UserLockoutService {
  return {
    async recordFailure(origin, userId) {
      const counted = await passwords.countFailure(userId)
      if (counted === undefined || counted.lockedUntil === null) return null
      const { failedAttempts } = counted
      await users.change(origin, userId, { input: { account_locked: true }, set: { badLoginAttempts: failedAttempts } })
      return counted.lockedUntil
    },
    recordSuccess: (userId) => passwords.clearFailures(userId),
  }
}
