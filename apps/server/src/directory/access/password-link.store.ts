import type { Queryable } from '../../platform/db/database.ts'

/** Makes this the administrator's only link. */
export async function replace(
  db: Queryable,
  link: { administratorId: string; tokenHash: string; created: Date; expires: Date },
): Promise<void> {
  await db.execute({
    name: 'password-links-replace',
    text: `insert into password_links (administrator_id, token_hash, created, expires)
      values ($1, $2, $3, $4)
      on conflict (administrator_id) do update set token_hash = $2, created = $3, expires = $4`,
    values: [link.administratorId, link.tokenHash, link.created, link.expires],
  })
}

/** Whose link this is; whether it expired is for the caller to see. Links that were used or replaced are gone. */
export async function find(
  db: Queryable,
  tokenHash: string,
): Promise<{ readonly administratorId: string; readonly expires: Date } | undefined> {
  const rows = await db.query<{ administratorId: string; expires: Date }>({
    name: 'password-links-find',
    text: 'select administrator_id as "administratorId", expires from password_links where token_hash = $1',
    values: [tokenHash],
  })
  return rows[0]
}

/** Uses a valid link up; answers how many that were. */
export async function use(db: Queryable, tokenHash: string, at: Date): Promise<number> {
  return db.execute({
    name: 'password-links-use',
    text: 'delete from password_links where token_hash = $1 and expires > $2',
    values: [tokenHash, at],
  })
}
