import type { Actor, Cause } from '@lockstep/contract/access'
import type { JournalEntry } from '@lockstep/contract/hub/journal'
import { sha256 } from '@lockstep/kernel/digest'
import type { Json } from '@lockstep/kernel/json'

/** Who changes something and why: handed through every use case that writes. */
export interface ChangeOrigin {
  readonly actor: Actor
  readonly cause: Cause
  readonly correlationId?: string
}

/** Before and after of the fields that changed; `undefined` (absent) where there was or is none. */
export type FieldChanges = Readonly<Record<string, { readonly before?: Json; readonly after?: Json }>>

/** A group that somebody came into or left, under the name that it had. */
export interface GroupOfChange {
  readonly id: string
  readonly name: string
  readonly isMember: boolean
}

/** What happened, before it becomes a row. */
export interface JournalDraft {
  readonly action: string
  readonly subjectKind:
    | 'user'
    | 'group'
    | 'system'
    | 'system_group'
    | 'application'
    | 'directory'
    | 'agent'
    | 'administrator'
    | 'api_key'
    | 'role'
    | 'service_account'
    | 'password_policy'
    | 'custom_email'
    | 'plan'
    | 'bulk_job'
    | 'notice'
    | 'integration'
    | 'custom_schema'
    | 'custom_resource'
    | 'settings'
  readonly subjectId: string
  /** The subject's name at the time, for readers. */
  readonly subject: string
  readonly changes?: FieldChanges
  /** The groups that the subject came into or left, which `changes` names as they were called. */
  readonly groups?: readonly GroupOfChange[]
}

/** A draft in the shape that statements insert. */
export interface JournalInput {
  readonly actorKind: string
  readonly actorId: string
  readonly action: string
  readonly subjectKind: string
  readonly subjectId: string
  readonly correlationId: string | null
  readonly details: Json
}

/** Joins who and why with what. */
export function journalInput(origin: ChangeOrigin, draft: JournalDraft): JournalInput {
  return {
    actorKind: origin.actor.kind,
    actorId: origin.actor.id,
    action: draft.action,
    subjectKind: draft.subjectKind,
    subjectId: draft.subjectId,
    correlationId: origin.correlationId ?? null,
    details: {
      actor: origin.actor.name,
      ...(origin.actor.via ? { via: origin.actor.via } : {}),
      subject: draft.subject,
      cause: { ...origin.cause } as Json,
      changes: (draft.changes ?? {}) as Json,
      ...(draft.groups === undefined ? {} : { groups: draft.groups.map((group) => ({ ...group })) }),
    },
  }
}

/**
 * The journal's part of a statement that writes a noun: inserts from a relation with a jsonb column `journal` in the shape of
 * JournalInput. A statement of its own would cost a round trip a change.
 */
export function insertJournalFrom(relation: string): string {
  return `insert into journal (actor_kind, actor_id, action, subject_kind, subject_id, correlation_id, details)
    select journal ->> 'actorKind', journal ->> 'actorId', journal ->> 'action', journal ->> 'subjectKind',
      journal ->> 'subjectId', journal ->> 'correlationId', (journal -> 'details')::json
    from ${relation}`
}

/** A row as the chain sees it; `detailsDigest` is set once the personal values were erased. */
export interface ChainedRow {
  readonly seq: number
  readonly at: Date
  readonly actorKind: string
  readonly actorId: string
  readonly action: string
  readonly subjectKind: string
  readonly subjectId: string
  readonly correlationId: string | null
  readonly detailsText: string | null
  readonly salt: Buffer | null
  readonly detailsDigest: Buffer | null
}

/** The digest of a row: facts in the clear, personal values as a salted hash that survives their erasure. */
export function rowDigest(row: ChainedRow): Buffer {
  // A kept digest stands for values that are gone; beside values it would hide a change of them.
  const kept = row.detailsText === null && row.salt === null ? row.detailsDigest : null
  const details = kept ?? sha256(row.salt ?? '', row.detailsText ?? '')
  const facts = [
    row.seq,
    row.at.toISOString(),
    row.actorKind,
    row.actorId,
    row.action,
    row.subjectKind,
    row.subjectId,
    row.correlationId,
  ]
  return sha256(JSON.stringify(facts), details)
}

/** The hash of a block: the hash before it and its rows' digests. */
export function blockHash(before: Buffer, digests: readonly Buffer[]): Buffer {
  return sha256(before, ...digests)
}

/** Where the chain begins. */
export const chainStart = Buffer.alloc(32)

/** The reason of a change in one sentence, for people. */
export function reasonOf(cause: Partial<Cause> | undefined, actor: string): string {
  const reason = cause?.reason === undefined ? '' : ` (${cause.reason})`
  if (cause?.text !== undefined) return `${cause.text}${reason}`
  if (cause?.kind === 'request') return `Changed by ${actor}${reason}`
  return `${cause?.kind ?? 'unknown'}${reason}`
}

interface StoredDetails {
  readonly actor?: string
  readonly via?: string
  readonly subject?: string
  readonly cause?: Partial<Cause>
  readonly changes?: Record<string, { before?: unknown; after?: unknown }>
  readonly groups?: readonly GroupOfChange[]
}

/** A row as it is read for people. */
export interface StoredEntry {
  readonly seq: number
  readonly at: Date
  readonly actorKind: string
  readonly actorId: string
  readonly action: string
  readonly subjectKind: string
  readonly subjectId: string
  readonly correlationId: string | null
  readonly details: StoredDetails | null
}

/** A stored row in the wire's shape. */
export function toEntry(row: StoredEntry): JournalEntry {
  const details = row.details ?? {}
  const actor = details.actor ?? ''
  return {
    seq: row.seq,
    at: row.at.toISOString(),
    actorKind: row.actorKind,
    actorId: row.actorId,
    actor,
    action: row.action,
    subjectKind: row.subjectKind,
    subjectId: row.subjectId,
    subject: details.subject ?? '',
    changes: Object.fromEntries(
      Object.entries(details.changes ?? {}).map(([field, change]) => [
        field,
        { before: change.before ?? null, after: change.after ?? null },
      ]),
    ),
    reason: row.details === null ? '' : reasonOf(details.cause, actor),
    cause: details.cause ?? {},
    ...(row.correlationId === null ? {} : { correlationId: row.correlationId }),
    erased: row.details === null,
  }
}
