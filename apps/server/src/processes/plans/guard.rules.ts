// The guard: how much a source may take away before a person has to look. It counts what a source took away over a rolling 24 hours
// and holds what would exceed the larger of 5 % and 10, or reach half of the source. Losses of users (suspended, deleted, unbound)
// count together, membership removals and deletions of groups apart, and so does each field that is cleared on many users.
import type { PlanItemKind } from '@lockstep/contract/hub/plan'

export const guardWindowMs = 24 * 60 * 60 * 1000
const tolerated: GuardLimits = { count: 10, share: 0.05, holdsHalf: true }
const alwaysHeldShare = 0.5
/** Below this many, losing half is an ordinary day of a very small source. */
const smallestHalf = 4

/** How much goes through: the larger of a number and a share of the source; `holdsHalf`: never half of it, however small it is. */
export interface GuardLimits {
  readonly count: number
  readonly share: number
  readonly holdsHalf: boolean
}

/** What is counted together. */
export type GuardClass = 'users' | 'accounts' | 'groups' | 'memberships' | `field:${string}`

/** The class of an item; a cleared field's item names the field in `field`. */
export function guardClass(kind: PlanItemKind, field?: string): GuardClass {
  if (kind === 'remove_member') return 'memberships'
  if (kind === 'delete_group') return 'groups'
  if (kind === 'make_again') return 'accounts'
  return kind === 'clear_field' ? `field:${field ?? ''}` : 'users'
}

export interface GuardFacts {
  /** How many of the class the source has now (users, or memberships). */
  readonly size: number
  /** How many it took away in the last 24 hours. */
  readonly takenBefore: number
  /** How many it is about to take away. */
  readonly takenNow: number
  /** The source's own; default: those of directories. */
  readonly limits?: GuardLimits | undefined
}

export interface Verdict {
  readonly held: boolean
  /** Why, in words with the numbers. */
  readonly reason: string
}

const nouns: Readonly<Record<string, string>> = {
  users: 'users',
  accounts: 'accounts',
  groups: 'groups',
  memberships: 'memberships',
}

/** Decides on everything of one class that a source is about to take away. */
export function judge(guarded: GuardClass, { size, takenBefore, takenNow, limits = tolerated }: GuardFacts): Verdict {
  const before = size + takenBefore
  const total = takenBefore + takenNow
  const limit = Math.max(limits.count, Math.floor(before * limits.share))
  const noun = nouns[guarded] ?? `users would lose the value of ${guarded.slice('field:'.length)}, of`
  const half = limits.holdsHalf ? Math.max(smallestHalf, before * alwaysHeldShare) : Number.POSITIVE_INFINITY
  const held = takenNow > 0 && (total > limit || total >= half)
  const earlier = takenBefore === 0 ? '' : ` (${takenBefore} of them earlier in the last 24 hours)`
  const rule = total >= half ? 'half of them' : `${limit} in 24 hours`
  return { held, reason: `${total} of ${before} ${noun} would be affected${earlier}; the limit is ${rule}.` }
}

/** What one cause, such as “left the integration group”, is about to take away of a class. */
export interface CauseCount {
  readonly count: number
  /** How many more there may be in the rest of the run. */
  readonly toCome: number
}

/**
 * Decides cause by cause, those of the fewest first, so that an ordinary leaver goes although something else looks like an accident.
 * Together, what passes stays within the limit. The verdicts stand in the order of the causes given.
 */
export function judgeCauses(
  guarded: GuardClass,
  causes: readonly CauseCount[],
  facts: Pick<GuardFacts, 'size' | 'takenBefore' | 'limits'>,
): readonly Verdict[] {
  const verdicts: Verdict[] = []
  let { size, takenBefore } = facts
  const total = ({ count, toCome }: CauseCount): number => count + toCome
  for (const [index, cause] of [...causes.entries()].toSorted(([, a], [, b]) => total(a) - total(b))) {
    const verdict = judge(guarded, { size, takenBefore, takenNow: total(cause), limits: facts.limits })
    verdicts[index] = verdict
    if (verdict.held) continue
    size -= cause.count
    takenBefore += cause.count
  }
  return verdicts
}
