// How far a user has come with multi-factor enrolment, derived from what is stored.
import { isJsonObject, type Json, type JsonObject } from '@lockstep/kernel/json'
import type { UserInput } from './user.rules.ts'

type Status = 'NOT_ENROLLED' | 'PENDING_ACTIVATION' | 'ENROLLMENT_EXPIRED' | 'IN_ENROLLMENT' | 'ENROLLED'

const otherFactors = ['jcGoStatus', 'pushStatus', 'smsStatus', 'webAuthnStatus'] as const

/** The fields that say how far the enrolment is at a time. */
export function enrollmentFields(
  user: { readonly state: string; readonly attributes: JsonObject },
  now: Date,
): UserInput {
  const { attributes } = user
  const present = isJsonObject(attributes['mfaEnrollment']) ? attributes['mfaEnrollment'] : {}
  const totpStatus = totpStatusOf(user, now)
  const hasOther = otherFactors.some((name) => present[name] === 'ENROLLED')
  return {
    mfaEnrollment: {
      ...Object.fromEntries(otherFactors.map((name): [string, Json] => [name, present[name] ?? 'NOT_ENROLLED'])),
      overallStatus: hasOther ? 'ENROLLED' : totpStatus,
      totpStatus,
    },
  }
}

function totpStatusOf(
  { state, attributes }: { readonly state: string; readonly attributes: JsonObject },
  now: Date,
): Status {
  if (attributes['totp_enabled'] === true) return 'ENROLLED'
  const mfa = isJsonObject(attributes['mfa']) ? attributes['mfa'] : {}
  if (mfa['exclusion'] !== true) return 'NOT_ENROLLED'
  if (state === 'STAGED') return 'PENDING_ACTIVATION'
  const until = mfa['exclusionUntil']
  return typeof until === 'string' && Date.parse(until) <= now.getTime() ? 'ENROLLMENT_EXPIRED' : 'IN_ENROLLMENT'
}
