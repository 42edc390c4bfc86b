import type { Queryable } from '../../platform/db/database.ts'

/** A value that the hub keeps under a name; the first writer's value stays. */
export async function keepSetting<T>(db: Queryable, name: string, value: T): Promise<T> {
  const rows = await db.query<{ value: T }>({
    text: `with made as (
        insert into settings (name, value) values ($1, $2) on conflict do nothing returning value
      ) select value from made union all select value from settings where name = $1 limit 1`,
    values: [name, JSON.stringify(value)],
  })
  return rows[0]?.value ?? value
}

/** The value of a setting; undefined when it was never set. */
export async function findSetting(db: Queryable, name: string): Promise<unknown> {
  const rows = await db.query<{ value: unknown }>({
    name: 'settings-find',
    text: 'select value from settings where name = $1',
    values: [name],
  })
  return rows[0]?.value
}

/** The value, held until the transaction ends, also while there is none: the row is made for it, empty. */
export async function findHeldSetting(db: Queryable, name: string): Promise<unknown> {
  await db.execute({
    name: 'settings-make',
    text: `insert into settings (name, value) values ($1, '{}') on conflict do nothing`,
    values: [name],
  })
  const rows = await db.query<{ value: unknown }>({
    name: 'settings-find-held',
    text: 'select value from settings where name = $1 for update',
    values: [name],
  })
  return rows[0]?.value
}

export async function saveSetting(
  db: Queryable,
  setting: { readonly name: string; readonly value: unknown; readonly updated: Date },
): Promise<void> {
  await db.execute({
    name: 'settings-save',
    text: `insert into settings (name, value, updated) values ($1, $2, $3)
      on conflict (name) do update set value = $2, updated = $3`,
    values: [setting.name, JSON.stringify(setting.value), setting.updated],
  })
}
