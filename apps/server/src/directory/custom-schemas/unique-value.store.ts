// The indexes of attributes that are declared unique. They come and go with the declarations, and are no part of the migrations.
import type { Queryable } from '../../platform/db/database.ts'
import { uniqueValuePrefix, uniqueValueText } from '../../platform/db/unique-value.ts'
import type { UniqueValues } from './attribute-place.rules.ts'

/** The indexes that there are. */
export async function listIndexes(db: Queryable): Promise<ReadonlySet<string>> {
  const rows = await db.query<{ name: string }>({
    name: 'custom-unique-indexes',
    text: `select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.relkind = 'i' and n.nspname = current_schema() and starts_with(c.relname, $1) limit 1000`,
    values: [uniqueValuePrefix],
  })
  return new Set(rows.map(({ name }) => name.slice(uniqueValuePrefix.length)))
}

/** Makes the index. Fails when values are there twice. */
export async function addIndex(db: Queryable, { index, place, folded }: UniqueValues): Promise<void> {
  const { owner, path } = place
  const [table, column, kept] =
    owner === 'User' || owner === 'Group'
      ? [owner === 'User' ? 'users' : 'groups', 'further', ['values', ...path]]
      : ['custom_resources', 'content', path]
  const expression = uniqueValueText(column, kept, folded)
  const own = table === 'custom_resources' ? ` and type_id = '${owner}'` : ''
  await db.execute({
    text: `create unique index if not exists ${uniqueValuePrefix}${index} on ${table} (${expression}) where ${expression} is not null${own}`,
  })
}

export async function removeIndex(db: Queryable, index: string): Promise<void> {
  await db.execute({ text: `drop index if exists ${uniqueValuePrefix}${index}` })
}
