// Comparisons and their rows. A worker takes a comparison for a batch by locking its row; where the next batch begins stands in it.
import type {
  ComparisonSchedule,
  ComparisonState,
  Difference,
  DifferenceKind,
  DifferenceRow,
} from '@lockstep/contract/hub/comparison'
import type { Queryable } from '../../platform/db/database.ts'

export type ComparisonPhase = 'users' | 'accounts' | 'groups' | 'asking' | 'asked'

export interface StoredComparison {
  readonly id: string
  readonly domainId: string
  readonly state: ComparisonState
  readonly scheduled: boolean
  readonly requestedBy: string
  readonly phase: ComparisonPhase
  readonly cursor: string
  readonly compared: number
  readonly total: number
  readonly counts: Readonly<Record<string, number>>
  readonly kept: number
  readonly created: Date
  readonly readAt: Date | null
  readonly ended: Date | null
  readonly error: string | null
  readonly applying: boolean
}

const columns = `id, domain_id as "domainId", state, scheduled, requested_by as "requestedBy", phase, cursor, compared, total, counts,
  kept, created, read_at as "readAt", ended, error, applying`

/** False when a comparison of the domain is going on already. */
export async function insert(
  db: Queryable,
  row: Pick<StoredComparison, 'id' | 'domainId' | 'scheduled' | 'requestedBy' | 'created'> & {
    readonly error: string | null
  },
): Promise<boolean> {
  const count = await db.execute({
    name: 'ad-comparisons-insert',
    text: `insert into ad_comparisons (id, domain_id, state, scheduled, requested_by, created, error, ended)
      values ($1, $2, case when $6::text is null then 'reading' else 'failed' end, $3, $4, $5, $6,
        case when $6::text is null then null else $5::timestamptz end)
      on conflict (domain_id) where state in ('reading', 'comparing') do nothing`,
    values: [row.id, row.domainId, row.scheduled, row.requestedBy, row.created, row.error],
  })
  return count > 0
}

export async function find(
  db: Queryable,
  key: { readonly domainId: string; readonly id: string },
): Promise<StoredComparison | undefined> {
  const rows = await db.query<StoredComparison>({
    name: 'ad-comparisons-find',
    text: `select ${columns} from ad_comparisons where id = $1 and domain_id = $2`,
    values: [key.id, key.domainId],
  })
  return rows[0]
}

/** The comparisons of a domain, newest first. */
export async function list(db: Queryable, domainId: string, limit: number): Promise<readonly StoredComparison[]> {
  return db.query<StoredComparison>({
    name: 'ad-comparisons-list',
    text: `select ${columns} from ad_comparisons where domain_id = $1 order by id desc limit $2`,
    values: [domainId, limit],
  })
}

/** Comparisons that a worker has something to do for. */
export async function listWorking(db: Queryable, limit: number): Promise<readonly StoredComparison[]> {
  return db.query<StoredComparison>({
    name: 'ad-comparisons-working',
    text: `select ${columns} from ad_comparisons where state in ('reading', 'comparing')
      union all select ${columns} from ad_comparisons where applying and state not in ('reading', 'comparing')
      order by id limit $1`,
    values: [limit],
  })
}

/** Takes a comparison until the transaction ends; nothing while another worker has it. */
export async function claim(db: Queryable, id: string): Promise<StoredComparison | undefined> {
  const rows = await db.query<StoredComparison>({
    name: 'ad-comparisons-claim',
    text: `select ${columns} from ad_comparisons where id = $1 for no key update skip locked`,
    values: [id],
  })
  return rows[0]
}

export async function begin(
  db: Queryable,
  row: { readonly id: string; readonly phase: ComparisonPhase; readonly total: number; readonly readAt: Date },
): Promise<void> {
  await db.execute({
    name: 'ad-comparisons-begin',
    text: `update ad_comparisons set state = 'comparing', total = $2, read_at = $3, phase = $4
      where id = $1 and state = 'reading'`,
    values: [row.id, row.total, row.readAt, row.phase],
  })
}

/** True while the sync agent is asked for every account of a domain: what it said of some of them is not all that there is. */
export async function isAsking(db: Queryable, domainId: string): Promise<boolean> {
  const rows = await db.query({
    name: 'ad-comparisons-asking',
    text: `select from ad_comparisons where domain_id = $1 and state = 'comparing' and phase in ('asking', 'asked')`,
    values: [domainId],
  })
  return rows.length > 0
}

/** Where the next batch begins, and what was found until there. */
export async function advance(
  db: Queryable,
  row: Pick<StoredComparison, 'id' | 'phase' | 'cursor' | 'compared' | 'counts' | 'kept'>,
): Promise<void> {
  await db.execute({
    name: 'ad-comparisons-advance',
    text: `update ad_comparisons set phase = $2, cursor = $3, compared = $4, total = greatest(total, $4), counts = $5, kept = $6
      where id = $1`,
    values: [row.id, row.phase, row.cursor, row.compared, row.counts, row.kept],
  })
}

/** Ends a comparison that goes on; false when it had ended. */
export async function end(
  db: Queryable,
  row: {
    readonly id: string
    readonly state: 'done' | 'failed' | 'cancelled'
    readonly error: string | null
    readonly now: Date
  },
): Promise<boolean> {
  const count = await db.execute({
    name: 'ad-comparisons-end',
    text: `update ad_comparisons set state = $2, error = $3, ended = $4, total = case when $2 = 'done' then compared else total end
      where id = $1 and state in ('reading', 'comparing')`,
    values: [row.id, row.state, row.error, row.now],
  })
  return count > 0
}

/** Stores differences; those of users who are being deleted are left out. */
export async function insertRows(
  db: Queryable,
  {
    id,
    from,
    differences,
  }: { readonly id: string; readonly from: number; readonly differences: readonly Difference[] },
): Promise<void> {
  if (differences.length === 0) return
  const rows = differences.map((difference, index) => ({ ...difference, position: from + index }))
  await db.execute({
    name: 'ad-comparison-rows-insert',
    text: `with input as materialized (
        select * from jsonb_to_recordset($2::jsonb) as input(position integer, kind text, "subjectKind" text, "subjectId" text,
          "subjectName" text, guid uuid, field text, "hubValue" text, "domainValue" text, authority text, action text,
          "takesAway" boolean, detail text)
      ), people as materialized (
        select id from users where id in (select "subjectId" from input where "subjectKind" = 'user') for key share
      ), teams as materialized (
        select id from groups where id in (select "subjectId" from input where "subjectKind" = 'group') for key share
      )
      insert into ad_comparison_rows (comparison_id, position, kind, subject_kind, user_id, group_id, subject_name, guid, field,
        hub_value, domain_value, authority, action, takes_away, detail)
      select $1, position, kind, "subjectKind", people.id, teams.id, "subjectName", guid, field, "hubValue", "domainValue",
        authority, action, "takesAway", detail
      from input left join people on "subjectKind" = 'user' and people.id = "subjectId"
        left join teams on "subjectKind" = 'group' and teams.id = "subjectId"
      where "subjectId" is null or people.id is not null or teams.id is not null`,
    values: [id, JSON.stringify(rows)],
  })
}

export interface RowFilter {
  readonly id: string
  readonly kind?: DifferenceKind | undefined
  readonly search?: string | undefined
}

const rowFilter = `comparison_id = $1 and ($2::text is null or kind = $2)
  and ($3 = '' or strpos(lower(subject_name || ' ' || coalesce(field, '') || ' ' || coalesce(hub_value, '') || ' '
    || coalesce(domain_value, '')), lower($3)) > 0)`

/** A row as it is stored. */
export type StoredRow = { readonly [K in keyof DifferenceRow]-?: DifferenceRow[K] | null }

const rowColumns = `position as id, kind, subject_kind as "subjectKind", coalesce(user_id, group_id) as "subjectId",
  subject_name as "subjectName", guid, field, hub_value as "hubValue", domain_value as "domainValue", authority, action,
  takes_away as "takesAway", detail, outcome`

export async function listRows(
  db: Queryable,
  query: RowFilter & { readonly after: number; readonly limit: number },
): Promise<readonly StoredRow[]> {
  return db.query<StoredRow>({
    name: 'ad-comparison-rows-list',
    text: `select ${rowColumns} from ad_comparison_rows where ${rowFilter} and position > $4 order by position limit $5`,
    values: [query.id, query.kind ?? null, query.search ?? '', query.after, query.limit],
  })
}

export async function countRows(db: Queryable, query: RowFilter): Promise<number> {
  const rows = await db.query<{ count: number }>({
    name: 'ad-comparison-rows-count',
    text: `select count(*) as count from ad_comparison_rows where ${rowFilter}`,
    values: [query.id, query.kind ?? null, query.search ?? ''],
  })
  return rows[0]?.count ?? 0
}

/** Of the rows that were chosen: those that are not dealt with yet, and those that are. */
export async function countChosen(
  db: Queryable,
  id: string,
): Promise<{ readonly applying: number; readonly settled: number }> {
  const rows = await db.query<{ applying: number; settled: number }>({
    name: 'ad-comparison-rows-count-chosen',
    text: `select count(*) filter (where outcome = 'selected') as applying, count(*) filter (where outcome <> 'selected') as settled
      from ad_comparison_rows where comparison_id = $1 and outcome is not null`,
    values: [id],
  })
  return rows[0] ?? { applying: 0, settled: 0 }
}

/** Chooses rows that applying does something for: those named, or all of a filter; at most `limit`. Answers how many. */
export async function select(
  db: Queryable,
  query: RowFilter & { readonly ids: readonly number[] | null; readonly limit: number },
): Promise<number> {
  return db.execute({
    name: 'ad-comparison-rows-select',
    text: `update ad_comparison_rows set outcome = 'selected' where comparison_id = $1 and position in (
        select position from ad_comparison_rows
        where ${rowFilter} and outcome is null and action <> 'nothing' and ($4::integer[] is null or position = any($4))
        order by position limit $5)`,
    values: [query.id, query.kind ?? null, query.search ?? '', query.ids, query.limit],
  })
}

export async function setApplying(db: Queryable, id: string, applying: boolean): Promise<void> {
  await db.execute({
    name: 'ad-comparisons-applying',
    text: 'update ad_comparisons set applying = $2 where id = $1',
    values: [id, applying],
  })
}

export async function listSelected(db: Queryable, id: string, limit: number): Promise<readonly StoredRow[]> {
  return db.query<StoredRow>({
    name: 'ad-comparison-rows-selected',
    text: `select ${rowColumns} from ad_comparison_rows where comparison_id = $1 and outcome = 'selected' order by position limit $2`,
    values: [id, limit],
  })
}

export async function setOutcomes(
  db: Queryable,
  row: { readonly id: string; readonly positions: readonly number[]; readonly outcome: 'applied' | 'held' },
): Promise<void> {
  if (row.positions.length === 0) return
  await db.execute({
    name: 'ad-comparison-rows-outcome',
    text: 'update ad_comparison_rows set outcome = $3 where comparison_id = $1 and position = any($2::integer[])',
    values: [row.id, row.positions, row.outcome],
  })
}

/** Comparisons that have ended and stand behind the latest few of their domain. */
export async function listOld(db: Queryable, keep: number, limit: number): Promise<readonly string[]> {
  const rows = await db.query<{ id: string }>({
    name: 'ad-comparisons-old',
    text: `select id from (
        select id, ended, row_number() over (partition by domain_id order by id desc) as place from ad_comparisons
      ) as placed where place > $1 and ended is not null order by id limit $2`,
    values: [keep, limit],
  })
  return rows.map(({ id }) => id)
}

/** Removes rows of a comparison, and it with the last of them; answers how many, at most `limit`. */
export async function removeSome(db: Queryable, id: string, limit: number): Promise<number> {
  const removed = await db.execute({
    name: 'ad-comparison-rows-remove',
    text: `delete from ad_comparison_rows where comparison_id = $1 and position in (
        select position from ad_comparison_rows where comparison_id = $1 order by position limit $2)`,
    values: [id, limit],
  })
  if (removed < limit)
    await db.execute({ name: 'ad-comparisons-remove', text: 'delete from ad_comparisons where id = $1', values: [id] })
  return removed
}

export async function findSchedule(db: Queryable, domainId: string): Promise<ComparisonSchedule | undefined> {
  const rows = await db.query<ComparisonSchedule>({
    name: 'ad-comparison-schedules-find',
    text: 'select enabled, hour from ad_comparison_schedules where domain_id = $1',
    values: [domainId],
  })
  return rows[0]
}

export async function putSchedule(
  db: Queryable,
  domainId: string,
  { enabled, hour }: ComparisonSchedule,
): Promise<void> {
  await db.execute({
    name: 'ad-comparison-schedules-put',
    text: `insert into ad_comparison_schedules (domain_id, enabled, hour) values ($1, $2, $3)
      on conflict (domain_id) do update set enabled = excluded.enabled, hour = excluded.hour, chosen = now()`,
    values: [domainId, enabled, hour],
  })
}

/**
 * Domains that were not compared by the clock since their last hour began; `missed` when that hour is over. What was due before a domain
 * was added or its hour was chosen was never missed.
 */
export async function listDue(
  db: Queryable,
  due: { readonly now: Date; readonly usualHour: number; readonly limit: number },
): Promise<readonly { id: string; missed: boolean }[]> {
  return db.query({
    name: 'ad-comparisons-due',
    text: `with hours as (
        select ad_domains.id, coalesce(schedule.chosen, directories.created) as chosen,
          date_trunc('hour', $1::timestamptz, 'UTC') - make_interval(hours =>
            (extract(hour from $1::timestamptz at time zone 'UTC')::int - coalesce(schedule.hour, $2::int) + 24) % 24) as due
        from ad_domains join directories on directories.id = ad_domains.id
          left join ad_comparison_schedules as schedule on schedule.domain_id = ad_domains.id
        where coalesce(schedule.enabled, true)
      )
      select id, due <= $1::timestamptz - interval '1 hour' as missed from hours
      where (due > $1::timestamptz - interval '1 hour' or due > chosen)
        and not exists (select from ad_comparisons where ad_comparisons.domain_id = hours.id and scheduled and created >= due)
      order by id limit $3`,
    values: [due.now, due.usualHour, due.limit],
  })
}
