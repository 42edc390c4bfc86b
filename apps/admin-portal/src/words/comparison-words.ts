import type { Comparison, Difference, DifferenceKind, DifferenceRow } from '@lockstep/contract/hub/comparison'
import type { Tone } from '@lockstep/ui/status-chip'

interface Chip {
  readonly tone: Tone
  readonly label: string
}

/** Kinds of difference as people call them, in the order of the filter. */
export const differenceKinds: Readonly<Record<DifferenceKind, string>> = {
  field: 'Field differs',
  state: 'Enabled on one side only',
  missing_there: 'Missing in the domain',
  missing_here: 'Missing in the hub',
  extra: 'In scope, but gone here',
  member_missing_there: 'Member in the hub only',
  member_missing_here: 'Member in the domain only',
  waiting: 'Waits to be written',
  failed: 'Was refused',
}

/** What applying a difference does. */
export function actionText({ action, takesAway }: Pick<Difference, 'action' | 'takesAway'>): string {
  if (action === 'nothing') return 'Nothing'
  const text = action === 'taken_over' ? 'The domain’s value is taken over' : 'The hub’s value is written'
  return takesAway ? `${text}, after release` : text
}

/** What has become of a difference that was applied. */
export function outcomeChip(outcome: DifferenceRow['outcome']): Chip | undefined {
  if (outcome === undefined) return undefined
  if (outcome === 'selected') return { tone: 'blue', label: 'Being applied' }
  return outcome === 'held' ? { tone: 'amber', label: 'Waits for release' } : { tone: 'green', label: 'Applied' }
}

/** True while a comparison is not over. */
export function isGoing({ state }: Pick<Comparison, 'state'>): boolean {
  return state === 'reading' || state === 'comparing'
}

/** How a comparison stands. */
export function comparisonChip({ state, found }: Pick<Comparison, 'state' | 'found'>): Chip {
  if (state === 'reading') return { tone: 'blue', label: 'Reading the domain' }
  if (state === 'comparing') return { tone: 'blue', label: 'Comparing' }
  if (state === 'failed') return { tone: 'red', label: 'Failed' }
  if (state === 'cancelled') return { tone: 'grey', label: 'Cancelled' }
  if (found === 0) return { tone: 'green', label: 'No differences' }
  return { tone: 'amber', label: found === 1 ? '1 difference' : `${found.toLocaleString('en')} differences` }
}
