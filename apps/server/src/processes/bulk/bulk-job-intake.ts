import { newId } from '@lockstep/kernel/ids'
import type { ChangeOrigin, JournalDraft } from '../../directory/journal/journal.rules.ts'
import type { JournalService } from '../../directory/journal/journal.service.ts'
import type { Clock } from '@lockstep/kernel/clock'
import type { Database } from '../../platform/db/database.ts'
import { storedOrigin } from './bulk-job.rules.ts'
import * as parts from './bulk-job-part.store.ts'
import * as store from './bulk-job.store.ts'

export interface IntakeOptions {
  readonly database: Database
  readonly clock: Clock
  readonly journal: Pick<JournalService, 'record'>
  /** Called after a commit that changed users or jobs. */
  readonly announce: () => void
}

/** A job as it comes in: what it is, and its rows in parts of at most `rowsPerWrite`. */
export interface NewJob extends Pick<store.StoredJob, 'kind' | 'name' | 'total' | 'defaultState' | 'creationSource'> {
  /** Tells the same wish of the same actor. */
  readonly wish?: string
  /** The action that this one takes back. */
  readonly undoOf?: string
  readonly parts: (id: string) => AsyncIterable<readonly store.NewRow[]>
}

/** Rows that are stored in one transaction. */
export const rowsPerWrite = 1_000

/** Stores a job with its rows and lets the workers begin; answers its id. Only the beginning can violate a constraint. */
export async function takeJob(
  { database, clock, journal, announce }: IntakeOptions,
  origin: ChangeOrigin,
  { parts, undoOf, ...facts }: NewJob,
): Promise<string> {
  const now = clock.now()
  const job = { ...facts, id: newId(now.getTime()), origin: storedOrigin(origin), created: now }
  await store.insertJob(database, job)
  for await (const rows of parts(job.id)) await store.insertRows(database, job.id, rows, now)
  await database.transaction(async (transaction) => {
    await store.beginJob(transaction, job.id, undoOf)
    const changes = { kind: { after: job.kind }, total: { after: job.total } }
    await journal.record(transaction, origin, [jobDraft('bulk_job.start', job, changes)])
  })
  announce()
  return job.id
}

/** Stops a job; rows that a worker has in hand are still done. */
export async function cancelJob(
  { database, clock, journal, announce }: IntakeOptions,
  origin: ChangeOrigin,
  job: store.StoredJob,
): Promise<void> {
  const isCancelled = await database.transaction(async (transaction) => {
    if (!(await store.cancelJob(transaction, job.id, clock.now()))) return false
    const changes = { state: { before: job.state, after: 'cancelled' } }
    await journal.record(transaction, origin, [jobDraft('bulk_job.cancel', job, changes)])
    return true
  })
  if (isCancelled) {
    while ((await store.forgetInputs(database, job.id, rowsPerWrite)) > 0);
    const wish = { remark: managerUnsought, limit: rowsPerWrite }
    while ((await parts.giveUpUnled(database, job.id, wish)) > 0);
  }
  announce()
}

const managerUnsought = {
  code: 'not_found',
  message: 'manager: the job was cancelled before the manager was looked for.',
  field: 'manager',
} as const

/** The journal's words for what happens to a job. */
function jobDraft(
  action: string,
  job: Pick<store.StoredJob, 'id' | 'name' | 'kind'>,
  changes: NonNullable<JournalDraft['changes']>,
): JournalDraft {
  return { action, subjectKind: 'bulk_job', subjectId: job.id, subject: job.name === '' ? job.kind : job.name, changes }
}
