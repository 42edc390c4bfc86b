// Changes of many users that were asked for row by row, by CSV file or in one request, worked through behind it. Bulk actions are such
// jobs too (`bulk-action.service.ts`): the same tables, the same workers.
//
//   receiving   the rows are being stored; if the hub dies now, nobody ever works on the job, and it is removed a day later
//   working     workers of any hub take batches of rows (`for update skip locked`)
//   done        every row came out one way or the other
//   cancelled   a person stopped it; batches in hand end, the other rows stay as they are
//
// A batch is one transaction: the users, their journal rows and the rows' results are there together or not at all. A worker that dies
// leaves rows that wait, so no row is done twice and none is lost.
import { AppError } from '@lockstep/contract/app-error'
import type { BulkJob, BulkJobKind, BulkJobRow } from '@lockstep/contract/hub/bulk-job'
import { bulkJobRowsLimit } from '@lockstep/contract/hub/bulk-job'
import type { Page } from '@lockstep/contract/hub/page'
import type { UserState } from '@lockstep/contract/hub/user'
import { assert } from '@lockstep/kernel/assert'
import type { Clock } from '@lockstep/kernel/clock'
import { parseId } from '@lockstep/kernel/ids'
import { requirePermission } from '../../directory/access/access.rules.ts'
import type { ChangeOrigin } from '../../directory/journal/journal.rules.ts'
import type { JournalService } from '../../directory/journal/journal.service.ts'
import type { UserBulkService } from '../../directory/users/user-bulk.service.ts'
import type { Vault } from '../../platform/crypto/vault.ts'
import type { Database } from '../../platform/db/database.ts'
import type { Log } from '../../platform/log/log.ts'
import { cancelJob, rowsPerWrite, takeJob } from './bulk-job-intake.ts'
import { readRows, type RequestedRow } from './bulk-job-rows.ts'
import { isAction, originOfJob, type RowCounts } from './bulk-job.rules.ts'
import * as store from './bulk-job.store.ts'
import { createBatchWorker } from './bulk-job-worker.ts'

/** What is asked for. */
export interface BulkJobWish {
  readonly kind: BulkJobKind
  readonly name: string
  readonly rows: readonly RequestedRow[]
  /** The state of new users that name none. */
  readonly defaultState: UserState
  /** What new users say of where they come from. */
  readonly creationSource?: string
}

export interface BulkJobRowPlace {
  readonly limit: number
  /** How many rows come before the first that is wanted, or the row after which the page begins. */
  readonly skip?: number
  readonly after?: number
  /** Those of one outcome, or all. */
  readonly outcome?: 'failed' | 'remarked'
}

/** Refusals are AppErrors. */
export interface BulkJobService {
  /** Stores the rows and lets the workers begin; a row that is not valid is stored as failed. */
  start(origin: ChangeOrigin, wish: BulkJobWish): Promise<BulkJob>
  /** Newest first; `next` is a job's id. */
  list(actor: ChangeOrigin['actor'], place: { readonly limit: number; readonly after?: string }): Promise<Page<BulkJob>>
  get(actor: ChangeOrigin['actor'], id: string): Promise<BulkJob>
  /** In the order in which they were sent; `next` is a row's number. */
  listRows(actor: ChangeOrigin['actor'], id: string, place: BulkJobRowPlace): Promise<Page<BulkJobRow>>
  /** Ends after the batches in hand. */
  cancel(origin: ChangeOrigin, id: string): Promise<BulkJob>
  /** Works on one batch; false when nothing waits. */
  work(): Promise<boolean>
  /** Removes what ended a month ago. */
  removeOld(): Promise<void>
}

export interface BulkJobOptions {
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  readonly vault: Pick<Vault, 'seal' | 'open'>
  readonly journal: Pick<JournalService, 'record'>
  readonly userBulk: UserBulkService
  /** Called after a commit that changed users or jobs. */
  readonly announce: () => void
}

const keptMs = 30 * 86_400_000
const abandonedAfterMs = 86_400_000
const removedAtOnce = 50
const jobsAtOnce = 20

export function createBulkJobService(options: BulkJobOptions): BulkJobService {
  const { database } = options
  const worker = createBatchWorker(options)
  return {
    start: (origin, wish) => start(options, origin, wish),
    async list(actor, { limit, after }) {
      requirePermission(actor, 'users.read')
      const [found, total] = await Promise.all([
        store.listJobs(database, { kinds: rowKinds, limit: limit + 1, ...(after === undefined ? {} : { after }) }),
        store.countJobs(database, rowKinds),
      ])
      const items = await renderAll(options, found.slice(0, limit))
      const last = items.at(-1)
      return { items, total, ...(found.length > limit && last ? { next: last.id } : {}) }
    },
    async get(actor, id) {
      requirePermission(actor, 'users.read')
      return render(options, await requireJob(options, id))
    },
    async listRows(actor, id, place) {
      requirePermission(actor, 'users.read')
      return listRows(options, await requireJob(options, id), place)
    },
    cancel: (origin, id) => cancel(options, origin, id),
    async work() {
      for (const job of worker.turn(await store.listWorking(database, jobsAtOnce)))
        if (await worker.workBatch(job, originOfJob(job))) return true
      return false
    },
    removeOld: () => removeOld(options),
  }
}

/** A job whose rows say for themselves what they change; bulk actions are told of elsewhere. */
type RowJob = store.StoredJob & { readonly kind: BulkJobKind }

const rowKinds: readonly BulkJobKind[] = ['create', 'update', 'expire', 'unlock']

function isRowJob(job: store.StoredJob | undefined): job is RowJob {
  return job !== undefined && !isAction(job.kind)
}

async function requireJob({ database }: BulkJobOptions, id: string): Promise<RowJob> {
  const job = await store.findJob(database, parseId(id) ?? '')
  if (!isRowJob(job)) throw new AppError('not_found', { field: 'id' })
  return job
}

async function start(options: BulkJobOptions, origin: ChangeOrigin, wish: BulkJobWish): Promise<BulkJob> {
  requirePermission(origin.actor, 'users.write')
  requireRows(wish)
  const { kind, rows } = wish
  const parts = async function* (id: string): AsyncIterable<readonly store.NewRow[]> {
    for (let first = 0; first < rows.length; first += rowsPerWrite) {
      const part = rows.slice(first, first + rowsPerWrite)
      yield await readRows(part, { ...options, origin, job: { id, kind }, firstPosition: first + 1 })
    }
  }
  const id = await takeJob(options, origin, {
    kind,
    name: wish.name.trim(),
    total: rows.length,
    defaultState: wish.defaultState,
    creationSource: kind === 'create' ? (wish.creationSource ?? 'jumpcloud:bulk') : null,
    parts,
  })
  return render(options, await requireJob(options, id))
}

async function cancel(options: BulkJobOptions, origin: ChangeOrigin, id: string): Promise<BulkJob> {
  requirePermission(origin.actor, 'users.write')
  await cancelJob(options, origin, await requireJob(options, id))
  return render(options, await requireJob(options, id))
}

async function removeOld({ database, clock }: BulkJobOptions): Promise<void> {
  const nowMs = clock.now().getTime()
  const old = await store.listOld(database, {
    endedBefore: new Date(nowMs - keptMs),
    abandonedBefore: new Date(nowMs - abandonedAfterMs),
    limit: removedAtOnce,
  })
  for (const id of old) {
    while ((await store.removeRows(database, id, rowsPerWrite)) > 0);
    await store.removeJob(database, id)
  }
}

async function render(options: BulkJobOptions, job: RowJob): Promise<BulkJob> {
  const [shown] = await renderAll(options, [job])
  assert(shown !== undefined, 'a job that was found is rendered')
  return shown
}

/** A job without rows would be done at once and have changed nobody: whoever sends one has made a mistake. */
function requireRows({ rows }: BulkJobWish): void {
  if (rows.length === 0)
    throw new AppError('invalid_request', { field: 'rows', detail: 'rows: must hold at least one row.' })
  if (rows.length > bulkJobRowsLimit)
    throw new AppError('invalid_request', {
      field: 'rows',
      detail: `rows: must hold at most ${bulkJobRowsLimit.toLocaleString('en')} rows. Send the others as another job.`,
    })
}

async function listRows(
  { database }: Pick<BulkJobOptions, 'database'>,
  job: RowJob,
  { limit, skip = 0, after, outcome }: BulkJobRowPlace,
): Promise<Page<BulkJobRow>> {
  const from = Math.min(after === undefined ? skip + 1 : after + 1, bulkJobRowsLimit + 1)
  const found = await store.listRows(database, { jobId: job.id, from, limit: limit + 1, outcome })
  const items = found.slice(0, limit).map((row) => renderRow(row, job))
  const last = items.at(-1)
  const counts = outcome && (await store.countRows(database, [job.id])).get(job.id)
  const total = outcome === undefined ? job.total : (counts?.[outcome] ?? 0)
  return { items, total, ...(found.length > limit && last ? { next: String(last.row) } : {}) }
}

function renderRow(row: store.StoredRow, job: RowJob): BulkJobRow {
  const { position, userId, username, email, code, message, field, updated } = row
  const isCancelled = row.state === 'waiting' && job.state === 'cancelled'
  const outcome = row.state === 'done' ? (row.isUnchanged ? 'unchanged' : 'changed') : row.state
  // The id that a creation would have given is nobody's when it failed.
  const isThere = userId !== null && (job.kind !== 'create' || row.state === 'done')
  return {
    row: position,
    outcome: isCancelled ? 'cancelled' : outcome,
    ...(isThere ? { userId } : {}),
    username,
    email,
    ...(code === null ? {} : { code }),
    ...(message === null ? {} : { message }),
    ...(field === null ? {} : { field }),
    updated: updated.toISOString(),
  }
}

const none: RowCounts = { changed: 0, unchanged: 0, failed: 0, undoable: 0, remarked: 0 }

async function renderAll(
  { database }: Pick<BulkJobOptions, 'database'>,
  jobs: readonly store.StoredJob[],
): Promise<readonly BulkJob[]> {
  const counted = await store.countRows(
    database,
    jobs.filter(({ state }) => state !== 'done').map(({ id }) => id),
  )
  return jobs.filter(isRowJob).map((job) => {
    const counts = counted.get(job.id) ?? none
    const changed = job.changed ?? counts.changed
    const unchanged = job.unchanged ?? counts.unchanged
    const failed = job.failed ?? counts.failed
    const left = job.total - changed - unchanged - failed
    const isCancelled = job.state === 'cancelled'
    return {
      id: job.id,
      kind: job.kind,
      state: job.state,
      name: job.name,
      reason: job.origin.cause.reason ?? '',
      startedBy: job.origin.actor.name,
      total: job.total,
      changed,
      unchanged,
      failed,
      remarked: job.remarked ?? counts.remarked,
      waiting: isCancelled ? 0 : left,
      cancelled: isCancelled ? left : 0,
      created: job.created.toISOString(),
      ...(job.ended === null ? {} : { ended: job.ended.toISOString() }),
    }
  })
}
