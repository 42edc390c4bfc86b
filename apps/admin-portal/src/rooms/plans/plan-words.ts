import type { PlanItemKind } from '@lockstep/contract/hub/plan'

/** Each kind with its verb and noun, most severe first. */
const kinds: readonly (readonly [kind: PlanItemKind, one: string, many: string])[] = [
  ['delete', 'delete 1 user', 'delete # users'],
  ['suspend', 'suspend 1 user', 'suspend # users'],
  ['unbind', 'unbind 1 account', 'unbind # accounts'],
  ['remove_member', 'end 1 membership', 'end # memberships'],
  ['clear_field', 'clear 1 field', 'clear # fields'],
]

/** What a plan does, as counted verbs: "Delete 1 user, suspend 12 users". */
export function countsText(counts: Readonly<Record<string, number>>): string {
  const parts = kinds.flatMap(([kind, one, many]) => {
    const count = counts[kind] ?? 0
    if (count === 0) return []
    return count === 1 ? one : many.replace('#', count.toLocaleString('en'))
  })
  const text = parts.join(', ')
  return text === '' ? 'Nothing left to do' : text.charAt(0).toUpperCase() + text.slice(1)
}

/** What each decision brings about. */
export function decisionEffect(
  decision: 'release' | 'dismiss',
  counts: Readonly<Record<string, number>>,
  source: string,
): string {
  if (decision === 'release') {
    return `The hub will ${lowerFirst(countsText(counts))}, as ${source} asks. Items that no longer apply by then are left out. What is done can be undone user by user, but not as a whole.`
  }
  return `Nothing of this plan is done; users, accounts and memberships stay as they are here. ${source} is not asked again about them; who comes back there and leaves later counts anew.`
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1)
}
