import type { JournalQuery } from '@lockstep/contract/hub/journal'
import type { Queryable } from '../../platform/db/database.ts'
import { type ChainedRow, insertJournalFrom, type JournalInput, type StoredEntry } from './journal.rules.ts'

const entryColumns = `seq, at, actor_kind as "actorKind", actor_id as "actorId", action, subject_kind as "subjectKind",
  subject_id as "subjectId", correlation_id as "correlationId"`

/** Where a reader of the feed stands: the transaction id (as text) and the sequence of the last row it took. */
export interface FeedPosition {
  readonly xid: string
  readonly seq: number
}

export interface FeedRow {
  readonly xid: string
  readonly seq: number
  readonly action: string
  readonly subjectKind: string
  readonly subjectId: string
}

export async function insertAll(db: Queryable, inputs: readonly JournalInput[]): Promise<void> {
  if (inputs.length === 0) return
  await db.execute({
    name: 'journal-insert',
    text: `with input as (select value as journal from jsonb_array_elements($1::jsonb)) ${insertJournalFrom('input')}`,
    values: [JSON.stringify(inputs)],
  })
}

/**
 * True of rows that no running transaction can still precede. A transaction of another database of the same server writes nothing here and
 * holds nothing back; one that the snapshot knows and the list of sessions no longer shows has just ended, and may have been ours.
 */
export const isBelowHorizon = `xid < (
    select coalesce(min(running), pg_snapshot_xmax(pg_current_snapshot())) from pg_snapshot_xip(pg_current_snapshot()) as running
    where not exists (
      select from pg_stat_activity
      where backend_xid = running::xid and datid <> (select oid from pg_database where datname = current_database())
    ))`

/**
 * The first rows after a position that are below the horizon. The limit stands in the text: with a parameter the
 * planner guesses that a tenth of the journal is wanted, and sorts all of it. The order names the table, because a bare `xid` would be the
 * column that is shown: a text, of which 1000 comes before 999.
 */
function feedAfterPosition(columns: string, limit: number): string {
  return `select ${columns} from journal
    where (xid, seq) > ($1::text::xid8, $2::bigint) and ${isBelowHorizon}
    order by journal.xid, journal.seq
    limit ${limit}`
}

/**
 * Part of a statement's name, so that it is planned anew whenever the journal has doubled: a plan made while it was short reads all of it,
 * and would be kept until statistics are gathered.
 */
function magnitude({ seq }: FeedPosition): number {
  return Math.ceil(Math.log2(seq + 1))
}

const feedColumns = `xid::text as xid, seq, action, subject_kind as "subjectKind", subject_id as "subjectId"`

/** Rows after a position, in the order of the feed. */
export async function listFeed(db: Queryable, after: FeedPosition, limit: number): Promise<readonly FeedRow[]> {
  return db.query<FeedRow>({
    name: `journal-feed-${limit}-${magnitude(after)}`,
    text: feedAfterPosition(feedColumns, limit),
    values: [after.xid, after.seq],
  })
}

/** What a follower reads: the rows with its actions among the next ones, and where these end. */
export interface FeedPage {
  readonly rows: readonly FeedRow[]
  /** Undefined when there is nothing new. */
  readonly end: FeedPosition | undefined
  /** Rows looked at. */
  readonly count: number
}

/** The next rows of the feed, of which only those with one of the actions are handed out: most changes concern no process. */
export async function readFeedPage(
  db: Queryable,
  after: FeedPosition,
  page: { readonly limit: number; readonly actions: readonly string[] },
): Promise<FeedPage> {
  const found = await db.query<FeedRow & { readonly count: number }>({
    name: `journal-feed-page-${page.limit}-${magnitude(after)}`,
    text: `with page as materialized (${feedAfterPosition('xid, seq, action, subject_kind, subject_id', page.limit)}),
      last as (select xid, seq from page order by xid desc, seq desc limit 1)
      select ${feedColumns}, (select count(*) from page) as count from page
      where action = any($3) or (xid, seq) = (select xid, seq from last)
      order by page.xid, page.seq`,
    values: [after.xid, after.seq, page.actions],
  })
  const end = found.at(-1)
  return { rows: found.filter(({ action }) => page.actions.includes(action)), end, count: end?.count ?? 0 }
}

/** The position of the newest row that a new reader need not see. */
export async function feedEnd(db: Queryable): Promise<FeedPosition> {
  const rows = await db.query<FeedPosition>({
    text: `select xid::text as xid, seq from journal where ${isBelowHorizon}
      order by journal.xid desc, journal.seq desc limit 1`,
  })
  return rows[0] ?? { xid: '0', seq: 0 }
}

/** Newest first. */
export async function list(db: Queryable, query: JournalQuery, limit: number): Promise<readonly StoredEntry[]> {
  const values: unknown[] = [limit]
  const conditions: string[] = []
  const add = (condition: string, value: unknown): void => {
    values.push(value)
    conditions.push(condition.replace('?', `$${values.length}`))
  }
  if (query.before !== undefined) add('seq < ?', query.before)
  if (query.action !== undefined) add('action = ?', query.action)
  if (query.actorId !== undefined) add('actor_id = ?', query.actorId)
  if (query.subjectKind !== undefined) add('subject_kind = ?', query.subjectKind)
  if (query.subjectId !== undefined) add('subject_id = ?', query.subjectId)
  if (query.since !== undefined) add('at >= ?', query.since)
  if (query.until !== undefined) add('at < ?', query.until)
  const where = conditions.length === 0 ? '' : `where ${conditions.join(' and ')}`
  return db.query<StoredEntry>({
    text: `select ${entryColumns}, details from journal ${where} order by seq desc limit $1`,
    values,
  })
}

/** The named rows with their details, in the order of their numbers. */
export async function findEntries(db: Queryable, seqs: readonly number[]): Promise<readonly StoredEntry[]> {
  return db.query<StoredEntry>({
    name: 'journal-find-entries',
    text: `select ${entryColumns}, details from journal where seq = any($1::bigint[]) order by seq limit $2`,
    values: [seqs, seqs.length],
  })
}

/** The last change of every field of a subject, with the row that made it. */
export async function listLastChanges(
  db: Queryable,
  subjectId: string,
): Promise<readonly (StoredEntry & { field: string; before: unknown; after: unknown })[]> {
  return db.query({
    text: `select distinct on (change.key) change.key as field, change.value -> 'before' as before,
        change.value -> 'after' as after, ${entryColumns}, details
      from journal cross join lateral json_each(details -> 'changes') as change
      where subject_id = $1 and json_typeof(details -> 'changes') = 'object'
      order by change.key, seq desc
      limit 500`,
    values: [subjectId],
  })
}

export interface ChainRow extends ChainedRow {
  readonly xid: string
}

const chainColumns = `${entryColumns}, xid::text as xid, details::text as "detailsText", salt, details_digest as "detailsDigest"`

export async function listForSealing(db: Queryable, after: FeedPosition, limit: number): Promise<readonly ChainRow[]> {
  return db.query<ChainRow>({
    name: `journal-seal-read-${limit}-${magnitude(after)}`,
    text: feedAfterPosition(chainColumns, limit),
    values: [after.xid, after.seq],
  })
}

export async function listBySeqs(
  db: Queryable,
  block: { readonly seqs: readonly number[] },
): Promise<readonly ChainRow[]> {
  return db.query<ChainRow>({
    name: 'journal-verify-read',
    text: `select ${chainColumns} from journal where seq = any($1::bigint[]) order by journal.xid, journal.seq limit $2`,
    values: [block.seqs, block.seqs.length + 1],
  })
}

export interface Block {
  readonly position: number
  readonly firstAt: Date
  readonly lastAt: Date
  readonly lastXid: string
  readonly lastSeq: number
  readonly seqs: readonly number[]
  readonly digests: Buffer
  readonly hash: Buffer
  readonly signature: Buffer
}

const blockColumns = `position, first_at as "firstAt", last_at as "lastAt", last_xid::text as "lastXid", last_seq as "lastSeq",
  row_seqs as seqs, row_digests as digests, hash, signature`

export async function findLastBlock(db: Queryable): Promise<Block | undefined> {
  const rows = await db.query<Block>({
    name: 'journal-last-block',
    text: `select ${blockColumns} from journal_blocks order by position desc limit 1`,
  })
  return rows[0]
}

export async function listBlocks(db: Queryable, after: number, limit: number): Promise<readonly Block[]> {
  return db.query<Block>({
    name: 'journal-blocks',
    text: `select ${blockColumns} from journal_blocks where position > $1 order by position limit $2`,
    values: [after, limit],
  })
}

export async function insertBlock(db: Queryable, block: Block): Promise<void> {
  await db.execute({
    name: 'journal-insert-block',
    text: `insert into journal_blocks
        (position, first_at, last_at, last_xid, last_seq, row_seqs, row_digests, hash, signature)
      values ($1, $2, $3, $4::text::xid8, $5, $6, $7, $8, $9)`,
    values: [
      block.position,
      block.firstAt,
      block.lastAt,
      block.lastXid,
      block.lastSeq,
      block.seqs,
      block.digests,
      block.hash,
      block.signature,
    ],
  })
}

/** Rows that no block holds yet. */
export async function countUnsealed(db: Queryable, after: FeedPosition): Promise<number> {
  const rows = await db.query<{ count: number }>({
    text: `select count(*)::bigint as count from journal where (xid, seq) > ($1::text::xid8, $2::bigint)`,
    values: [after.xid, after.seq],
  })
  return rows[0]?.count ?? 0
}

/** How many rows lie at or below the chain's end: more than the blocks hold means that rows were slipped in. */
export async function countSealedRows(db: Queryable, until: FeedPosition): Promise<number> {
  const rows = await db.query<{ count: number }>({
    text: `select count(*)::bigint as count from journal where (xid, seq) <= ($1::text::xid8, $2::bigint)`,
    values: [until.xid, until.seq],
  })
  return rows[0]?.count ?? 0
}

export async function makePartitions(db: Queryable, months: readonly Date[]): Promise<void> {
  for (const month of months)
    await db.query({ text: 'select journal_make_partition($1::timestamptz)', values: [month] })
}

/** Where a follower stands; a new one begins at the start of the journal. */
export async function findFollower(db: Queryable, name: string): Promise<FeedPosition> {
  const rows = await db.query<FeedPosition>({
    name: 'journal-follower-find',
    text: 'select xid::text as xid, seq from journal_followers where name = $1',
    values: [name],
  })
  return rows[0] ?? { xid: '0', seq: 0 }
}

export async function moveFollower(db: Queryable, name: string, position: FeedPosition): Promise<void> {
  await db.execute({
    name: 'journal-follower-move',
    text: `insert into journal_followers (name, xid, seq) values ($1, $2::text::xid8, $3)
      on conflict (name) do update set xid = excluded.xid, seq = excluded.seq`,
    values: [name, position.xid, position.seq],
  })
}
