import type { BulkActionKind } from '@lockstep/contract/hub/bulk-action'
import type { UserState } from '@lockstep/contract/hub/user'

export type BulkKind = BulkActionKind

/** Jobs of these kinds are bulk actions. */
export const bulkKinds: readonly BulkKind[] = [
  'suspend',
  'activate',
  'delete',
  'password_authority',
  'delegated_authority',
]

/** The state that an action leads to; undefined for all but suspensions and activations. */
export function targetState(kind: BulkKind): 'SUSPENDED' | 'ACTIVATED' | undefined {
  if (kind === 'suspend') return 'SUSPENDED'
  return kind === 'activate' ? 'ACTIVATED' : undefined
}

/**
 * The action that takes another one back, and the state that a user had if it brings them back to it: who was staged before a suspension
 * had no access, and nobody is deleted back.
 */
export function undoOf(kind: string): { readonly kind: BulkKind; readonly before: UserState } | undefined {
  if (kind === 'suspend') return { kind: 'activate', before: 'ACTIVATED' }
  return kind === 'activate' ? { kind: 'suspend', before: 'SUSPENDED' } : undefined
}

interface Reporting {
  readonly id: string
  readonly manager?: string | null
}

/** The users in an order in which whoever reports to another one of them comes first; only a circle cannot be put so. */
export function reportsFirst<T extends Reporting>(users: readonly T[]): readonly T[] {
  const managers = new Map(users.map(({ id, manager }) => [id, manager ?? null]))
  const depths = new Map<string, number>()
  for (const { id } of users) {
    const path = new Set<string>()
    let at: string | null = id
    while (at !== null && managers.has(at) && !depths.has(at) && !path.has(at)) {
      path.add(at)
      at = managers.get(at) ?? null
    }
    let depth = at === null ? 0 : (depths.get(at) ?? 0)
    for (const one of [...path].toReversed()) depths.set(one, (depth += 1))
  }
  return users.toSorted((a, b) => (depths.get(b.id) ?? 0) - (depths.get(a.id) ?? 0))
}
