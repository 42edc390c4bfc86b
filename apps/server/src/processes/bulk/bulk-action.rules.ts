import type { BulkAction, BulkOutcome } from '@lockstep/contract/hub/bulk-action'
import type { BulkUserAction, UserState } from '@lockstep/contract/hub/user'

export type BulkKind = BulkUserAction['action']

/** What is known of one user of a bulk action; filled in as it is reached. */
export interface BulkRow {
  readonly userId: string
  username: string
  displayName: string
  before?: UserState
  outcome: BulkOutcome
  code?: string
  message?: string
}

/** A user of a bulk action before anything was done. */
export function unreached(user: { readonly id: string; readonly username?: string; readonly name?: string }): BulkRow {
  return { userId: user.id, username: user.username ?? '', displayName: user.name ?? '', outcome: 'not_reached' }
}

/** The state that an action leads to; undefined for deletions. */
export function targetState(kind: BulkKind): 'SUSPENDED' | 'ACTIVATED' | undefined {
  if (kind === 'delete') return undefined
  return kind === 'suspend' ? 'SUSPENDED' : 'ACTIVATED'
}

type Counts = Pick<BulkAction, 'changed' | 'unchanged' | 'failed'>

/** How many users came out in which way. */
export function countOutcomes(rows: readonly BulkRow[]): Counts {
  const counts = { changed: 0, unchanged: 0, failed: 0 }
  for (const { outcome } of rows) if (outcome !== 'not_reached') counts[outcome] += 1
  return counts
}

/** The action that takes another one back, and the users that it brings to the state they had. Nobody is deleted back. */
export function undoOf(
  kind: BulkKind,
  rows: readonly BulkRow[],
): { readonly kind: BulkKind; readonly rows: readonly BulkRow[] } | undefined {
  if (kind === 'delete') return undefined
  // Who was staged before had no access and no state to which the opposite action leads.
  const before = kind === 'suspend' ? 'ACTIVATED' : 'SUSPENDED'
  const changed = rows.filter((row) => row.outcome === 'changed' && row.before === before)
  if (changed.length === 0) return undefined
  return { kind: kind === 'suspend' ? 'activate' : 'suspend', rows: changed }
}
