import type { BulkJobState, BulkRowParts } from '@lockstep/contract/hub/bulk-job'
import type { Id } from '@lockstep/kernel/ids'
import type { UserState } from '@lockstep/contract/hub/user'
import type { Queryable } from '../../platform/db/database.ts'
import type { UserInput } from '../../directory/users/user.rules.ts'
import type { JobKind, RowCounts, StoredOrigin } from './bulk-job.rules.ts'

export interface StoredJob {
  readonly id: Id
  readonly kind: JobKind
  readonly state: BulkJobState
  readonly origin: StoredOrigin
  readonly defaultState: UserState
  readonly creationSource: string | null
  readonly name: string
  readonly total: number
  readonly changed: number | null
  readonly unchanged: number | null
  readonly failed: number | null
  readonly undoable: number | null
  readonly remarked: number | null
  readonly undoOf: string | null
  readonly created: Date
  readonly ended: Date | null
}

/** A row to store. */
export interface NewRow {
  readonly position: number
  readonly userId: string | null
  readonly username: string
  readonly email: string
  readonly displayName: string
  readonly input: UserInput | null
  readonly parts?: BulkRowParts | null
  readonly passwordSealed: string | null
  readonly failure: { readonly code: string; readonly message: string; readonly field: string | null } | null
}

/** A row that waits, as a worker takes it. */
export interface WaitingRow {
  readonly position: number
  readonly userId: string
  readonly input: UserInput
  readonly parts: BulkRowParts | null
  readonly passwordSealed: string | null
}

/** What became of a row. */
export interface EndedRow {
  readonly position: number
  readonly username: string | null
  readonly email: string | null
  readonly displayName: string | null
  /** The user's state before. */
  readonly before: UserState | null
  readonly isUnchanged: boolean
  /** What is left to do of a row that is done. */
  readonly parts?: BulkRowParts | null
  readonly failure: NewRow['failure']
}

/** A row as it is shown. */
export interface StoredRow {
  readonly position: number
  readonly state: 'waiting' | 'done' | 'failed'
  readonly userId: string | null
  readonly username: string
  readonly email: string
  readonly displayName: string
  readonly before: UserState | null
  readonly isUnchanged: boolean
  readonly code: string | null
  readonly message: string | null
  readonly field: string | null
  readonly updated: Date
}

const columns = `id, kind, state, origin, default_state as "defaultState", creation_source as "creationSource", name, total, changed, unchanged, failed, undoable, remarked, undo_of as "undoOf", created, ended`

export async function insertJob(
  db: Queryable,
  job: Pick<StoredJob, 'id' | 'kind' | 'origin' | 'defaultState' | 'creationSource' | 'name' | 'total' | 'created'> & {
    /** Tells the same wish of the same actor. */
    readonly wish?: string
  },
): Promise<void> {
  await db.execute({
    name: 'bulk-jobs-insert',
    text: `insert into bulk_jobs (id, kind, state, origin, default_state, creation_source, name, total, created, wish)
      values ($1, $2, 'receiving', $3, $4, $5, $6, $7, $8, $9)`,
    values: [
      job.id,
      job.kind,
      JSON.stringify(job.origin),
      job.defaultState,
      job.creationSource,
      job.name,
      job.total,
      job.created,
      job.wish ?? null,
    ],
  })
}

export async function insertRows(db: Queryable, jobId: string, rows: readonly NewRow[], now: Date): Promise<void> {
  await db.execute({
    name: 'bulk-job-rows-insert',
    text: `insert into bulk_job_rows (job_id, position, state, user_id, username, email, display_name, input, parts,
        password_sealed, code, message, field, updated)
      select $1, position, case when failure is null then 'waiting' else 'failed' end, "userId", username, email, "displayName",
        input, parts, "passwordSealed", failure ->> 'code', failure ->> 'message', failure ->> 'field', $3
      from jsonb_to_recordset($2::jsonb) as row(position integer, "userId" text, username text, email text,
        "displayName" text, input jsonb, parts jsonb, "passwordSealed" text, failure jsonb)`,
    values: [jobId, JSON.stringify(rows), now],
  })
}

/**
 * All rows are there: from now on workers take them. Violates `bulk_jobs_wish` when the same wish is worked on, and `bulk_jobs_undo` when the
 * other action was taken back already.
 */
export async function beginJob(db: Queryable, id: string, undoOf: string | null = null): Promise<void> {
  await db.execute({
    name: 'bulk-jobs-begin',
    text: `update bulk_jobs set state = 'working', undo_of = $2 where id = $1 and state = 'receiving'`,
    values: [id, undoOf],
  })
}

export async function findWorkingWish(db: Queryable, wish: string): Promise<StoredJob | undefined> {
  const [job] = await db.query<StoredJob>({
    name: 'bulk-jobs-find-wish',
    text: `select ${columns} from bulk_jobs where wish = $1 and state = 'working'`,
    values: [wish],
  })
  return job
}

/** Those of the actions that were taken back, or are being. */
export async function listUndone(db: Queryable, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await db.query<{ undoOf: string }>({
    name: 'bulk-jobs-undone',
    text: 'select undo_of as "undoOf" from bulk_jobs where undo_of = any($1) limit $2',
    values: [ids, ids.length],
  })
  return new Set(rows.map(({ undoOf }) => undoOf))
}

/** Whether a directory is there that can have authority over passwords. */
export async function hasDirectory(db: Queryable, id: string): Promise<boolean> {
  const query = { name: 'bulk-jobs-directory', text: 'select from directories where id = $1', values: [id] }
  return (await db.query(query)).length > 0
}

export async function findJob(db: Queryable, id: string): Promise<StoredJob | undefined> {
  const [job] = await db.query<StoredJob>({
    name: 'bulk-jobs-find',
    text: `select ${columns} from bulk_jobs where id = $1`,
    values: [id],
  })
  return job
}

/** Jobs of some kinds, newest first. */
export async function listJobs(
  db: Queryable,
  { kinds, after, limit }: { readonly kinds: readonly JobKind[]; readonly after?: string; readonly limit: number },
): Promise<readonly StoredJob[]> {
  return db.query<StoredJob>({
    name: 'bulk-jobs-list',
    text: `select ${columns} from bulk_jobs
      where kind = any($3) and state <> 'receiving' and ($1::text is null or id < $1) order by id desc limit $2`,
    values: [after ?? null, limit, kinds],
  })
}

export async function countJobs(db: Queryable, kinds: readonly JobKind[]): Promise<number> {
  const [row] = await db.query<{ count: number }>({
    name: 'bulk-jobs-count',
    text: `select count(*) as count from bulk_jobs where kind = any($1) and state <> 'receiving'`,
    values: [kinds],
  })
  return row?.count ?? 0
}

export async function listWorking(db: Queryable, limit: number): Promise<readonly StoredJob[]> {
  return db.query<StoredJob>({
    name: 'bulk-jobs-working',
    text: `select ${columns} from bulk_jobs where state = 'working' order by id limit $1`,
    values: [limit],
  })
}

/** Takes rows that wait until the transaction ends; those that another worker has taken are passed over. */
export async function claimRows(db: Queryable, jobId: string, limit: number): Promise<readonly WaitingRow[]> {
  return db.query<WaitingRow>({
    name: 'bulk-job-rows-claim',
    text: `select position, user_id as "userId", input, parts, password_sealed as "passwordSealed" from bulk_job_rows as row
      where job_id = $1 and row.state = 'waiting' and exists (select from bulk_jobs where id = $1 and state = 'working')
      order by position limit $2 for update of row skip locked`,
    values: [jobId, limit],
  })
}

export async function endRows(db: Queryable, jobId: string, rows: readonly EndedRow[], now: Date): Promise<void> {
  await db.execute({
    name: 'bulk-job-rows-end',
    text: `update bulk_job_rows as row
      set state = case when ended.failure is null then 'done' else 'failed' end, input = null, password_sealed = null,
        username = coalesce(ended.username, row.username), email = coalesce(ended.email, row.email),
        display_name = coalesce(ended."displayName", row.display_name), before_state = ended.before,
        is_unchanged = ended."isUnchanged", parts = ended.parts, code = ended.failure ->> 'code', message = ended.failure ->> 'message',
        field = ended.failure ->> 'field', updated = $3
      from jsonb_to_recordset($2::jsonb) as ended(position integer, username text, email text, "displayName" text,
        before text, "isUnchanged" boolean, parts jsonb, failure jsonb)
      where row.job_id = $1 and row.position = ended.position and row.state = 'waiting'`,
    values: [jobId, JSON.stringify(rows), now],
  })
}

const wasUndoable = `state = 'done' and not is_unchanged
          and before_state = case kind when 'suspend' then 'ACTIVATED' when 'activate' then 'SUSPENDED' end`

const isRemarked = `state = 'done' and code is not null`

/** Counts the rows of jobs that have ended one way or the other. */
export async function countRows(db: Queryable, jobIds: readonly string[]): Promise<ReadonlyMap<string, RowCounts>> {
  if (jobIds.length === 0) return new Map()
  const rows = await db.query<RowCounts & { jobId: string }>({
    name: 'bulk-job-rows-count',
    text: `select counts.* from bulk_jobs cross join lateral (
        select job_id as "jobId", count(*) filter (where state = 'done' and not is_unchanged) as changed,
          count(*) filter (where state = 'done' and is_unchanged) as unchanged, count(*) filter (where state = 'failed') as failed,
          count(*) filter (where ${wasUndoable}) as undoable, count(*) filter (where ${isRemarked}) as remarked
        from (select job_id, bulk_job_rows.state, is_unchanged, before_state, kind, code from bulk_job_rows where job_id = bulk_jobs.id) as row
        group by job_id
      ) as counts
      where id = any($1) limit $2`,
    values: [jobIds, jobIds.length],
  })
  return new Map(rows.map(({ jobId, ...counts }) => [jobId, counts]))
}

/** Ends the job unless a row waits or is in another worker's hands; false when it did not end now. */
export async function finishJob(db: Queryable, id: string, now: Date): Promise<boolean> {
  const ended = await db.execute({
    name: 'bulk-jobs-finish',
    text: `update bulk_jobs set state = 'done', ended = $2, changed = counts.changed, unchanged = counts.unchanged,
        failed = counts.failed, undoable = counts.undoable, remarked = counts.remarked
      from (select count(*) filter (where state = 'done' and not is_unchanged) as changed,
        count(*) filter (where state = 'done' and is_unchanged) as unchanged,
        count(*) filter (where state = 'failed') as failed,
        count(*) filter (where ${wasUndoable}) as undoable, count(*) filter (where ${isRemarked}) as remarked
        from (select row.state, is_unchanged, before_state, kind, code
          from bulk_job_rows as row join bulk_jobs as job on job.id = row.job_id where job_id = $1) as row) as counts
      where id = $1 and state = 'working'
        and not exists (select from bulk_job_rows where job_id = $1 and bulk_job_rows.state = 'waiting')
        and not exists (select from bulk_job_rows where job_id = $1 and bulk_job_rows.state = 'done' and parts is not null)`,
    values: [id, now],
  })
  return ended > 0
}

/** False when the job had ended already. */
export async function cancelJob(db: Queryable, id: string, now: Date): Promise<boolean> {
  const changed = await db.execute({
    name: 'bulk-jobs-cancel',
    text: `update bulk_jobs set state = 'cancelled', ended = $2 where id = $1 and state in ('receiving', 'working')`,
    values: [id, now],
  })
  return changed > 0
}

/** Forgets what rows of a job asked for that nobody will do; answers how many, at most `limit`. */
export async function forgetInputs(db: Queryable, jobId: string, limit: number): Promise<number> {
  return db.execute({
    name: 'bulk-job-rows-forget',
    text: `update bulk_job_rows set input = null, parts = null, password_sealed = null
      where job_id = $1 and position in (
        select position from bulk_job_rows where job_id = $1 and state = 'waiting' and input is not null
        order by position limit $2 for update skip locked)`,
    values: [jobId, limit],
  })
}

/** How a row may stand. */
export type RowOutcome = 'changed' | 'unchanged' | 'failed' | 'remarked' | 'waiting'

const outcomeConditions: Readonly<Record<RowOutcome, string>> = {
  changed: `state = 'done' and not is_unchanged`,
  unchanged: `state = 'done' and is_unchanged`,
  failed: `state = 'failed'`,
  remarked: isRemarked,
  waiting: `state = 'waiting'`,
}

export interface RowQuery {
  readonly jobId: string
  readonly from: number
  readonly limit: number
  readonly outcome?: RowOutcome | undefined
}

/** Rows in their order, from a position on; those of one outcome, or all. */
export async function listRows(
  db: Queryable,
  { jobId, from, limit, outcome }: RowQuery,
): Promise<readonly StoredRow[]> {
  return db.query<StoredRow>({
    name: `bulk-job-rows-list-${outcome ?? 'all'}`,
    text: `select position, state, user_id as "userId", username, email, display_name as "displayName", before_state as before,
        is_unchanged as "isUnchanged", code, message, field, updated
      from bulk_job_rows where job_id = $1 and position >= $2${outcome ? ` and ${outcomeConditions[outcome]}` : ''}
      order by position limit $3`,
    values: [jobId, from, limit],
  })
}

/** Those of the users whose rows of a job still wait; with `unheldOnly` without rows that another worker has taken. */
export async function listWaitingUsers(
  db: Queryable,
  jobId: string,
  { userIds, unheldOnly }: { readonly userIds: readonly string[]; readonly unheldOnly: boolean },
): Promise<ReadonlySet<string>> {
  const rows = await db.query<{ userId: string }>({
    name: unheldOnly ? 'bulk-job-rows-unheld' : 'bulk-job-rows-waiting',
    text: `select user_id as "userId" from bulk_job_rows where job_id = $1 and state = 'waiting' and user_id = any($2)
      limit $3${unheldOnly ? ' for update skip locked' : ''}`,
    values: [jobId, userIds, userIds.length],
  })
  return new Set(rows.map(({ userId }) => userId))
}

/** The users whom the opposite of an action brings back, in their order, from a position on. */
export async function listUndoable(
  db: Queryable,
  {
    jobId,
    before,
    from,
    limit,
  }: { readonly jobId: string; readonly before: UserState; readonly from: number; readonly limit: number },
): Promise<readonly Pick<StoredRow, 'position' | 'userId' | 'username' | 'email' | 'displayName'>[]> {
  return db.query({
    name: 'bulk-job-rows-undoable',
    text: `select position, user_id as "userId", username, email, display_name as "displayName" from bulk_job_rows
      where job_id = $1 and position >= $2 and state = 'done' and not is_unchanged and before_state = $3
      order by position limit $4`,
    values: [jobId, from, before, limit],
  })
}

/** Jobs that ended long ago, or whose rows never arrived. */
export async function listOld(
  db: Queryable,
  times: { readonly endedBefore: Date; readonly abandonedBefore: Date; readonly limit: number },
): Promise<readonly string[]> {
  const rows = await db.query<{ id: string }>({
    name: 'bulk-jobs-old',
    text: `select id from bulk_jobs where ended < $1 or (state = 'receiving' and created < $2) order by id limit $3`,
    values: [times.endedBefore, times.abandonedBefore, times.limit],
  })
  return rows.map(({ id }) => id)
}

/** Removes rows of a job; answers how many, at most `limit`. */
export async function removeRows(db: Queryable, jobId: string, limit: number): Promise<number> {
  return db.execute({
    name: 'bulk-job-rows-remove',
    text: `delete from bulk_job_rows where job_id = $1 and position in (
        select position from bulk_job_rows where job_id = $1 order by position limit $2)`,
    values: [jobId, limit],
  })
}

export async function removeJob(db: Queryable, id: string): Promise<void> {
  await db.execute({ name: 'bulk-jobs-remove', text: 'delete from bulk_jobs where id = $1', values: [id] })
}
