import type { Queryable } from '../../platform/db/database.ts'
import type { PasswordReport } from './account.rules.ts'

/**
 * Notes what became of passwords. Of two that were set, the directory has the one with the later time, whichever was reported last; its own
 * clock says so.
 */
export async function report(db: Queryable, rows: readonly PasswordReport[]): Promise<void> {
  if (rows.length === 0) return
  await db.execute({
    name: 'accounts-report-passwords',
    text: `update accounts set password_error = input.error,
        delivered_password_revision = case when latest.counts then input.revision else accounts.delivered_password_revision end,
        password_last_set = case when latest.counts then input."lastSet" else accounts.password_last_set end
      from jsonb_to_recordset($1::jsonb) as input(id text, revision bigint, "lastSet" timestamptz, error jsonb)
        join accounts as present using (id)
        cross join lateral (select input.revision is not null and (input."lastSet" is null
          or present.password_last_set is null or input."lastSet" >= present.password_last_set) as counts) as latest
      where accounts.id = input.id`,
    values: [JSON.stringify(rows)],
  })
}
