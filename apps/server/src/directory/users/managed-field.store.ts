import type { Queryable } from '../../platform/db/database.ts'

/** The name of a directory, for words about the fields that it owns. */
export async function findDirectoryName(db: Queryable, id: string): Promise<string | undefined> {
  const rows = await db.query<{ name: string }>({
    name: 'managed-field-directory',
    text: 'select name from directories where id = $1',
    values: [id],
  })
  return rows[0]?.name
}
