import type { NoticePreferences } from '@lockstep/contract/hub/notice'
import type { Queryable } from '../../platform/db/database.ts'

export async function find(db: Queryable, administratorId: string): Promise<unknown> {
  return (await findMany(db, [administratorId])).get(administratorId)
}

export async function findMany(
  db: Queryable,
  administratorIds: readonly string[],
): Promise<ReadonlyMap<string, unknown>> {
  const rows = await db.query<{ administratorId: string; choices: unknown }>({
    name: 'notice-preferences-find',
    text: `select administrator_id as "administratorId", choices from notice_preferences
      where administrator_id = any($1) limit $2`,
    values: [administratorIds, administratorIds.length],
  })
  return new Map(rows.map(({ administratorId, choices }) => [administratorId, choices]))
}

export async function save(db: Queryable, administratorId: string, choices: NoticePreferences): Promise<void> {
  await db.execute({
    name: 'notice-preferences-save',
    text: `insert into notice_preferences (administrator_id, choices) values ($1, $2)
      on conflict (administrator_id) do update set choices = excluded.choices`,
    values: [administratorId, JSON.stringify(choices)],
  })
}
