import type { Queryable } from '../../platform/db/database.ts'
import type { Translation } from './translation.rules.ts'

export interface StoredTranslation extends Translation {
  readonly id: string
}

const columns = `id, direction, source_type as "sourceType", source, destination, applied_on as "appliedOn"`

export async function list(db: Queryable, directoryId: string, limit: number): Promise<readonly StoredTranslation[]> {
  return db.query<StoredTranslation>({
    name: 'translation-rules-list',
    text: `select ${columns} from translation_rules where directory_id = $1 order by id limit $2`,
    values: [directoryId, limit],
  })
}

export async function lock(db: Queryable, directoryId: string, id: string): Promise<StoredTranslation | undefined> {
  const [rule] = await db.query<StoredTranslation>({
    name: 'translation-rules-lock',
    text: `select ${columns} from translation_rules where directory_id = $1 and id = $2 for update`,
    values: [directoryId, id],
  })
  return rule
}

export async function insert(db: Queryable, directoryId: string, rule: StoredTranslation, now: Date): Promise<void> {
  await db.execute({
    name: 'translation-rules-insert',
    text: `insert into translation_rules
        (id, directory_id, direction, source_type, source, destination, applied_on, created)
      values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    values: [rule.id, directoryId, rule.direction, rule.sourceType, rule.source, rule.destination, rule.appliedOn, now],
  })
}

export async function update(db: Queryable, rule: StoredTranslation): Promise<void> {
  await db.execute({
    name: 'translation-rules-update',
    text: `update translation_rules set direction = $2, source_type = $3, source = $4, destination = $5, applied_on = $6
      where id = $1`,
    values: [rule.id, rule.direction, rule.sourceType, rule.source, rule.destination, rule.appliedOn],
  })
}

export async function remove(db: Queryable, directoryId: string, id: string): Promise<boolean> {
  const removed = await db.execute({
    name: 'translation-rules-remove',
    text: 'delete from translation_rules where directory_id = $1 and id = $2',
    values: [directoryId, id],
  })
  return removed > 0
}
