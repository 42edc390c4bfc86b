import type { Actor, Cause } from '@lockstep/contract/access'
import type { Refusal } from '@lockstep/contract/app-error'
import { errorCodes } from '@lockstep/contract/error-codes'
import type { BulkJobKind } from '@lockstep/contract/hub/bulk-job'
import type { Id } from '@lockstep/kernel/ids'
import type { ChangeOrigin } from '../../directory/journal/journal.rules.ts'
import type { UserInput } from '../../directory/users/user.rules.ts'
import { type BulkKind, bulkKinds, targetState } from './bulk-action.rules.ts'

/** What is done of every row: a change that each row says for itself, or one action for the users of all rows. */
export type JobKind = BulkJobKind | BulkKind

export function isAction(kind: JobKind): kind is BulkKind {
  return bulkKinds.some((one) => one === kind)
}

/** Who asked for a job and why, as it is stored. What they may do was looked at when they asked. */
export interface StoredOrigin {
  readonly actor: Omit<Actor, 'permissions'>
  readonly cause: Cause
  readonly correlationId?: string
}

export function storedOrigin({ actor, cause, correlationId }: ChangeOrigin): StoredOrigin {
  const { kind, id, name, via } = actor
  return {
    actor: { kind, id, name, ...(via === undefined ? {} : { via }) },
    cause,
    ...(correlationId === undefined ? {} : { correlationId }),
  }
}

/** The origin of what a job does: the one who asked, because of the job. */
export function originOfJob(job: {
  readonly id: Id
  readonly name: string
  readonly origin: StoredOrigin
}): ChangeOrigin {
  const { actor, cause, ...rest } = job.origin
  const name = job.name === '' ? '' : ` (${job.name})`
  return {
    ...rest,
    actor: { ...actor, permissions: new Set() },
    cause: { ...cause, text: `Bulk job ${job.id}${name}` },
  }
}

/** What a row of a job sets: what it asks for, and what only the hub sets. */
export function changeOfRow(
  { kind, creationSource }: { readonly kind: JobKind; readonly creationSource: string | null },
  input: UserInput,
  now: Date,
): { readonly input: UserInput; readonly set?: UserInput } {
  if (kind === 'expire')
    return { input: {}, set: { password_expired: true, password_expiration_date: now.toISOString() } }
  if (kind === 'unlock') return { input: { account_locked: false }, set: { badLoginAttempts: 0 } }
  const state = isAction(kind) ? targetState(kind) : undefined
  if (state !== undefined) return { input: { state } }
  return creationSource === null ? { input } : { input, set: { creationSource } }
}

/** A refusal as it is stored with the row. */
export function failureOf(refusal: Refusal): {
  readonly code: string
  readonly message: string
  readonly field: string | null
} {
  return { code: refusal.code, message: refusal.detail ?? errorCodes[refusal.code].text, field: refusal.field ?? null }
}

/** How many rows came out in which way. */
export interface RowCounts {
  readonly changed: number
  readonly unchanged: number
  readonly failed: number
  /** Of the changed, those whom the opposite action brings back to the state they had. */
  readonly undoable: number
  /** Done, but with a remark. */
  readonly remarked: number
}
