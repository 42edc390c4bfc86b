import type { Queryable } from '../../platform/db/database.ts'
import { columns, listUsers } from './user.store.ts'
import type { User } from './user.rules.ts'

/** The dates are ISO 8601 in UTC, so that they compare as texts. Every user is looked at: asked for once an hour, it needs no index. */
export async function listExpiring(
  db: Queryable,
  query: { readonly from: Date; readonly until: Date; readonly afterId: string; readonly limit: number },
): Promise<readonly User[]> {
  const { from, until, afterId, limit } = query
  return listUsers(db, {
    name: 'users-expiring',
    text: `select ${columns}, attributes from users
      where id > $3 and state = 'ACTIVATED' and activated
        and coalesce(nullif(attributes ->> 'external_password_expiration_date', ''),
          attributes ->> 'password_expiration_date') collate "C" between $1 and $2
      order by id limit $4`,
    values: [from.toISOString(), until.toISOString(), afterId, limit],
  })
}
