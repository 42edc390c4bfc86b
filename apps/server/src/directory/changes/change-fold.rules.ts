// Rows of the journal as what they change, and many changes of the same thing as one.
import type { ChangeKind } from '@lockstep/contract/hub/change'
import type { ChangeRow } from '../journal/change-log.rules.ts'

/** One thing that a row changed. */
export interface Touch {
  readonly kind: ChangeKind
  readonly id: string
  readonly what: 'created' | 'updated' | 'deleted'
  readonly at: Date
  /** What it was called, or the user of a membership; null once that was erased. */
  readonly name: string | null
  readonly email: string | null
  readonly groupName?: string
}

/** All touches of a thing within a page. */
export interface Touched {
  readonly isNew: boolean
  readonly last: Touch
  /** The number of the last touch within the page. */
  readonly order: number
}

/** Actions that change neither what their subject is nor its groups. Of all others it is taken that they might. */
export const untouchingActions: readonly string[] = [
  ...['bind', 'unbind', 'associate', 'dissociate'].flatMap((action) => [`user.${action}`, `group.${action}`]),
  'user.request_activation',
  'user.request_password_link',
  'user.schedule_state',
  'user.unschedule_state',
  'user.schedule_failed',
  'group.member_add',
  'group.member_remove',
  'group.nest',
  'group.unnest',
  'group.hold_members',
  'group.suggest',
  'group.withdraw_suggestions',
  'system.join_group',
  'system.leave_group',
]

const membershipActions = new Set(['user.join_group', 'user.leave_group'])
const kindOfSubject: Readonly<Record<string, ChangeKind>> = { user: 'user', group: 'group', system: 'system' }

/** The kinds of subjects whose rows say something about the kinds: memberships end with their user and their group. */
export function subjectKinds(kinds: readonly ChangeKind[]): readonly string[] {
  return kinds.includes('membership')
    ? [...new Set(['user', 'group', ...kinds])].filter((kind) => kind !== 'membership')
    : kinds
}

/** What a row changed, of the kinds. Who reads memberships is told of the users and groups that took theirs along. */
export function touchesOf(row: ChangeRow, kinds: readonly ChangeKind[]): readonly Touch[] {
  const { action, at, name } = row
  if (membershipActions.has(action)) {
    if (!kinds.includes('membership')) return []
    return (row.groups ?? []).map((group) => ({
      kind: 'membership',
      id: membershipId(group.id, row.subjectId),
      what: group.isMember ? 'created' : 'deleted',
      at,
      name,
      email: null,
      groupName: group.name,
    }))
  }
  const kind = kindOfSubject[row.subjectKind]
  if (kind === undefined) return []
  const what = action.endsWith('.create') ? 'created' : action.endsWith('.delete') ? 'deleted' : 'updated'
  const endsMemberships = what === 'deleted' && kind !== 'system' && kinds.includes('membership')
  if (!kinds.includes(kind) && !endsMemberships) return []
  return [{ kind, id: row.subjectId, what, at, name, email: row.email }]
}

/** The changes of a page, in the order in which they were first touched; each thing once. */
export class TouchedThings {
  readonly #byKey = new Map<string, Touched>()
  #count = 0

  get size(): number {
    return this.#byKey.size
  }

  /** False when the thing is another one and there are so many already. */
  take(touch: Touch, limit: number): boolean {
    const key = `${touch.kind} ${touch.id}`
    const known = this.#byKey.get(key)
    if (known === undefined && this.#byKey.size >= limit) return false
    this.#count += 1
    this.#byKey.set(key, { isNew: known?.isNew ?? touch.what === 'created', last: touch, order: this.#count })
    return true
  }

  all(): readonly Touched[] {
    return [...this.#byKey.values()]
  }
}

/** A membership's name in the feed. */
export function membershipId(groupId: string, userId: string): string {
  return `${groupId}.${userId}`
}

/** The two ends of a membership. */
export function membershipKey(id: string): { readonly groupId: string; readonly userId: string } {
  const [groupId = '', userId = ''] = id.split('.')
  return { groupId, userId }
}
