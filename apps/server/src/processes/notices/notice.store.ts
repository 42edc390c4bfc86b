import type { NoticeKind, NoticeState } from '@lockstep/contract/hub/notice'
import type { Queryable } from '../../platform/db/database.ts'
import type { Recipient } from './notice.rules.ts'

export interface StoredNotice {
  readonly id: string
  readonly kind: NoticeKind
  readonly recipientKind: Recipient['kind']
  readonly recipientId: string
  readonly causeKey: string
  readonly state: NoticeState
  readonly recipientSealed: string
  readonly contentSealed: string | null
  readonly attempts: number
  readonly due: Date
  readonly triedSince: Date
  readonly lastError: string | null
  readonly created: Date
  readonly ended: Date | null
}

const columns = `id, kind, recipient_kind as "recipientKind", recipient_id as "recipientId", cause_key as "causeKey", state,
  recipient_sealed as "recipientSealed", content_sealed as "contentSealed", attempts, due, tried_since as "triedSince",
  last_error as "lastError", created, ended`

export type NewNotice = Pick<
  StoredNotice,
  'id' | 'kind' | 'recipientKind' | 'recipientId' | 'causeKey' | 'recipientSealed' | 'due' | 'created'
> & { readonly contentSealed: string }

/** False when the cause has its mail already. */
export async function insert(db: Queryable, notice: NewNotice): Promise<boolean> {
  const count = await db.execute({
    name: 'notices-insert',
    text: `insert into notices (id, kind, recipient_kind, recipient_id, cause_key, state, recipient_sealed, content_sealed, due,
        tried_since, created)
      values ($1, $2, $3, $4, $5, 'waiting', $6, $7, $8, $8, $9) on conflict (cause_key) do nothing`,
    values: [
      ...[notice.id, notice.kind, notice.recipientKind, notice.recipientId, notice.causeKey, notice.recipientSealed],
      ...[notice.contentSealed, notice.due, notice.created],
    ],
  })
  return count > 0
}

/** The newest mail whose cause begins so. */
export async function findByCause(db: Queryable, prefix: string, since: Date): Promise<StoredNotice | undefined> {
  const rows = await db.query<StoredNotice>({
    name: 'notices-find-by-cause',
    text: `select ${columns} from notices where cause_key >= $1 and cause_key < $1 || chr(1114109) and created >= $2
      order by created desc, id desc limit 1`,
    values: [prefix, since],
  })
  return rows[0]
}

export async function countRecent(
  db: Queryable,
  of: { readonly recipientId: string; readonly kind: NoticeKind; readonly since: Date },
): Promise<number> {
  const rows = await db.query<{ count: number }>({
    name: 'notices-count-recent',
    text: 'select count(*) as count from notices where recipient_id = $1 and kind = $2 and created > $3',
    values: [of.recipientId, of.kind, of.since],
  })
  return rows[0]?.count ?? 0
}

/** A user whom a group asks, and how to go on behind. */
export interface AskedMember {
  readonly groupId: string
  readonly userId: string
}

/**
 * Active users without a factor of whom a group asks one since a time and who have no mail about it, whatever became of that one; by group.
 * As in `findStanding`: a membership begins with the oldest of its rows, and who is leaving is not asked.
 */
export async function listAskedByGroups(
  db: Queryable,
  { since, after, limit }: { readonly since: Date; readonly after: AskedMember; readonly limit: number },
): Promise<readonly AskedMember[]> {
  // Without a name: which plan is good depends on how many are asked, and how many of them were told.
  return db.query<AskedMember>({
    text: `select m.group_id as "groupId", m.user_id as "userId"
      from group_second_factors g join group_members m on m.group_id = g.group_id
        join users u on u.id = m.user_id and u.state = 'ACTIVATED'
      where (m.group_id, m.user_id) > ($2, $3) and not m.removing
        and (g.since > $1 or m.added > $1 and not exists (select from group_members older
          where older.group_id = m.group_id and older.user_id = m.user_id and not older.removing and older.added <= $1))
        and not exists (select from notices n where n.recipient_id = m.user_id and n.kind = 'user_second_factor_asked')
        and not exists (select from user_authenticators a where a.user_id = m.user_id and a.confirmed is not null)
        and not exists (select from user_passkeys p where p.user_id = m.user_id)
      order by m.group_id, m.user_id limit $4`,
    values: [since, after.groupId, after.userId, limit],
  })
}

interface NoticeFilter {
  readonly state: NoticeState | undefined
  readonly kind: NoticeKind | undefined
}

const filter = '($1::text is null or state = $1) and ($2::text is null or kind = $2)'

/** Newest first. */
export async function list(
  db: Queryable,
  query: NoticeFilter & { readonly afterId: string; readonly limit: number },
): Promise<readonly StoredNotice[]> {
  return db.query<StoredNotice>({
    name: 'notices-list',
    text: `select ${columns} from notices where ${filter} and ($3 = '' or id < $3) order by id desc limit $4`,
    values: [query.state ?? null, query.kind ?? null, query.afterId, query.limit],
  })
}

export async function count(db: Queryable, query: NoticeFilter): Promise<number> {
  const rows = await db.query<{ count: number }>({
    name: 'notices-count',
    text: `select count(*) as count from notices where ${filter}`,
    values: [query.state ?? null, query.kind ?? null],
  })
  return rows[0]?.count ?? 0
}

export async function find(db: Queryable, id: string): Promise<StoredNotice | undefined> {
  const rows = await db.query<StoredNotice>({
    name: 'notices-find',
    text: `select ${columns} from notices where id = $1`,
    values: [id],
  })
  return rows[0]
}

export interface NoticeFigures {
  readonly waiting: number
  readonly failed: number
  readonly lastSent: Date | null
  /** Of a mail that still waits, when it failed after every mail that was sent. */
  readonly trouble: string | null
}

export async function figures(db: Queryable): Promise<NoticeFigures> {
  const rows = await db.query<NoticeFigures>({
    name: 'notices-figures',
    text: `select
        (select count(*) from notices where state in ('waiting', 'sending')) as waiting,
        (select count(*) from notices where ended is not null and state = 'failed') as failed,
        (select max(ended) from notices where ended is not null and state = 'sent') as "lastSent",
        (select last_error from notices as open where state in ('waiting', 'sending') and last_error is not null
            and not exists (select from notices as other where other.ended > open.tried and other.state = 'sent')
          order by tried desc limit 1) as trouble`,
  })
  return rows[0] ?? { waiting: 0, failed: 0, lastSent: null, trouble: null }
}

/** Mails that are due, now in the hands of the leader of this epoch. */
export async function claim(
  db: Queryable,
  { epoch, now, limit }: { readonly epoch: number; readonly now: Date; readonly limit: number },
): Promise<readonly StoredNotice[]> {
  return db.query<StoredNotice>({
    name: 'notices-claim',
    text: `update notices set state = 'sending', epoch = $1, attempts = attempts + 1
      where id in (select id from notices where state = 'waiting' and due <= $2 order by due, id limit $3 for update skip locked)
      returning ${columns}`,
    values: [epoch, now, limit],
  })
}

/** What an earlier leader had in hand when it ended waits again. */
export async function takeBack(db: Queryable, epoch: number): Promise<number> {
  return db.execute({
    name: 'notices-take-back',
    text: `update notices set state = 'waiting', epoch = null where state = 'sending' and epoch < $1`,
    values: [epoch],
  })
}

/** False when another leader has taken it back meanwhile. */
export async function end(
  db: Queryable,
  held: { readonly id: string; readonly epoch: number },
  outcome: {
    readonly state: 'sent' | 'failed' | 'dropped'
    readonly error: string | null
    readonly now: Date
  },
): Promise<boolean> {
  const count = await db.execute({
    name: 'notices-end',
    text: `update notices set state = $3, epoch = null, ended = $4, last_error = $5,
        content_sealed = case when $3 = 'failed' then content_sealed end
      where id = $1 and epoch = $2`,
    values: [held.id, held.epoch, outcome.state, outcome.now, outcome.error],
  })
  return count > 0
}

/** Waits for another try; one that was not made does not count. */
export async function postpone(
  db: Queryable,
  held: { readonly id: string; readonly epoch: number },
  next: { readonly due: Date; readonly error: string | null; readonly tried: Date | null },
): Promise<void> {
  await db.execute({
    name: 'notices-postpone',
    text: `update notices set state = 'waiting', epoch = null, due = $3, last_error = coalesce($4, last_error),
        tried = coalesce($5, tried), attempts = attempts - case when $5::timestamptz is null then 1 else 0 end
      where id = $1 and epoch = $2`,
    values: [held.id, held.epoch, next.due, next.error, next.tried],
  })
}

/** True when the mail had been given up; waiting ones are tried at once. */
export async function retry(db: Queryable, id: string, now: Date): Promise<boolean> {
  const count = await db.execute({
    name: 'notices-retry',
    text: `update notices set state = 'waiting', due = $2, ended = null,
        tried_since = case when state = 'failed' then $2 else tried_since end
      where id = $1 and state in ('failed', 'waiting') and content_sealed is not null`,
    values: [id, now],
  })
  return count > 0
}

export async function removeOld(db: Queryable, endedBefore: Date, limit: number): Promise<number> {
  return db.execute({
    name: 'notices-remove-old',
    text: `delete from notices where id in (select id from notices where ended < $1 order by ended limit $2)`,
    values: [endedBefore, limit],
  })
}
