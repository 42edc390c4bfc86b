import type { Database, Queryable } from '../../platform/db/database.ts'
import type { ChangeRow, Witness } from './change-log.rules.ts'
import { type FeedPosition, isBelowHorizon } from './journal.store.ts'

export interface ChangeRowPage {
  readonly rows: readonly ChangeRow[]
  /** Undefined when there is nothing new. */
  readonly end: FeedPosition | undefined
  /** Rows looked at. */
  readonly count: number
}

/** The next rows of the feed about subjects of the given kinds, but for some actions. The limit is of rows looked at. */
export async function readChangeRows(
  db: Queryable,
  after: FeedPosition,
  page: { readonly limit: number; readonly kinds: readonly string[]; readonly exceptActions: readonly string[] },
): Promise<ChangeRowPage> {
  const found = await db.query<ChangeRow & { readonly count: number; readonly isWanted: boolean }>({
    name: `journal-change-rows-${page.limit}`,
    text: `with page as materialized (
        select xid, seq, at, action, subject_kind, subject_id,
          subject_kind = any($3::text[]) and action <> all($4::text[]) as wanted
        from journal
        where (xid, seq) > ($1::text::xid8, $2::bigint) and ${isBelowHorizon}
        order by xid, seq
        limit ${page.limit}
      ), last as (select xid, seq from page order by xid desc, seq desc limit 1)
      select page.xid::text as xid, page.seq, page.at, page.action, page.subject_kind as "subjectKind",
        page.subject_id as "subjectId", page.wanted as "isWanted", entry.details ->> 'subject' as name,
        entry.details -> 'changes' -> 'email' ->> 'before' as email, entry.details -> 'groups' as groups,
        (select count(*) from page) as count
      from page left join journal as entry on page.wanted and entry.at = page.at and entry.seq = page.seq
      where page.wanted or (page.xid, page.seq) = (select xid, seq from last)
      order by page.xid, page.seq`,
    values: [after.xid, after.seq, page.kinds, page.exceptActions],
  })
  const end = found.at(-1)
  return { rows: found.filter(({ isWanted }) => isWanted), end, count: end?.count ?? 0 }
}

/** The newest row, whoever wrote it; undefined when there is none. */
export async function findNewest(db: Queryable): Promise<Witness | undefined> {
  const rows = await db.query<Witness>({
    name: 'journal-newest',
    text: `select seq, (extract(epoch from at) * 1000000)::bigint::text as "atMicros" from journal order by seq desc limit 1`,
  })
  return rows[0]
}

export async function hasRow(db: Queryable, { seq, atMicros }: Witness): Promise<boolean> {
  const rows = await db.query({
    name: 'journal-has-row',
    text: `select from journal where seq = $1 and (extract(epoch from at) * 1000000)::bigint = $2::bigint limit 1`,
    values: [seq, atMicros],
  })
  return rows.length > 0
}

/** The epoch that holds; undefined when none was begun on this server. */
export async function findEpoch(db: Queryable): Promise<string | undefined> {
  const rows = await db.query<{ id: string; isOurs: boolean }>({
    name: 'journal-epoch',
    text: `select id, server = journal_server() as "isOurs" from journal_epochs order by number desc limit 1`,
  })
  return rows[0]?.isOurs === true ? rows[0].id : undefined
}

/** Begins an epoch, unless somebody else did meanwhile, and brings the feed in order where it came from another cluster. */
export async function beginEpoch(database: Database, id: string): Promise<string> {
  return database.transaction(async (transaction) => {
    await transaction.execute({ text: 'lock table journal_epochs in share row exclusive mode' })
    const present = await findEpoch(transaction)
    if (present !== undefined) return present
    await transaction.query({ text: 'select journal_number_anew()' })
    await transaction.execute({
      text: 'insert into journal_epochs (id, server) values ($1, journal_server())',
      values: [id],
    })
    return id
  })
}
