import type { Queryable } from '../../platform/db/database.ts'

/** Since when the hub's hash of a user is known to be of the password that the domain has. */
export async function find(db: Queryable, userId: string): Promise<Date | undefined> {
  const rows = await db.query<{ keptAt: Date }>({
    name: 'kept-passwords-find',
    text: 'select kept_at as "keptAt" from ad_kept_passwords where user_id = $1',
    values: [userId],
  })
  return rows[0]?.keptAt
}

export async function note(db: Queryable, userId: string, now: Date): Promise<void> {
  await db.execute({
    name: 'kept-passwords-note',
    text: `insert into ad_kept_passwords (user_id, kept_at) values ($1, $2)
      on conflict (user_id) do update set kept_at = excluded.kept_at`,
    values: [userId, now],
  })
}

/** The user's account in a domain has the password already, unless one that was set here is on its way there. */
export async function noteHeld(
  db: Queryable,
  row: { readonly userId: string; readonly domainId: string; readonly revision: number },
): Promise<void> {
  await db.execute({
    name: 'kept-passwords-held',
    text: `update accounts set delivered_password_revision = $3, password_error = null
      where user_id = $1 and directory_id = $2
        and not exists (select from password_deliveries where password_deliveries.account_id = accounts.id)`,
    values: [row.userId, row.domainId, row.revision],
  })
}
