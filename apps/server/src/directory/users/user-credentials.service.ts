// By what a user is known at the door: a name, and a password that only its hash is kept of.
import type { PasswordHasher } from '../../platform/crypto/password-hash.ts'
import type { Database } from '../../platform/db/database.ts'
import type { Log } from '../../platform/log/log.ts'
import { withinCapacity } from '../access/hashing-capacity.ts'
import * as passwords from './password.store.ts'
import type { User } from './user.rules.ts'
import * as users from './user.store.ts'

export interface UserCredentialService {
  /** The user with this username, else the one with this e-mail address; letter case does not matter. */
  findByName(name: string): Promise<User | undefined>
  /**
   * Whether the hub's own hash is of this password. Without a user, or for one without a password, the answer is false after the same
   * work. A hash of earlier costs is made anew. Refuses with `overloaded`.
   */
  verify(userId: string | undefined, password: string): Promise<boolean>
}

export interface UserCredentialOptions {
  readonly database: Database
  readonly hasher: PasswordHasher
  readonly log: Log
}

export function createUserCredentialService({ database, hasher, log }: UserCredentialOptions): UserCredentialService {
  const renew = async (userId: string, before: string, password: string): Promise<void> => {
    try {
      await passwords.renewHash(database, { userId, before, after: await hasher.hashPassword(password) })
    } catch (error) {
      log.warn({ err: error }, 'a password hash was not renewed; the next sign-in tries again')
    }
  }
  return {
    async findByName(name) {
      const wanted = name.trim().toLowerCase()
      if (wanted === '' || wanted.includes('\0')) return undefined
      const found = await users.findByNames(database, { usernames: [wanted], emails: [wanted] })
      // Usernames that come from directories may look like another user's address.
      return found.find(({ username }) => username.toLowerCase() === wanted) ?? found[0]
    },
    async verify(userId, password) {
      const hash = userId === undefined ? undefined : await passwords.findHash(database, userId)
      const isRight = await withinCapacity(() => hasher.verifyPassword(hash, password))
      if (isRight && userId !== undefined && hash !== undefined && hasher.isOutdated(hash))
        await renew(userId, hash, password)
      return isRight
    },
  }
}
