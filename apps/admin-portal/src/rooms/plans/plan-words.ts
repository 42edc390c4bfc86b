import type { PlanItemKind, PlanRow, PlanSourceKind } from '@lockstep/contract/hub/plan'

/** Each kind with its verb and noun, most severe first. */
const kinds: readonly (readonly [kind: PlanItemKind, one: string, many: string])[] = [
  ['delete', 'delete 1 user', 'delete # users'],
  ['suspend', 'suspend 1 user', 'suspend # users'],
  ['delete_group', 'delete 1 group', 'delete # groups'],
  ['unbind', 'unbind 1 account', 'unbind # accounts'],
  ['pend_password', 'take 1 password away', 'take # passwords away'],
  ['remove_member', 'end 1 membership', 'end # memberships'],
  ['clear_field', 'clear 1 field', 'clear # fields'],
  ['make_again', 'make 1 account again', 'make # accounts again'],
]

/** What is taken away in the domain, after a comparison with it. */
const kindsThere: typeof kinds = [
  ['suspend', 'disable 1 account in the domain', 'disable # accounts in the domain'],
  ['clear_field', 'clear 1 value in the domain', 'clear # values in the domain'],
]

/** What a plan does, as counted verbs: "Delete 1 user, suspend 12 users". */
export function countsText(counts: Readonly<Record<string, number>>, sourceKind: PlanSourceKind = 'directory'): string {
  const parts = (sourceKind === 'comparison' ? kindsThere : kinds).flatMap(([kind, one, many]) => {
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
  { counts, sourceName: source, sourceKind }: Pick<PlanRow, 'counts' | 'sourceName' | 'sourceKind'>,
): string {
  if (sourceKind === 'comparison')
    return decision === 'release'
      ? `The hub’s values are written to ${source}, which means: ${lowerFirst(countsText(counts, sourceKind))}.`
      : `Nothing is written to ${source} because of this plan.`
  if (sourceKind === 'integration' && decision === 'dismiss')
    return `Nothing of this plan is done; users, groups and members stay as they are here. ${source} goes on taking it for done, and does not ask again until it puts them back.`
  if (decision === 'release') {
    return `The hub will ${lowerFirst(countsText(counts))}, as ${source} asks. Items that no longer apply by then are left out. What is done can be undone user by user, but not as a whole.`
  }
  return `Nothing of this plan is done; users, accounts and memberships stay as they are here. ${source} is not asked again about them; who comes back there and leaves later counts anew.`
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1)
}
