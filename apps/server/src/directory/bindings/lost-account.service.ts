import type { Queryable } from '../../platform/db/database.ts'
import * as bindings from './binding.store.ts'
import * as store from './lost-account.store.ts'

/**
 * Lets accounts whose outside object is gone be made anew, with the memberships that their users have, where something connects the users
 * still. Whoever makes them looks for the name first, so that nobody gets two. Answers whose they are.
 */
export async function makeAnew(
  db: Queryable,
  key: { readonly directoryId: string; readonly userIds: readonly string[] },
): Promise<readonly string[]> {
  if (key.userIds.length === 0) return []
  const userIds = await store.forgetObjects(db, key)
  if (userIds.length === 0) return []
  await store.deliverMemberships(db, { directoryId: key.directoryId, userIds })
  await bindings.settleAccounts(db, userIds)
  return userIds
}
