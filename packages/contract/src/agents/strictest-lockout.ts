import type { LockoutPolicy } from './sign-in-check.ts'

/** What Windows proposes; taken where nobody could read what the domain does. */
export const assumedLockout: LockoutPolicy = { threshold: 5, windowMs: 30 * 60_000 }

/** Of several policies the lowest threshold that locks at all and the longest window; undefined when there are none. */
export function strictestLockout(policies: readonly LockoutPolicy[]): LockoutPolicy | undefined {
  if (policies.length === 0) return undefined
  const locking = policies.filter(({ threshold }) => threshold > 0)
  return {
    threshold: locking.length === 0 ? 0 : Math.min(...locking.map(({ threshold }) => threshold)),
    windowMs: Math.max(0, ...locking.map(({ windowMs }) => windowMs)),
  }
}
