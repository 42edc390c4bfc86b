import type { Clock } from '@lockstep/kernel/clock'
import { type PasswordPolicy, readPasswordPolicy } from './password-policy.rules.ts'

export interface PasswordPolicyReaderOptions {
  /** Reads the setting `passwordPolicySetting`; undefined when it was never set. */
  readonly read: () => Promise<unknown>
  readonly clock: Clock
}

/** How long a change of the policy may take to hold in another process. */
const freshMs = 5000

/** Answers the policy in force, read anew when the last reading is a few seconds old. */
export function createPasswordPolicyReader({
  read,
  clock,
}: PasswordPolicyReaderOptions): () => Promise<PasswordPolicy> {
  let known: { readonly policy: PasswordPolicy; readonly untilMs: number } | undefined
  return async () => {
    const nowMs = clock.now().getTime()
    if (known === undefined || nowMs >= known.untilMs)
      known = { policy: readPasswordPolicy(await read()), untilMs: nowMs + freshMs }
    return known.policy
  }
}
