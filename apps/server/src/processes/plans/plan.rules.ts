import type { PlanItemKind } from '@lockstep/contract/hub/plan'
import type { FieldChanges } from '../../directory/journal/journal.rules.ts'

/** Where a plan's changes come from. */
export interface PlanSource {
  readonly kind: 'directory'
  readonly id: string
  readonly name: string
}

/** A change that takes something away, as a source proposes it. `reference` is
 * the source's: `key` tells apart what the subject has several of, `guid` names the object there. */
export interface GuardedItem {
  readonly kind: PlanItemKind
  readonly subjectKind: 'user' | 'group'
  readonly subjectId: string
  readonly subjectName: string
  readonly reference: { readonly key: string; readonly guid: string }
  readonly reason: string
  readonly changes: FieldChanges
}
