import type { Queryable } from '../../platform/db/database.ts'
import * as store from './password.store.ts'

/** Takes the passwords of users away, inside the caller's transaction: they are pending until a new one is set. */
export async function removePasswords(db: Queryable, userIds: readonly string[]): Promise<void> {
  if (userIds.length > 0) await store.removePasswords(db, userIds)
}
