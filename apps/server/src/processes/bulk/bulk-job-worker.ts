import type { User, UserInput } from '../../directory/users/user.rules.ts'
import type { ChangeOrigin } from '../../directory/journal/journal.rules.ts'
import type { JournalService } from '../../directory/journal/journal.service.ts'
import type { BulkOutcome, BulkUser, UserBulkService } from '../../directory/users/user-bulk.service.ts'
import type { Vault } from '../../platform/crypto/vault.ts'
import type { Database, Queryable } from '../../platform/db/database.ts'
import { DatabaseUnavailable } from '../../platform/db/database-error.ts'
import type { Log } from '../../platform/log/log.ts'
import type { Clock } from '@lockstep/kernel/clock'
import type { JsonObject } from '@lockstep/kernel/json'
import { systemActor } from '../../directory/access/access.rules.ts'
import { authorityFields, type AuthorityKind, isAuthorityKind } from './bulk-authority.rules.ts'
import { passwordPurpose } from './bulk-job-rows.ts'
import { changeOfRow, failureOf } from './bulk-job.rules.ts'
import * as parts from './bulk-job-part.store.ts'
import * as store from './bulk-job.store.ts'
import { findManagers, workManagers } from './bulk-job-reporting-lines.ts'
import { listsOfParts } from './bulk-row-parts.rules.ts'

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
    const ended = { position, ...unknown, isUnchanged: false, failure }
    await store.endRows(options.database, job.id, [ended], options.clock.now())
  }

  /** True when rows got their managers, or were given up. */
  const led = async (job: store.StoredJob, origin: ChangeOrigin): Promise<boolean> => {
    const work = { ...options, job, origin, now: options.clock.now() }
    let count = 0
    try {
      count = await options.database.transaction((transaction) => workManagers(transaction, work))
    } catch (error) {
      if (error instanceof DatabaseUnavailable) throw error
      const tries = (failures.get(job.id) ?? 0) + 1
      failures.set(job.id, tries)
      if (tries < attempts) return true
      log.error({ err: error, job: job.id }, 'the managers of a bulk job could not be set')
      const remark = { ...failureOf({ ok: false, code: 'internal' }), field: 'manager' }
      count = await parts.giveUpUnled(options.database, job.id, { remark, limit: rowsPerBatch })
    }
    failures.delete(job.id)
    if (count > 0) options.announce()
    return count > 0
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
          return rows.length === 0 ? [] : workRows(transaction, { ...options, job, origin, rows })
        })
      } catch (error) {
        await recover(job, taken, error)
      }
      if (single > 0) careful.set(job.id, single - 1)
      if (taken.length === 0) {
        careful.delete(job.id)
        return (await led(job, origin)) || endJob(options, job)
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

/** Works on rows that were claimed and answers the positions of those that came out one way or the other. */
async function workRows(db: Queryable, batch: Batch): Promise<readonly number[]> {
  const { job, clock } = batch
  const now = clock.now()
  const ended = job.kind === 'delete' ? await removeRows(db, batch) : await changeRows(db, batch, now)
  if (ended.length > 0) await store.endRows(db, job.id, ended, now)
  return ended.map(({ position }) => position)
}

async function changeRows(db: Queryable, batch: Batch, now: Date): Promise<readonly store.EndedRow[]> {
  const { job, rows, userBulk, origin } = batch
  const facts = { now, defaultState: job.defaultState }
  const findManager = await findManagers(
    db,
    rows.flatMap((row) => row.parts?.managerNamed ?? []),
  )
  const managerOf = ({ parts }: store.WaitingRow) => parts?.managerNamed && findManager(parts.managerNamed)
  const users = await Promise.all(
    rows.map(async (row): Promise<BulkUser> => {
      const manager = managerOf(row)?.id
      const wanted = { ...(await inputOf(row, batch)), ...(manager === undefined ? {} : { manager }) }
      const lists = (present: JsonObject): UserInput =>
        row.parts === null ? {} : listsOfParts(row.parts, { input: wanted, present, now })
      const isNew = job.kind === 'create'
      if (isAuthorityKind(job.kind)) return authorityChange(job.kind, row, origin)
      const change = changeOfRow(job, isNew ? { ...wanted, ...lists({}) } : wanted, now)
      const beside = isNew ? {} : { beside: (user: User) => lists(user.attributes) }
      return { userId: row.userId, origin, ...change, ...beside }
    }),
  )
  const outcomes =
    job.kind === 'create' ? await userBulk.createMany(db, users, facts) : await userBulk.changeMany(db, users, facts)
  return rows.flatMap((row, index) => {
    const outcome = outcomes[index]
    if (outcome === undefined) return []
    // A manager who is not there yet may be the user of a later row: the job looks again at its end.
    const managerNamed = managerOf(row) === undefined ? row.parts?.managerNamed : undefined
    return [{ ...endOf(row, outcome), parts: outcome.ok && managerNamed ? { managerNamed } : null }]
  })
}

function authorityChange(kind: AuthorityKind, row: store.WaitingRow, origin: ChangeOrigin): BulkUser {
  const beside = (user: User): UserInput => authorityFields(kind, row.input, user.attributes)
  return { userId: row.userId, origin, input: {}, beside }
}

/** Deletes the users of rows. Whose reports wait for the same is left for later, which is after them. */
async function removeRows(db: Queryable, { job, rows, userBulk, origin }: Batch): Promise<readonly store.EndedRow[]> {
  const outcomes = await userBulk.removeMany(
    db,
    rows.map(({ userId }) => ({ userId, origin })),
  )
  const reportsOf = (index: number): readonly string[] => {
    const outcome = outcomes[index]
    return outcome === undefined || outcome.ok ? [] : (outcome.reports ?? [])
  }
  const reports = [...new Set(rows.flatMap((_, index) => reportsOf(index)))]
  const waiting = await waitingOf(db, job.id, reports, false)
  const isLater = (index: number): boolean =>
    reportsOf(index).length > 0 && reportsOf(index).every((id) => waiting.has(id))
  const places = rows.map((row, index) => ({ row, outcome: outcomes[index], isLater: isLater(index) }))
  // When nothing else is left and no other worker has their reports, these managers report to each other.
  const isStuck =
    places.every((place) => place.isLater) && (await waitingOf(db, job.id, reports, true)).size === reports.length
  return places.flatMap((place) =>
    place.outcome === undefined || (place.isLater && !isStuck) ? [] : [endOf(place.row, place.outcome)],
  )
}

async function waitingOf(
  db: Queryable,
  jobId: string,
  userIds: readonly string[],
  unheldOnly: boolean,
): Promise<ReadonlySet<string>> {
  return userIds.length === 0 ? new Set() : store.listWaitingUsers(db, jobId, { userIds, unheldOnly })
}

const unknown = { username: null, email: null, displayName: null, before: null } as const

function endOf({ position }: store.WaitingRow, outcome: BulkOutcome): store.EndedRow {
  const { user } = outcome
  const names =
    user === undefined ? unknown : { username: user.username, email: user.email, displayName: user.displayname }
  if (!outcome.ok) {
    const before = user?.state ?? null
    return { position, ...names, before, isUnchanged: false, failure: failureOf(outcome) }
  }
  return { position, ...names, before: outcome.before ?? null, isUnchanged: !outcome.isChanged, failure: null }
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
