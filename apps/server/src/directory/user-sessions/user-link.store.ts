import type { Queryable } from '../../platform/db/database.ts'

/** `activation`: the first password. `password`: another one for one that was forgotten. `expiry`: for one that is about to expire. */
export type LinkPurpose = 'activation' | 'password' | 'expiry'

export interface UserLink {
  readonly userId: string
  readonly purpose: LinkPurpose
  readonly created: Date
  readonly expires: Date
}

/** Makes this the only link of its purpose that the user has. */
export async function replace(db: Queryable, link: UserLink & { readonly tokenHash: string }): Promise<void> {
  await db.execute({
    name: 'user-links-replace',
    text: `insert into user_links (user_id, purpose, token_hash, created, expires) values ($1, $2, $3, $4, $5)
      on conflict (user_id, purpose) do update set token_hash = $3, created = $4, expires = $5`,
    values: [link.userId, link.purpose, link.tokenHash, link.created, link.expires],
  })
}

/** A link and when the user's password was set; links that were used or replaced are gone. */
export async function find(
  db: Queryable,
  tokenHash: string,
): Promise<(UserLink & { readonly passwordChanged: Date | null }) | undefined> {
  const rows = await db.query<UserLink & { passwordChanged: Date | null }>({
    name: 'user-links-find',
    text: `select l.user_id as "userId", l.purpose, l.created, l.expires, p.changed as "passwordChanged"
      from user_links l left join user_passwords p on p.user_id = l.user_id where l.token_hash = $1`,
    values: [tokenHash],
  })
  return rows[0]
}

/** Uses a link up; answers how many that were. */
export async function use(db: Queryable, tokenHash: string, at: Date): Promise<number> {
  return db.execute({
    name: 'user-links-use',
    text: 'delete from user_links where token_hash = $1 and expires > $2',
    values: [tokenHash, at],
  })
}

export async function removeOver(db: Queryable, now: Date, limit: number): Promise<number> {
  return db.execute({
    name: 'user-links-remove-over',
    text: `delete from user_links where token_hash in (select token_hash from user_links where expires <= $1 limit $2)`,
    values: [now, limit],
  })
}
