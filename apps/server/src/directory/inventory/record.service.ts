import { accept, AppError } from '@lockstep/contract/app-error'
import type { Clock } from '@lockstep/kernel/clock'
import { newId, parseId } from '@lockstep/kernel/ids'
import type { JsonObject } from '@lockstep/kernel/json'
import { ConditionError } from '../../platform/db/compose.ts'
import type { Database, Queryable } from '../../platform/db/database.ts'
import { requirePermission } from '../access/access.rules.ts'
import { type ChangeOrigin, type FieldChanges, type JournalDraft, journalInput } from '../journal/journal.rules.ts'
import type { JournalService } from '../journal/journal.service.ts'
import { changeRecord, createRecord, type InventoryRecord, type RecordInput, type RecordKind } from './record.rules.ts'
import * as store from './record.store.ts'

type Actor = ChangeOrigin['actor']

/** Devices or applications. Refusals are AppErrors. */
export interface RecordService {
  create(origin: ChangeOrigin, inputs: readonly RecordInput[]): Promise<readonly InventoryRecord[]>
  change(origin: ChangeOrigin, id: string, input: RecordInput): Promise<InventoryRecord>
  /** Answers the record as it was. */
  remove(origin: ChangeOrigin, id: string): Promise<InventoryRecord>
  get(actor: Actor, id: string): Promise<InventoryRecord>
  list(actor: Actor, listing: store.RecordListing): Promise<readonly InventoryRecord[]>
  count(actor: Actor, listing: store.RecordListing): Promise<number>
}

export interface RecordServiceOptions {
  readonly kind: RecordKind
  /** The fields of a new record. */
  readonly initial: JsonObject
  readonly database: Database
  readonly clock: Clock
  readonly journal: JournalService
  readonly announce: () => void
  /** Runs in the transaction of every creation and change. */
  readonly settle?: (db: Queryable, ids: readonly string[]) => Promise<void>
}

const changeAttempts = 20
/** A record, its journal row and its places in groups: under 2,000 rows a transaction. */
const recordsPerTransaction = 500

export function createRecordService(options: RecordServiceOptions): RecordService {
  const { kind, database } = options
  return {
    ...recordChanges(options),
    async get(actor, id) {
      requirePermission(actor, 'inventory.read')
      return find(options, id)
    },
    async list(actor, listing) {
      requirePermission(actor, 'inventory.read')
      for (const { field } of listing.sort)
        if (store.columnOf(kind, field) === undefined)
          throw new AppError('invalid_filter', {
            field: 'sort',
            detail: `sort: "${field.slice(0, 50)}" cannot be sorted by.`,
          })
      return guarded(() => store.list(database, kind, listing))
    },
    async count(actor, listing) {
      requirePermission(actor, 'inventory.read')
      return guarded(() => store.count(database, kind, listing))
    },
  }
}

async function find({ kind, database }: RecordServiceOptions, id: string): Promise<InventoryRecord> {
  const [record] = await store.findMany(database, kind, [parseId(id) ?? ''])
  if (record === undefined) throw new AppError('not_found', { field: 'id' })
  return record
}

function recordChanges(options: RecordServiceOptions): Pick<RecordService, 'create' | 'change' | 'remove'> {
  const { kind, initial, database, clock, journal, announce, settle } = options
  return {
    async create(origin, inputs) {
      requirePermission(origin.actor, 'inventory.write')
      const now = clock.now()
      const records = inputs.map((input) => accept(createRecord(input, { id: newId(now.getTime()), now, initial })))
      for (let start = 0; start < records.length; start += recordsPerTransaction) {
        const part = records.slice(start, start + recordsPerTransaction)
        await database.transaction(async (transaction) => {
          const writes = part.map((record) => ({
            record,
            journal: journalInput(origin, draft(kind, 'create', record)),
          }))
          await store.insertMany(transaction, kind, writes)
          await settle?.(
            transaction,
            part.map(({ id }) => id),
          )
        })
      }
      announce()
      return records
    },
    async change(origin, id, input) {
      requirePermission(origin.actor, 'inventory.write')
      for (let attempt = 0; attempt < changeAttempts; attempt += 1) {
        const present = await find(options, id)
        const { record, changes } = accept(changeRecord(present, input, clock.now()))
        if (Object.keys(changes).length === 0) return present
        const write = { record, journal: journalInput(origin, draft(kind, 'update', record, changes)) }
        const isDone = await database.transaction(async (transaction) => {
          if (!(await store.update(transaction, kind, write, present.revision))) return false
          await settle?.(transaction, [record.id])
          return true
        })
        if (!isDone) continue
        announce()
        return record
      }
      throw new AppError('revision_changed')
    },
    async remove(origin, id) {
      requirePermission(origin.actor, 'inventory.write')
      const record = await find(options, id)
      await database.transaction(async (transaction) => {
        if (!(await store.remove(transaction, kind, record.id))) throw new AppError('not_found', { field: 'id' })
        await journal.record(transaction, origin, [draft(kind, 'delete', record)])
      })
      announce()
      return record
    },
  }
}

function draft(
  kind: RecordKind,
  what: 'create' | 'update' | 'delete',
  record: InventoryRecord,
  changes?: FieldChanges,
): JournalDraft {
  const subject = record.displayName === '' ? record.name : record.displayName
  const side = what === 'delete' ? 'before' : 'after'
  return {
    action: `${kind}.${what}`,
    subjectKind: kind,
    subjectId: record.id,
    subject,
    changes: changes ?? { name: { [side]: record.name }, displayName: { [side]: record.displayName } },
  }
}

async function guarded<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof ConditionError)
      throw new AppError('invalid_filter', { field: error.field, detail: error.message })
    throw error
  }
}
