import type { Queryable } from '../../platform/db/database.ts'

/** The name of a directory or integration, for words about the fields that it owns. */
export async function findAuthorityName(db: Queryable, id: string): Promise<string | undefined> {
  const rows = await db.query<{ name: string }>({
    name: 'managed-field-authority',
    text: `select name from directories where id = $1
      union all select name from integrations where id = $1 limit 1`,
    values: [id],
  })
  return rows[0]?.name
}
