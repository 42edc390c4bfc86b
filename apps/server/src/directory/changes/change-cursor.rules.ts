// Where a reader of changes stands, as one opaque text: base64url of JSON. It holds no secret and is not signed: what somebody makes up
// shows them nothing that they may not read anyway.
import { AppError } from '@lockstep/contract/app-error'
import { type ChangeKind, changeKinds } from '@lockstep/contract/hub/change'
import { isId } from '@lockstep/kernel/ids'
import type { Witness } from '../journal/change-log.rules.ts'

/** A place in the feed: behind the row, and behind so many changes of the next one that is told of. */
export interface ChangePlace {
  readonly xid: string
  readonly seq: number
  readonly taken: number
}

/** Where the listing of everything goes on. */
export interface ListingPlace {
  readonly kind: ChangeKind
  /** The last id that was listed, or an empty text. */
  readonly after: string
}

export interface ChangeCursor {
  readonly epoch: string
  /** In the order of `changeKinds`. */
  readonly kinds: readonly ChangeKind[]
  /** From where on changes are told: while everything is listed, the end of the feed before the listing began. */
  readonly place: ChangePlace
  readonly listing?: ListingPlace
  readonly witness?: Witness
}

/** The cursor as readers get it. */
export function writeChangeCursor({ epoch, kinds, place, listing, witness }: ChangeCursor): string {
  const parts = [
    1,
    epoch,
    kinds.join(','),
    [place.xid, place.seq, place.taken],
    listing === undefined ? null : [listing.kind, listing.after],
    witness === undefined ? null : [witness.seq, witness.atMicros],
  ]
  return Buffer.from(JSON.stringify(parts)).toString('base64url')
}

/** Reads a cursor; refuses what no answer handed out. */
export function readChangeCursor(text: string): ChangeCursor {
  const parts = parse(text)
  if (!Array.isArray(parts) || parts.length !== 6 || parts[0] !== 1) throw unreadable()
  const [, epoch, kinds, place, listing, witness] = parts as readonly unknown[]
  if (!isId(epoch) || typeof kinds !== 'string') throw unreadable()
  const read = { epoch, kinds: sortedKinds(kinds.split(',')), place: readPlace(place) }
  return {
    ...read,
    ...(listing === null ? {} : { listing: readListing(listing, read.kinds) }),
    ...(witness === null ? {} : { witness: readWitness(witness) }),
  }
}

/** Kinds as a cursor holds them. Refuses names that are none. */
function sortedKinds(names: readonly string[]): readonly ChangeKind[] {
  const known = changeKinds.filter((kind) => names.includes(kind))
  if (known.length === 0 || names.some((name) => !changeKinds.some((kind) => kind === name))) throw unreadable()
  return known
}

function readPlace(value: unknown): ChangePlace {
  const [xid, seq, taken, ...more] = listOf(value)
  if (!isWholeText(xid) || !isCount(seq) || !isCount(taken) || more.length > 0) throw unreadable()
  return { xid, seq, taken }
}

function readListing(value: unknown, kinds: readonly ChangeKind[]): ListingPlace {
  const [name, after, ...more] = listOf(value)
  const kind = kinds.find((each) => each === name)
  if (kind === undefined || typeof after !== 'string' || more.length > 0) throw unreadable()
  const ids = after === '' ? [] : after.split('.')
  const isPlace = ids.every(isId) && (ids.length === 0 || ids.length === (kind === 'membership' ? 2 : 1))
  if (!isPlace) throw unreadable()
  return { kind, after }
}

function readWitness(value: unknown): Witness {
  const [seq, atMicros, ...more] = listOf(value)
  if (!isCount(seq) || !isWholeText(atMicros) || more.length > 0) throw unreadable()
  return { seq, atMicros }
}

function parse(text: string): unknown {
  if (!/^[\w-]+$/.test(text)) throw unreadable()
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString('utf8'))
  } catch {
    throw unreadable()
  }
}

function listOf(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw unreadable()
  return value as readonly unknown[]
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

/** A whole number that PostgreSQL's 64 bits hold, as text. */
function isWholeText(value: unknown): value is string {
  return typeof value === 'string' && /^\d{1,18}$/.test(value)
}

function unreadable(): AppError {
  return new AppError('invalid_request', {
    field: 'since',
    detail:
      'since: is no place in the feed. Take it from the "next" of the answer before, or leave it out to begin anew.',
  })
}
