import type { Refusal } from '@lockstep/contract/app-error'
import type { UserState } from '@lockstep/contract/hub/user'
import type { Queryable } from '../../platform/db/database.ts'
import { type ChangeOrigin, journalInput } from '../journal/journal.rules.ts'
import { removal } from './user-journal.rules.ts'
import type { User } from './user.rules.ts'
import * as store from './user.store.ts'

export interface LeavingUser {
  readonly userId: string
  readonly origin: ChangeOrigin
}

/** What became of one of them; who stays because of people who report to them comes with the ids of some of these. */
export type RemovalOutcome =
  | { readonly ok: true; readonly user: User; readonly isChanged: true; readonly before: UserState }
  | (Refusal & { readonly user?: User; readonly reports?: readonly string[] })

/** Enough to know whether these leave too. */
const reportsListed = 100

/** Deletes users within the caller's transaction. Managers go together with those who report to them, and stay while others do. */
export async function removeMany(db: Queryable, leaving: readonly LeavingUser[]): Promise<readonly RemovalOutcome[]> {
  const ids = [...new Set(leaving.map(({ userId }) => userId))]
  const users = new Map((await store.lockManyForRemoval(db, ids)).map((user): [string, User] => [user.id, user]))
  const staying = stayingOf(users, await store.listOtherReports(db, [...users.keys()], reportsListed))
  const removals = leaving.flatMap(({ userId, origin }) => {
    const user = staying.has(userId) ? undefined : users.get(userId)
    return user === undefined ? [] : [{ id: user.id, journal: journalInput(origin, removal(user)) }]
  })
  if (removals.length > 0) await store.removeMany(db, removals)
  return leaving.map(({ userId }): RemovalOutcome => {
    const user = users.get(userId)
    if (user === undefined) return { ok: false, code: 'not_found', field: 'id' }
    const reports = staying.get(userId)
    if (reports !== undefined) return { ok: false, code: 'user_has_reports', user, reports }
    return { ok: true, user, isChanged: true, before: user.state }
  })
}

/** Whom people report to who stay, with some of these people: a manager who stays keeps their own manager. */
function stayingOf(
  users: ReadonlyMap<string, User>,
  others: ReadonlyMap<string, readonly string[]>,
): ReadonlyMap<string, readonly string[]> {
  const staying = new Map(others)
  const left = [...others.keys()]
  for (let id = left.pop(); id !== undefined; id = left.pop()) {
    const manager = users.get(id)?.manager ?? null
    if (manager === null || !users.has(manager) || manager === id) continue
    const known = staying.get(manager)
    if (known === undefined) left.push(manager)
    staying.set(manager, [...(known ?? []), id])
  }
  return staying
}
