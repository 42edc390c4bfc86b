import { type RawBuilder, sql } from 'kysely'
import type { JsonObject } from '@lockstep/kernel/json'
import {
  compileCondition,
  compose,
  type Condition,
  ConditionError,
  type FieldColumn,
  likePattern,
} from '../../platform/db/compose.ts'
import type { Queryable } from '../../platform/db/database.ts'
import { insertJournalFrom, type JournalInput } from '../journal/journal.rules.ts'
import { literalPattern, readSearchPattern } from '../users/search-pattern.rules.ts'
import { initialApplication } from './application-fields.rules.ts'
import type { InventoryRecord, RecordKind } from './record.rules.ts'
import { initialSystem } from './system-fields.rules.ts'

interface RecordTable {
  readonly table: 'systems' | 'applications'
  readonly nameColumn: 'hostname' | 'name'
  readonly initial: JsonObject
}

const tables: Readonly<Record<RecordKind, RecordTable>> = {
  system: { table: 'systems', nameColumn: 'hostname', initial: initialSystem },
  application: { table: 'applications', nameColumn: 'name', initial: initialApplication },
}

function columnsOf({ table, nameColumn }: RecordTable): string {
  return `${table}.id, ${table}.${nameColumn} as name, ${table}.display_name as "displayName", ${table}.attributes,
    ${table}.revision, ${table}.created, ${table}.updated`
}

export interface RecordWrite {
  readonly record: InventoryRecord
  readonly journal: JournalInput
}

/** Inserts records with their journal rows. */
export async function insertMany(db: Queryable, kind: RecordKind, writes: readonly RecordWrite[]): Promise<void> {
  if (writes.length === 0) return
  const { table, nameColumn } = tables[kind]
  await db.execute({
    name: `${table}-insert`,
    text: `with input as materialized (
        select * from jsonb_to_recordset($1::jsonb) as input(id text, name text, "displayName" text, attributes jsonb,
          created timestamptz, updated timestamptz, journal jsonb)
      ), noted as (${insertJournalFrom('input')})
      insert into ${table} (id, ${nameColumn}, display_name, attributes, created, updated)
      select id, name, "displayName", attributes, created, updated from input`,
    values: [JSON.stringify(writes.map(({ record, journal }) => ({ ...record, journal })))],
  })
}

/** Updates a record whose revision is still the one the change was decided on; false when it is not. */
export async function update(
  db: Queryable,
  kind: RecordKind,
  { record, journal }: RecordWrite,
  baseRevision: number,
): Promise<boolean> {
  const { table, nameColumn } = tables[kind]
  const rows = await db.query({
    name: `${table}-update`,
    text: `with changed as (
        update ${table} set ${nameColumn} = $2, display_name = $3, attributes = $4, revision = $5, updated = $6
        where id = $1 and revision = $7
        returning $8::jsonb as journal
      ), noted as (${insertJournalFrom('changed')})
      select 1 from changed`,
    values: [
      record.id,
      record.name,
      record.displayName,
      JSON.stringify(record.attributes),
      record.revision,
      record.updated,
      baseRevision,
      JSON.stringify(journal),
    ],
  })
  return rows.length > 0
}

/** False when somebody else has removed it. */
export async function remove(db: Queryable, kind: RecordKind, id: string): Promise<boolean> {
  const { table } = tables[kind]
  return (await db.execute({ name: `${table}-remove`, text: `delete from ${table} where id = $1`, values: [id] })) > 0
}

export async function findMany(
  db: Queryable,
  kind: RecordKind,
  ids: readonly string[],
): Promise<readonly InventoryRecord[]> {
  if (ids.length === 0) return []
  const facts = tables[kind]
  return db.query<InventoryRecord>({
    name: `${facts.table}-find-many`,
    text: `select ${columnsOf(facts)} from ${facts.table} where id = any($1) order by id limit $2`,
    values: [ids, ids.length],
  })
}

/** Keeps records from being deleted until the transaction ends. */
export async function lockMany(
  db: Queryable,
  kind: RecordKind,
  ids: readonly string[],
): Promise<readonly InventoryRecord[]> {
  const facts = tables[kind]
  return db.query<InventoryRecord>({
    name: `${facts.table}-lock-many`,
    text: `select ${columnsOf(facts)} from ${facts.table} where id = any($1) order by id limit $2 for key share`,
    values: [ids, ids.length],
  })
}

export interface RecordListing {
  readonly condition?: Condition
  readonly search?: string
  readonly sort: readonly { readonly field: string; readonly descending: boolean }[]
  readonly limit: number
  readonly skip?: number
  readonly afterId?: string
}

/** The column of a field by its wire name; dotted names reach into objects. */
export function columnOf(kind: RecordKind, field: string): FieldColumn | undefined {
  const { table, nameColumn, initial } = tables[kind]
  const typed: Readonly<Record<string, FieldColumn>> = {
    _id: { expression: sql.raw(`${table}.id`), type: 'text' },
    id: { expression: sql.raw(`${table}.id`), type: 'text' },
    [nameColumn]: { expression: sql.raw(`${table}.${nameColumn}`), type: 'text' },
    displayName: { expression: sql.raw(`${table}.display_name`), type: 'text' },
    created: { expression: sql.raw(`${table}.created`), type: 'timestamp' },
  }
  if (Object.hasOwn(typed, field)) return typed[field]
  const [head = '', ...path] = field.split('.')
  if (!Object.hasOwn(initial, head)) return undefined
  const attributes = sql.raw(`${table}.attributes`)
  if (path.length > 0) return { expression: sql`(${attributes} #>> ${[head, ...path]}::text[])`, type: 'text' }
  const expression = sql`(${attributes} ->> ${sql.lit(head)})`
  if (typeof initial[head] === 'boolean') return { expression: sql`${expression}::boolean`, type: 'boolean' }
  if (typeof initial[head] === 'number') return { expression: sql`${expression}::bigint`, type: 'integer' }
  return { expression, type: 'text' }
}

/** Patterns in PostgreSQL's words; a text that is to be found in any letter case says so in its options. */
function readable(condition: Condition): Condition {
  if ('all' in condition) return { all: condition.all.map(readable) }
  if ('any' in condition) return { any: condition.any.map(readable) }
  if (condition.operator !== 'regex') return condition
  const [text = '', options] = condition.values
  if (options === 'literal') return { ...condition, values: [`(?i)${literalPattern(text)}`] }
  const reading = readSearchPattern(text, options)
  if (!reading.ok) throw new ConditionError(condition.field, `The pattern "${text.slice(0, 50)}" ${reading.why}.`)
  return { ...condition, values: [reading.value.pattern] }
}

function conditions(kind: RecordKind, { condition, search, afterId }: RecordListing): RawBuilder<unknown> {
  const { table, nameColumn } = tables[kind]
  const parts: RawBuilder<unknown>[] = [sql`true`]
  if (condition) parts.push(compileCondition(readable(condition), (field) => columnOf(kind, field)))
  for (const word of (search ?? '').toLowerCase().split(/\s+/).filter(Boolean).slice(0, 10))
    parts.push(
      sql`lower(${sql.raw(`${table}.${nameColumn} || ' ' || ${table}.display_name`)}) like ${likePattern(word)}`,
    )
  if (afterId !== undefined) parts.push(sql`${sql.raw(`${table}.id`)} > ${afterId}`)
  return sql.join(parts, sql` and `)
}

export async function list(
  db: Queryable,
  kind: RecordKind,
  listing: RecordListing,
): Promise<readonly InventoryRecord[]> {
  const facts = tables[kind]
  const keys = listing.sort.map(({ field, descending }) => {
    const column = columnOf(kind, field)
    if (column === undefined) throw new RangeError(`no column for ${field}`)
    return sql`${column.expression} ${descending ? sql`desc` : sql`asc`}`
  })
  const id = sql.raw(`${facts.table}.id`)
  return db.query<InventoryRecord>(
    compose(sql`select ${sql.raw(columnsOf(facts))} from ${sql.raw(facts.table)} where ${conditions(kind, listing)}
      order by ${sql.join([...keys, id])} limit ${listing.limit} offset ${listing.skip ?? 0}`),
  )
}

export async function count(db: Queryable, kind: RecordKind, listing: RecordListing): Promise<number> {
  const { table } = tables[kind]
  const [row] = await db.query<{ count: number }>(
    compose(sql`select count(*) as count from ${sql.raw(table)} where ${conditions(kind, listing)}`),
  )
  return row?.count ?? 0
}
