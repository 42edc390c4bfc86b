// What follows from a change of a user by itself: the date of a lock, the grace period of multi-factor enrolment, and that a directory has
// nothing to say any more of a password that it lost the authority over.
import { isJsonObject, type Json, type JsonObject } from '@lockstep/kernel/json'
import { restrictedFieldsOf } from './user-rows.rules.ts'

const dayMs = 86_400_000

interface ChangedUser {
  readonly state: string
  readonly accountLocked: boolean
  readonly attributes: JsonObject
}

/** The user with everything that follows from what was changed. */
export function withConsequences<T extends ChangedUser>(before: ChangedUser, next: T, now: Date): T {
  const set: Record<string, Json> = {}
  if (next.accountLocked !== before.accountLocked) {
    set['account_locked_date'] = next.accountLocked ? now.toISOString() : null
    if (!next.accountLocked) set['badLoginAttempts'] = 0
  }
  if (next.attributes['password_never_expires'] === true && next.attributes['password_expiration_date'] !== null)
    set['password_expiration_date'] = null
  for (const [field, nothing] of toldOfPasswords) if (isOutdated(field, nothing, before, next)) set[field] = nothing
  const mfa = next.attributes['mfa']
  const settled = isJsonObject(mfa) ? settledMfa(mfa, next.state, now) : undefined
  if (settled !== undefined) set['mfa'] = settled
  // Nearly no change has a consequence, and a copy of all attributes for each would be felt by imports.
  for (const _ in set) return { ...next, attributes: { ...next.attributes, ...set } }
  return next
}

/** What the directory with the authority over a password says of it, and how it is when none says anything. */
const toldOfPasswords = [
  ['external_password_expiration_date', ''],
  ['external_locked_until', null],
] as const

/** Said by a directory that has the authority no more, and not said anew by another one. */
function isOutdated(field: string, nothing: Json, before: ChangedUser, next: ChangedUser): boolean {
  const said = before.attributes[field] ?? nothing
  if (said === nothing || next.attributes[field] !== said) return false
  const authorities = (user: ChangedUser): readonly string[] =>
    restrictedFieldsOf(user.attributes).flatMap((row) => (row.field === 'password' ? [row.id] : []))
  const present = authorities(next)
  return authorities(before).some((id) => !present.includes(id))
}

/**
 * The grace period of an enrolment: days while the user is staged, for it begins with the activation; a time afterwards; none of both
 * without an exclusion. Undefined when nothing is to be settled.
 */
function settledMfa(mfa: JsonObject, state: string, now: Date): JsonObject | undefined {
  const { exclusionDays, exclusionUntil, ...rest } = mfa
  if (mfa['exclusion'] !== true)
    return exclusionDays === undefined && (exclusionUntil ?? null) === null
      ? undefined
      : { ...rest, exclusionUntil: null }
  if (typeof exclusionDays !== 'number' || state === 'STAGED') return undefined
  if (typeof exclusionUntil === 'string') return { ...rest, exclusionUntil }
  return { ...rest, exclusionUntil: new Date(now.getTime() + exclusionDays * dayMs).toISOString() }
}
