import type { Queryable } from '../../platform/db/database.ts'
import { createKeyedReader } from '../../platform/db/keyed-reader.ts'
import type { User } from './user.rules.ts'
import { findMany } from './user.store.ts'

/** Finds users by their ids; requests about one user each are answered together where they come together. */
export function createUserReader(db: Queryable): (ids: readonly string[]) => Promise<readonly User[]> {
  const findOne = createKeyedReader<User>(
    async (ids) => new Map((await findMany(db, ids)).map((user) => [user.id, user])),
  )
  return async (ids) => {
    const [id] = ids
    if (id === undefined || ids.length > 1) return findMany(db, ids)
    const user = await findOne(id)
    return user === undefined ? [] : [user]
  }
}
