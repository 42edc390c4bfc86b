import type { Queryable } from '../../platform/db/database.ts'
import * as store from './password.store.ts'
import { changeMany, type ImportOptions } from './user-import.service.ts'
import type { User } from './user.rules.ts'

/** The present password of a user for processes that carry it on. */
export const presentPasswords = { find: store.findPresent, lockRevision: store.lockRevision } as const

/** Takes the passwords of users away, inside the caller's transaction: they are pending until a new one is set. */
export async function removePasswords(db: Queryable, userIds: readonly string[]): Promise<void> {
  if (userIds.length > 0) await store.removePasswords(db, userIds)
}

/** How many earlier passwords stay beside one that is kept; none of them is asked about. */
const earlierHashes = 24

/** The hash of a password that an outside authority found right: no policy is asked, since it is the password already. */
export const keptPasswords = {
  findHash: store.findHash,
  save: (
    db: Queryable,
    row: { readonly userId: string; readonly hash: string; readonly changed: Date },
  ): Promise<number> => store.setPassword(db, { ...row, keptHashes: earlierHashes }),
} as const

/** A password that a directory has already, as a hash. */
export interface TakenPassword {
  readonly user: User
  readonly hash: string
  readonly setAt: Date
  readonly keptHashes: number
}

/**
 * Gives a user, whom the caller has locked, the password that they have in a directory, inside the caller's transaction; the policy is that
 * directory's. Answers the password's revision, or undefined when the rules refuse.
 */
export async function takePassword(
  db: Queryable,
  { user, hash, setAt, keptHashes }: TakenPassword,
  options: ImportOptions,
): Promise<{ readonly revision: number } | undefined> {
  const input = {
    activated: true,
    password_date: setAt.toISOString(),
    password_expired: false,
    password_expiration_date: null,
  }
  const { refusals } = await changeMany(db, [{ user, input }], options)
  if (refusals.size > 0) return undefined
  return { revision: await store.setPassword(db, { userId: user.id, hash, changed: options.now, keptHashes }) }
}
