import type { UserInput } from '../../directory/users/user.rules.ts'
import type { ChangeOrigin } from '../../directory/journal/journal.rules.ts'
import type { JournalService } from '../../directory/journal/journal.service.ts'
import type { BulkOutcome, UserBulkService } from '../../directory/users/user-bulk.service.ts'
import type { Vault } from '../../platform/crypto/vault.ts'
import type { Database, Queryable } from '../../platform/db/database.ts'
import { DatabaseUnavailable } from '../../platform/db/database-error.ts'
import type { Log } from '../../platform/log/log.ts'
import type { Clock } from '@lockstep/kernel/clock'
import { systemActor } from '../../directory/access/access.rules.ts'
import { passwordPurpose } from './bulk-job-rows.ts'
import { changeOfRow, failureOf } from './bulk-job.rules.ts'
import * as store from './bulk-job.store.ts'

/** Works on the rows of jobs, batch by batch. */
export interface BatchWorker {
  /** The jobs in the order of their turns, so that a long one does not hold up the others. */
  turn(jobs: readonly store.StoredJob[]): readonly store.StoredJob[]
  /** False when no row of the job could be taken. */
  workBatch(job: store.StoredJob, origin: ChangeOrigin): Promise<boolean>
}

export interface BatchWorkerOptions {
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  readonly vault: Pick<Vault, 'open'>
  readonly journal: Pick<JournalService, 'record'>
  readonly userBulk: UserBulkService
  readonly announce: () => void
}

/** A fraction of a second of work; two journal rows a user stay far below what holds the feed back. */
const rowsPerBatch = 250
/** A password takes a processor some fifty milliseconds to hash, within the transaction. */
const passwordsPerBatch = 8
/** Tries of a single row that fails in a way nobody foresaw. */
const attempts = 3

export function createBatchWorker(options: BatchWorkerOptions): BatchWorker {
  const { log } = options
  let turns = 0
  /** Jobs in whose last batch something went wrong: so many rows are taken one by one, to find which it was. */
  const careful = new Map<string, number>()
  const failures = new Map<string, number>()

  const recover = async (job: store.StoredJob, taken: readonly number[], error: unknown): Promise<void> => {
    if (error instanceof DatabaseUnavailable) throw error
    const [position] = taken
    if (position === undefined) throw error
    if (taken.length > 1) {
      careful.set(job.id, taken.length)
      return
    }
    const key = `${job.id} ${position}`
    const count = (failures.get(key) ?? 0) + 1
    failures.set(key, count)
    if (count < attempts) return
    failures.delete(key)
    log.error({ err: error, job: job.id, row: position }, 'a row of a bulk job failed')
    const failure = failureOf({ ok: false, code: 'internal' })
    const ended = { position, username: null, email: null, isUnchanged: false, failure }
    await store.endRows(options.database, job.id, [ended], options.clock.now())
  }

  return {
    turn(jobs) {
      turns += 1
      const first = jobs.length === 0 ? 0 : turns % jobs.length
      return [...jobs.slice(first), ...jobs.slice(0, first)]
    },
    async workBatch(job, origin) {
      const single = careful.get(job.id) ?? 0
      let taken: readonly number[] = []
      try {
        taken = await options.database.transaction(async (transaction) => {
          const rows = cut(await store.claimRows(transaction, job.id, single > 0 ? 1 : rowsPerBatch))
          taken = rows.map(({ position }) => position)
          if (rows.length > 0) await workRows(transaction, { ...options, job, origin, rows })
          return taken
        })
      } catch (error) {
        await recover(job, taken, error)
      }
      if (single > 0) careful.set(job.id, single - 1)
      if (taken.length === 0) {
        careful.delete(job.id)
        return endJob(options, job)
      }
      options.announce()
      return true
    },
  }
}

/** Fewer rows while there are passwords among them. */
function cut(rows: readonly store.WaitingRow[]): readonly store.WaitingRow[] {
  return rows.slice(0, rows.some((row) => row.passwordSealed !== null) ? passwordsPerBatch : rows.length)
}

interface Batch extends BatchWorkerOptions {
  readonly job: store.StoredJob
  readonly origin: ChangeOrigin
  readonly rows: readonly store.WaitingRow[]
}

async function workRows(db: Queryable, batch: Batch): Promise<void> {
  const { job, rows, clock, userBulk, origin } = batch
  const now = clock.now()
  const facts = { now, defaultState: job.defaultState }
  const users = await Promise.all(
    rows.map(async (row) => {
      const change = changeOfRow(job, await inputOf(row, batch), now)
      return { userId: row.userId, origin, ...change }
    }),
  )
  const outcomes =
    job.kind === 'create' ? await userBulk.createMany(db, users, facts) : await userBulk.changeMany(db, users, facts)
  const ended = rows.flatMap((row, index) => {
    const outcome = outcomes[index]
    return outcome === undefined ? [] : [endOf(row, outcome)]
  })
  await store.endRows(db, job.id, ended, now)
}

function endOf({ position }: store.WaitingRow, outcome: BulkOutcome): store.EndedRow {
  const name = { username: outcome.user?.username ?? null, email: outcome.user?.email ?? null }
  if (!outcome.ok) return { position, ...name, isUnchanged: false, failure: failureOf(outcome) }
  return { position, ...name, isUnchanged: !outcome.isChanged, failure: null }
}

async function inputOf(row: store.WaitingRow, { job, vault }: Batch): Promise<UserInput> {
  if (row.passwordSealed === null) return row.input
  const password = await vault.open(passwordPurpose(job.id, row.position), row.passwordSealed)
  return { ...row.input, password: password.toString('utf8') }
}

/** Ends a job of which no row waits; answers false, because there was nothing to work on. */
async function endJob(
  { database, clock, journal, announce }: BatchWorkerOptions,
  job: store.StoredJob,
): Promise<false> {
  const isEnded = await database.transaction(async (transaction) => {
    if (!(await store.finishJob(transaction, job.id, clock.now()))) return false
    const ended = await store.findJob(transaction, job.id)
    const { correlationId } = job.origin
    const origin: ChangeOrigin = {
      actor: systemActor('hub'),
      cause: job.origin.cause,
      ...(correlationId === undefined ? {} : { correlationId }),
    }
    await journal.record(transaction, origin, [
      {
        action: 'bulk_job.end',
        subjectKind: 'bulk_job',
        subjectId: job.id,
        subject: job.name === '' ? job.kind : job.name,
        changes: {
          changed: { after: ended?.changed ?? 0 },
          unchanged: { after: ended?.unchanged ?? 0 },
          failed: { after: ended?.failed ?? 0 },
        },
      },
    ])
    return true
  })
  if (isEnded) announce()
  return false
}
