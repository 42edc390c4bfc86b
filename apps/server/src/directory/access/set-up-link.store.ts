import type { Queryable } from '../../platform/db/database.ts'

/** Makes this the only link. */
export async function replace(
  db: Queryable,
  link: { readonly tokenHash: string; readonly created: Date; readonly expires: Date },
): Promise<void> {
  await db.execute({ text: 'delete from set_up_links' })
  await db.execute({
    text: 'insert into set_up_links (token_hash, created, expires) values ($1, $2, $3)',
    values: [link.tokenHash, link.created, link.expires],
  })
}

export async function isValid(db: Queryable, tokenHash: string, at: Date): Promise<boolean> {
  const rows = await db.query({
    text: 'select from set_up_links where token_hash = $1 and expires > $2',
    values: [tokenHash, at],
  })
  return rows.length > 0
}

/** Uses a valid link up; false when there is none with this hash. */
export async function use(db: Queryable, tokenHash: string, at: Date): Promise<boolean> {
  const used = await db.execute({
    text: 'delete from set_up_links where token_hash = $1 and expires > $2',
    values: [tokenHash, at],
  })
  return used > 0
}

export async function removeAll(db: Queryable): Promise<void> {
  await db.execute({ text: 'delete from set_up_links' })
}
