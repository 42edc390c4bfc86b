// Who needs a second factor in the portal of users, from when on, and what the user's record says of it.
import { isJsonObject, type Json, type JsonObject } from '@lockstep/kernel/json'
import { enrollmentFields } from '../users/mfa-enrollment.rules.ts'
import type { User, UserInput } from '../users/user.rules.ts'

const dayMs = 86_400_000

/** A group that asks its members for a second factor, and since when the user is one of them. */
export interface GroupDemand {
  readonly since: Date
  readonly graceDays: number
  readonly memberSince: Date
}

/** What a user has enrolled. */
export interface EnrolledFactors {
  readonly authenticator: boolean
  readonly passkeys: number
}

/** From when on a user needs one: by their own setting after its enrolment period, or by a group of theirs; null when nobody asks. */
export function requiredFrom(user: Pick<User, 'attributes' | 'created'>, groups: readonly GroupDemand[]): Date | null {
  const own = user.attributes['enable_user_portal_multifactor'] === true ? [ownDeadline(user)] : []
  const ofGroups = groups.map(
    ({ since, memberSince, graceDays }) => Math.max(since.getTime(), memberSince.getTime()) + graceDays * dayMs,
  )
  const earliest = Math.min(...own, ...ofGroups)
  return Number.isFinite(earliest) ? new Date(earliest) : null
}

function ownDeadline({ attributes, created }: Pick<User, 'attributes' | 'created'>): number {
  const mfa = isJsonObject(attributes['mfa']) ? attributes['mfa'] : {}
  const until = mfa['exclusion'] === true ? mfa['exclusionUntil'] : undefined
  return typeof until === 'string' ? Date.parse(until) : created.getTime()
}

/** The fields of JumpCloud's that say what is enrolled; undefined when the record says so already. */
export function factorFields(
  user: User,
  enrolled: EnrolledFactors,
  now: Date,
): { input: UserInput; set: UserInput } | undefined {
  const { attributes } = user
  const mfa = isJsonObject(attributes['mfa']) ? attributes['mfa'] : {}
  const enrollment = isJsonObject(attributes['mfaEnrollment']) ? attributes['mfaEnrollment'] : {}
  const webAuthnStatus = enrolled.passkeys > 0 ? 'ENROLLED' : 'NOT_ENROLLED'
  const configured = enrolled.authenticator || enrolled.passkeys > 0
  const isTold =
    (attributes['totp_enabled'] === true) === enrolled.authenticator &&
    (enrollment['webAuthnStatus'] ?? 'NOT_ENROLLED') === webAuthnStatus &&
    (mfa['configured'] === true) === configured
  if (isTold) return undefined
  const told: JsonObject = {
    ...attributes,
    totp_enabled: enrolled.authenticator,
    mfaEnrollment: { ...enrollment, webAuthnStatus } satisfies Record<string, Json>,
  }
  return {
    input: { mfa: { ...mfa, configured } },
    set: { totp_enabled: enrolled.authenticator, ...enrollmentFields({ state: user.state, attributes: told }, now) },
  }
}
