import { accept, AppError } from '@lockstep/contract/app-error'
import type { Clock } from '@lockstep/kernel/clock'
import type { JsonObject } from '@lockstep/kernel/json'
import type { Database, Queryable } from '../../platform/db/database.ts'
import { requirePermission } from '../access/access.rules.ts'
import type { ChangeOrigin, JournalDraft } from '../journal/journal.rules.ts'
import type { JournalService } from '../journal/journal.service.ts'
import { type AssociationKey, refuseAttributes } from './association.rules.ts'
import * as store from './association.store.ts'

/** Who may use which devices and applications. Refusals are AppErrors. */
export interface AssociationService {
  /** A second time is `already_exists`; an end that is not there is `not_found`. */
  add(origin: ChangeOrigin, key: AssociationKey, attributes: JsonObject | null): Promise<void>
  /** Replaces the attributes of an edge. */
  update(origin: ChangeOrigin, key: AssociationKey, attributes: JsonObject | null): Promise<void>
  remove(origin: ChangeOrigin, key: AssociationKey): Promise<void>
  /** What an object is associated with directly. */
  listOf(
    actor: ChangeOrigin['actor'],
    page: store.FarEndPage,
  ): Promise<{ readonly rows: readonly store.FarEnd[]; readonly total: number }>
}

export interface AssociationServiceOptions {
  readonly database: Database
  readonly clock: Clock
  readonly journal: JournalService
  readonly announce: () => void
}

export function createAssociationService(options: AssociationServiceOptions): AssociationService {
  const { database, clock } = options
  const change = changeEdge(options)
  return {
    add: (origin, key, attributes) =>
      change(origin, { key, attributes, action: 'associate' }, async (db) => {
        const facts = { attributes, created: clock.now() }
        if (!(await store.insert(db, key, facts))) throw new AppError('already_exists', { field: 'id' })
      }),
    update: (origin, key, attributes) =>
      change(origin, { key, attributes, action: 'associate' }, async (db) => {
        if (!(await store.setAttributes(db, key, attributes))) throw noEdge()
      }),
    remove: (origin, key) =>
      change(origin, { key, attributes: null, action: 'dissociate' }, async (db) => {
        if (!(await store.remove(db, key))) throw noEdge()
      }),
    async listOf(actor, page) {
      requirePermission(actor, 'inventory.read')
      return store.listFarEnds(database, page)
    },
  }
}

interface EdgeChange {
  readonly key: AssociationKey
  readonly attributes: JsonObject | null
  readonly action: 'associate' | 'dissociate'
}

function changeEdge({ database, journal, announce }: AssociationServiceOptions) {
  return async (origin: ChangeOrigin, change: EdgeChange, work: (db: Queryable) => Promise<void>): Promise<void> => {
    requirePermission(origin.actor, 'inventory.write')
    const { key, attributes } = change
    const refusal = refuseAttributes(attributes)
    if (refusal !== undefined) accept(refusal)
    await database.transaction(async (transaction) => {
      const subject = await store.lockEnd(transaction, { kind: key.subjectKind, id: key.subjectId })
      const target = await store.lockEnd(transaction, { kind: key.targetKind, id: key.targetId })
      if (subject === undefined) throw noEnd(key.subjectKind)
      if (target === undefined) throw noEnd(key.targetKind)
      await work(transaction)
      await journal.record(transaction, origin, [draftOf(change, subject, target)])
    })
    announce()
  }
}

function draftOf({ key, attributes, action }: EdgeChange, subject: string, target: string): JournalDraft {
  const kind = key.subjectKind === 'user' ? 'user' : 'group'
  const value = attributes ?? 'associated'
  return {
    action: `${kind}.${action}`,
    subjectKind: kind,
    subjectId: key.subjectId,
    subject,
    changes: { [`${key.targetKind}:${target}`]: action === 'associate' ? { after: value } : { before: 'associated' } },
  }
}

function noEnd(kind: string): AppError {
  return new AppError('not_found', { field: 'id', detail: `id: there is no such ${kind}.` })
}

function noEdge(): AppError {
  return new AppError('not_found', { field: 'id', detail: 'id: there is no such association.' })
}
