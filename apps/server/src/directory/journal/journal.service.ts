import { AppError } from '@lockstep/contract/app-error'
import type { JournalPage, JournalQuery } from '@lockstep/contract/hub/journal'
import type { UserExplanation } from '@lockstep/contract/hub/user'
import type { Clock } from '@lockstep/kernel/clock'
import type { Database, Queryable } from '../../platform/db/database.ts'
import {
  type ChangeOrigin,
  type JournalDraft,
  journalInput,
  reasonOf,
  type StoredEntry,
  toEntry,
} from './journal.rules.ts'
import * as store from './journal.store.ts'

const defaultPageRows = 50

/** Writes and reads of the journal; writing happens in the transaction of the change. */
export interface JournalService {
  /** Adds rows within a transaction, for changes whose own statement does not carry them. */
  record(db: Queryable, origin: ChangeOrigin, drafts: readonly JournalDraft[]): Promise<void>
  list(query: JournalQuery): Promise<JournalPage>
  explain(subjectId: string): Promise<UserExplanation>
  /** The feed after a position, gap-free: a row appears once no older transaction is running. */
  readFeed(after: store.FeedPosition, limit: number): Promise<readonly store.FeedRow[]>
  feedEnd(): Promise<store.FeedPosition>
  /** Rows of the feed with what they say, for followers to whom it matters. */
  entries(seqs: readonly number[]): Promise<readonly StoredEntry[]>
  /** Makes this month's and the next month's partitions. */
  makePartitions(): Promise<void>
}

export function createJournalService({ database, clock }: { database: Database; clock: Clock }): JournalService {
  return {
    async record(db, origin, drafts) {
      await store.insertAll(
        db,
        drafts.map((draft) => journalInput(origin, draft)),
      )
    },
    async list(query) {
      const limit = query.limit ?? defaultPageRows
      const found = await store.list(database, storableQuery(query), limit + 1) // one more tells whether another page follows
      const rows = found.slice(0, limit)
      const last = rows.at(-1)
      return { items: rows.map(toEntry), ...(found.length > limit && last ? { next: last.seq } : {}) }
    },
    async explain(subjectId) {
      const rows = await store.listLastChanges(database, subjectId)
      return {
        fields: Object.fromEntries(
          rows.map((row) => [
            row.field,
            {
              seq: row.seq,
              at: row.at.toISOString(),
              actorKind: row.actorKind,
              actor: row.details?.actor ?? '',
              action: row.action,
              reason: reasonOf(row.details?.cause, row.details?.actor ?? ''),
              before: row.before,
              after: row.after,
            },
          ]),
        ),
      }
    },
    readFeed: (after, limit) => store.listFeed(database, after, limit),
    feedEnd: () => store.feedEnd(database),
    entries: (seqs) => store.findEntries(database, seqs),
    async makePartitions() {
      const now = clock.now()
      const next = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1))
      await store.makePartitions(database, [now, next])
    },
  }
}

/** PostgreSQL knows neither a year 0 nor every time zone of RFC 3339. */
function storableQuery(query: JournalQuery): JournalQuery {
  const times = (['since', 'until'] as const).flatMap((field) => {
    const text = query[field]
    if (text === undefined) return []
    const time = new Date(text)
    if (Number.isNaN(time.getTime()) || time.getUTCFullYear() < 1)
      throw new AppError('invalid_request', { field, detail: `${field}: is no time that the journal can hold.` })
    return [[field, time.toISOString()]]
  })
  return { ...query, ...(Object.fromEntries(times) as Pick<JournalQuery, 'since' | 'until'>) }
}
