import type { BulkRowParts } from '@lockstep/contract/hub/bulk-job'
import type { Queryable } from '../../platform/db/database.ts'
import type { NewRow } from './bulk-job.store.ts'

/** A row that is done but for its manager. */
interface UnledRow {
  readonly position: number
  readonly userId: string
  readonly parts: BulkRowParts
}

/** What became of the manager of such a row. */
export interface LedRow {
  readonly position: number
  readonly isChanged: boolean
  readonly remark: NewRow['failure']
}

/** Takes rows that are done but for their manager, once no row of the job waits any more; until the transaction ends. */
export async function claimUnled(db: Queryable, jobId: string, limit: number): Promise<readonly UnledRow[]> {
  return db.query<UnledRow>({
    name: 'bulk-job-rows-claim-unled',
    text: `select position, user_id as "userId", parts from bulk_job_rows as row
      where job_id = $1 and row.state = 'done' and parts is not null
        and exists (select from bulk_jobs where id = $1 and state = 'working')
        and not exists (select from bulk_job_rows as other where other.job_id = $1 and other.state = 'waiting')
      order by position limit $2 for update of row skip locked`,
    values: [jobId, limit],
  })
}

export async function endUnled(db: Queryable, jobId: string, rows: readonly LedRow[], now: Date): Promise<void> {
  await db.execute({
    name: 'bulk-job-rows-end-unled',
    text: `update bulk_job_rows as row
      set parts = null, is_unchanged = row.is_unchanged and not ended."isChanged", code = ended.remark ->> 'code',
        message = ended.remark ->> 'message', field = ended.remark ->> 'field', updated = $3
      from jsonb_to_recordset($2::jsonb) as ended(position integer, "isChanged" boolean, remark jsonb)
      where row.job_id = $1 and row.position = ended.position and row.state = 'done' and row.parts is not null`,
    values: [jobId, JSON.stringify(rows), now],
  })
}

/** Ends all of them with a remark, because nobody will look for their managers; answers how many, at most `limit`. */
export async function giveUpUnled(
  db: Queryable,
  jobId: string,
  { remark, limit }: { readonly remark: NonNullable<NewRow['failure']>; readonly limit: number },
): Promise<number> {
  return db.execute({
    name: 'bulk-job-rows-give-up-unled',
    text: `update bulk_job_rows set parts = null, code = $3, message = $4, field = $5
      where job_id = $1 and position in (
        select position from bulk_job_rows where job_id = $1 and state = 'done' and parts is not null
        order by position limit $2 for update skip locked)`,
    values: [jobId, limit, remark.code, remark.message, remark.field],
  })
}
