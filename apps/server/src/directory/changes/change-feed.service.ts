// What changed, for whoever keeps a copy of the directory. A reader goes through two stages, and its cursor says where it stands:
//
//   listing    everything there is, kind by kind in the order of ids. The end of the journal's feed was noted before the first page, so
//              what changes meanwhile is told again afterwards; nothing can fall between.
//   following  the journal's rows from there, in the order of the feed: a row comes once no older transaction is running, so none is
//              skipped. Many changes of a thing within a page are one, and what is told is how the thing is now. Something that is gone
//              already is told of with the row that deleted it, which is in this page or in a later one.
//
// A reader that writes down what it is told and then the cursor misses nothing; it may be told the same twice.
import type { Permission } from '@lockstep/contract/access'
import { AppError } from '@lockstep/contract/app-error'
import { type ChangeKind, changeKinds } from '@lockstep/contract/hub/change'
import type { Clock } from '@lockstep/kernel/clock'
import type { Database } from '../../platform/db/database.ts'
import { requirePermission } from '../access/access.rules.ts'
import { createMembershipListing } from '../groups/membership-listing.service.ts'
import { type ChangeLog, createChangeLog } from '../journal/change-log.service.ts'
import type { ChangeOrigin } from '../journal/journal.rules.ts'
import { type ChangeCursor, type ChangePlace, readChangeCursor, writeChangeCursor } from './change-cursor.rules.ts'
import {
  type Touch,
  type Touched,
  TouchedThings,
  subjectKinds,
  touchesOf,
  untouchingActions,
} from './change-fold.rules.ts'
import {
  type ChangeSubject,
  type ChangeSubjects,
  type ChangeSubjectSources,
  createChangeSubjects,
} from './change-subjects.service.ts'

type Actor = ChangeOrigin['actor']

/** Something that changed, as it is now. */
export interface PresentChange {
  readonly action: 'created' | 'updated'
  readonly present: ChangeSubject
}

/** Something that was deleted. */
export interface Tombstone {
  readonly action: 'deleted'
  readonly touch: Touch
}

export interface ChangeFeedPage {
  /** Each thing once: first what was deleted, in that order, then what exists, as it was first touched. */
  readonly items: readonly (PresentChange | Tombstone)[]
  readonly next: string
  /** True when there is more to ask for at once. */
  readonly more: boolean
  readonly listing: boolean
}

export interface ChangeRequest {
  /** A cursor, or `now`; without it everything is listed first. */
  readonly since?: string
  readonly kinds?: readonly ChangeKind[]
  readonly limit: number
  /** How long an empty page may be held back. */
  readonly waitMs: number
  /** Ends the waiting. */
  readonly signal: AbortSignal
}

/** The directory's changes. Refusals are AppErrors: `cursor_expired` after a restore. */
export interface DirectoryChanges {
  /** Makes cursors of another database worthless, when this one was restored; called before anything is written. */
  beginEpoch(): Promise<void>
  read(actor: Actor, request: ChangeRequest): Promise<ChangeFeedPage>
}

export interface DirectoryChangesOptions extends Omit<ChangeSubjectSources, 'memberships'> {
  readonly database: Database
  readonly clock: Clock
  /** Resolves at the next change of anything, or after `timeoutMs`. */
  readonly wait: Wait
}

type Wait = (options: { readonly timeoutMs: number; readonly signal: AbortSignal }) => Promise<unknown>

interface Sources {
  readonly log: ChangeLog
  readonly subjects: ChangeSubjects
  readonly clock: Clock
  readonly wait: Wait
}

const defaultKinds: readonly ChangeKind[] = ['user', 'group', 'membership']
const permissionOf: Readonly<Record<ChangeKind, Permission>> = {
  user: 'users.read',
  group: 'groups.read',
  membership: 'groups.read',
  system: 'inventory.read',
}
/** Rows of the journal that are looked at in one statement, and how many times for one page. */
const rowsPerRead = 1000
const readsPerPage = 20
/** A row may have to wait for older transactions after the wake-up that told of it. */
const pollMs = 1000

export function createDirectoryChanges(options: DirectoryChangesOptions): DirectoryChanges {
  const { database, clock, wait } = options
  const memberships = createMembershipListing({ database })
  const log = createChangeLog({ database, clock })
  const sources = { log, subjects: createChangeSubjects({ ...options, memberships }), clock, wait }
  return {
    async beginEpoch() {
      await log.epoch()
    },
    async read(actor, request) {
      const cursor = await cursorOf(log, request)
      for (const kind of cursor.kinds) requirePermission(actor, permissionOf[kind])
      if (cursor.listing !== undefined) return listPage(sources, actor, { cursor, limit: request.limit })
      if (request.since === 'now') return endPage(log, cursor, { items: [], more: false, listing: false })
      return waitForPage(sources, actor, { cursor, request })
    },
  }
}

async function cursorOf(log: ChangeLog, { since, kinds }: ChangeRequest): Promise<ChangeCursor> {
  const epoch = await log.epoch()
  if (since === undefined || since === 'now') {
    const chosen = changeKinds.filter((kind) => (kinds ?? defaultKinds).includes(kind))
    const [first = 'user'] = chosen
    const place = { ...(await log.end()), taken: 0 }
    return { epoch, kinds: chosen, place, ...(since === 'now' ? {} : { listing: { kind: first, after: '' } }) }
  }
  const cursor = readChangeCursor(since)
  if (kinds !== undefined && changeKinds.some((kind) => kinds.includes(kind) !== cursor.kinds.includes(kind)))
    throw new AppError('invalid_request', {
      field: 'kind',
      detail: `kind: this cursor was begun for ${cursor.kinds.join(',')}. Begin anew for others.`,
    })
  const isOfNow = cursor.epoch === epoch && (cursor.witness === undefined || (await log.confirms(cursor.witness)))
  if (!isOfNow) throw new AppError('cursor_expired', { field: 'since' })
  return cursor
}

interface Reading {
  readonly cursor: ChangeCursor
  readonly limit: number
}

async function listPage(
  { log, subjects }: Sources,
  actor: Actor,
  { cursor: { listing, ...cursor }, limit }: Reading,
): Promise<ChangeFeedPage> {
  const { kind, after } = listing ?? { kind: 'user', after: '' }
  const { subjects: found, end } = await subjects.listAfter(actor, { kind, after, limit })
  const nextKind = cursor.kinds[cursor.kinds.indexOf(kind) + 1]
  const place = end !== undefined ? { kind, after: end } : nextKind && { kind: nextKind, after: '' }
  const items = found.map((present): PresentChange => ({ action: 'created', present }))
  return endPage(log, place === undefined ? cursor : { ...cursor, listing: place }, {
    items,
    more: true,
    listing: true,
  })
}

/** Noted after everything was read: whoever has seen a page has seen nothing younger than its witness. */
async function endPage(
  log: ChangeLog,
  { witness: _before, ...cursor }: ChangeCursor,
  page: Omit<ChangeFeedPage, 'next'>,
): Promise<ChangeFeedPage> {
  const witness = await log.witness()
  return { ...page, next: writeChangeCursor({ ...cursor, ...(witness === undefined ? {} : { witness }) }) }
}

interface Waiting {
  readonly cursor: ChangeCursor
  readonly request: ChangeRequest
}

async function waitForPage(
  sources: Sources,
  actor: Actor,
  { cursor: start, request }: Waiting,
): Promise<ChangeFeedPage> {
  const { log, clock, wait } = sources
  const { limit, waitMs, signal } = request
  const untilMs = clock.now().getTime() + waitMs
  let cursor = start
  for (;;) {
    const leftMs = untilMs - clock.now().getTime()
    const isLast = leftMs <= 0 || signal.aborted
    const waiting = new AbortController()
    // Begun before the look at the journal, or what is written between the two is missed.
    const timeoutMs = Math.min(Math.max(leftMs, 1), pollMs)
    const woken = isLast ? undefined : wait({ timeoutMs, signal: AbortSignal.any([signal, waiting.signal]) })
    try {
      const { items, place, more } = await readChanges(sources, actor, { cursor, limit })
      cursor = { ...cursor, place }
      if (items.length > 0 || more || isLast) return await endPage(log, cursor, { items, more, listing: false })
      await woken
    } finally {
      waiting.abort()
    }
  }
}

interface ReadChanges {
  readonly items: ChangeFeedPage['items']
  readonly place: ChangePlace
  readonly more: boolean
}

async function readChanges({ log, subjects }: Sources, actor: Actor, reading: Reading): Promise<ReadChanges> {
  const { touched, place, more } = await collect(log, reading)
  const found = new Map<string, ChangeSubject>()
  for (const kind of changeKinds) {
    const ids = touched.filter(({ last }) => last.kind === kind && isWorthFinding(last)).map(({ last }) => last.id)
    for (const subject of await subjects.find(actor, kind, ids)) found.set(keyOf(subject), subject)
  }
  const gone = touched
    .filter(({ last }) => last.what === 'deleted' && !found.has(keyOf(last)))
    .toSorted((one, other) => one.order - other.order)
    .map(({ last }): Tombstone => ({ action: 'deleted', touch: last }))
  const present = touched.flatMap(({ last, isNew }): readonly PresentChange[] => {
    const subject = found.get(keyOf(last))
    return subject === undefined ? [] : [{ action: isNew ? 'created' : 'updated', present: subject }]
  })
  return { items: [...gone, ...present], place, more }
}

/** A deleted thing does not come back; a membership may have, or goes on in another way. */
function isWorthFinding({ kind, what }: Touch): boolean {
  return what !== 'deleted' || kind === 'membership'
}

function keyOf({ kind, id }: { readonly kind: ChangeKind; readonly id: string }): string {
  return `${kind} ${id}`
}

interface Collected {
  readonly touched: readonly Touched[]
  readonly place: ChangePlace
  readonly more: boolean
}

/** Reads on until there are enough things, or nothing more, or enough was looked at. */
async function collect(log: ChangeLog, { cursor, limit }: Reading): Promise<Collected> {
  const { kinds } = cursor
  const page = { limit: rowsPerRead, kinds: subjectKinds(kinds), exceptActions: untouchingActions }
  const things = new TouchedThings()
  let place = cursor.place
  for (let read = 0; read < readsPerPage; read += 1) {
    const { rows, end, count } = await log.read(place, page)
    for (const row of rows) {
      const touches = touchesOf(row, kinds)
      for (let taken = place.taken; taken < touches.length; taken += 1) {
        const touch = touches[taken]
        if (touch === undefined || things.take(touch, limit)) continue
        return { touched: things.all(), place: { ...place, taken }, more: true }
      }
      place = { xid: row.xid, seq: row.seq, taken: 0 }
    }
    if (end !== undefined) place = { xid: end.xid, seq: end.seq, taken: 0 }
    if (count < rowsPerRead) return { touched: things.all(), place, more: false }
  }
  return { touched: things.all(), place, more: true }
}
