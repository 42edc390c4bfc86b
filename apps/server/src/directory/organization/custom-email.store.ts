import type { Queryable } from '../../platform/db/database.ts'
import type { CustomEmailType, EmailWords } from './custom-email.rules.ts'

export interface CustomEmailRow {
  readonly id: string
  readonly type: CustomEmailType
  readonly words: EmailWords
}

export async function find(db: Queryable, type: CustomEmailType): Promise<CustomEmailRow | undefined> {
  const rows = await db.query<CustomEmailRow>({
    name: 'custom-emails-find',
    text: 'select id, type, words from custom_emails where type = $1',
    values: [type],
  })
  return rows[0]
}

export async function findHeld(db: Queryable, type: CustomEmailType): Promise<CustomEmailRow | undefined> {
  const rows = await db.query<CustomEmailRow>({
    name: 'custom-emails-find-held',
    text: 'select id, type, words from custom_emails where type = $1 for update',
    values: [type],
  })
  return rows[0]
}

/** Answers 0 when there is one of this type already. */
export async function insert(db: Queryable, row: CustomEmailRow, created: Date): Promise<number> {
  return db.execute({
    name: 'custom-emails-insert',
    text: `insert into custom_emails (type, id, words, created, updated) values ($1, $2, $3, $4, $4) on conflict (type) do nothing`,
    values: [row.type, row.id, JSON.stringify(row.words), created],
  })
}

export async function update(db: Queryable, row: CustomEmailRow, updated: Date): Promise<void> {
  await db.execute({
    name: 'custom-emails-update',
    text: 'update custom_emails set words = $2, updated = $3 where type = $1',
    values: [row.type, JSON.stringify(row.words), updated],
  })
}

export async function remove(db: Queryable, type: CustomEmailType): Promise<void> {
  await db.execute({ name: 'custom-emails-remove', text: 'delete from custom_emails where type = $1', values: [type] })
}
