import type { PlanItemKind, PlanSourceKind } from '@lockstep/contract/hub/plan'
import type { GuardClass } from './guard.rules.ts'
import type { FieldChanges } from '../../directory/journal/journal.rules.ts'

/**
 * Where a plan's changes come from: a directory, a comparison of the hub with one, whose `id` it has, for what is to be taken away there, or
 * an integration.
 */
export interface PlanSource {
  readonly kind: PlanSourceKind
  readonly id: string
  readonly name: string
}

/** An item of a plan that was released, before it is carried out. */
export interface ReleasedItem {
  readonly itemId: string
  readonly planId: string
  readonly sourceId: string
  readonly kind: PlanItemKind
  readonly subjectId: string
  /** As in the item's reference. */
  readonly key: string
}

/** Items that are moot: by subject and kind, and by the key of their reference where a subject has several. */
export interface Withdrawal {
  readonly subjectIds: readonly string[]
  readonly kinds: readonly PlanItemKind[]
  readonly key?: string
}

/** What became of one. */
export interface SettledItem {
  readonly itemId: string
  readonly state: 'applied' | 'withdrawn' | 'failed'
  /** In words, of a failure. */
  readonly error?: string
}

/** A change that takes something away, as a source proposes it. `reference` is
 * the source's: `key` tells apart what the subject has several of, `guid` names the object there. */
export interface GuardedItem {
  readonly kind: PlanItemKind
  readonly subjectKind: 'user' | 'group'
  readonly subjectId: string
  readonly subjectName: string
  readonly reference: { readonly key: string; readonly guid: string }
  /** In words. What is proposed for the same reason is judged together. */
  readonly reason: string
  /** Others may be proposed for the same reason in the rest of the run. */
  readonly mayBeMore?: boolean
  /** How much it takes away of which class; default: one of its own. */
  readonly counts?: Readonly<Partial<Record<GuardClass, number>>>
  readonly changes: FieldChanges
}
