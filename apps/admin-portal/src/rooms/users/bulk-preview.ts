import type { BulkAction, BulkActionKind } from '@lockstep/contract/hub/bulk-action'
import type { UserState } from '@lockstep/contract/hub/user'
import { counted } from '../../words/words.ts'

export type BulkKind = BulkActionKind
/** An action about whose the authority over passwords is. */
export type AuthorityKind = Extract<BulkKind, 'password_authority' | 'delegated_authority'>

interface Candidate {
  readonly id: string
  readonly state: UserState
}

interface BulkPreview {
  /** Whom the action fits. */
  readonly ids: readonly string[]
  /** Why the others are left out, one sentence for each reason. */
  readonly skipped: readonly string[]
}

const alreadyThere = {
  suspend: { state: 'SUSPENDED', text: 'suspended already' },
  activate: { state: 'ACTIVATED', text: 'active already' },
  delete: undefined,
  password_authority: { state: undefined, text: 'so already' },
  delegated_authority: { state: undefined, text: 'so already' },
} as const

/** The state that an action leads to: who has it is left alone. */
export function stateAfter(kind: BulkKind): 'SUSPENDED' | 'ACTIVATED' | undefined {
  return alreadyThere[kind]?.state
}

/** Why some of those who were chosen stay as they are; undefined when all change. */
export function skippedText(kind: BulkKind, count: number, of: string): string | undefined {
  const there = alreadyThere[kind]
  if (there === undefined || count === 0) return undefined
  const [is, they] = count === 1 ? ['is', 'it is'] : ['are', 'they are']
  return `${count.toLocaleString('en')} ${of} ${is} ${there.text} and will be left as ${they}.`
}

/** Whom an action will change, and whom not. */
export function previewBulk(kind: BulkKind, users: readonly Candidate[]): BulkPreview {
  const ids = users.filter((user) => user.state !== stateAfter(kind)).map((user) => user.id)
  const skipped = skippedText(kind, users.length - ids.length, 'of the selected')
  return { ids, skipped: skipped === undefined ? [] : [skipped] }
}

/** More than this one asks to type the number. */
const unaskedCount = 50

/** True when the number has to be typed first: for what cannot be undone, and for many. */
export function asksForNumber(kind: BulkKind, count: number): boolean {
  return count > 0 && (kind === 'delete' || (kind === 'suspend' && count > unaskedCount))
}

/** What each action does and how to come back from it. */
export const bulkEffects: Readonly<Record<BulkKind, string>> = {
  suspend:
    'They can no longer sign in, and their accounts in every directory are disabled. Activating them brings this back.',
  activate: 'They can sign in, and their accounts in every directory are enabled.',
  delete:
    'They are removed from this hub and from their groups. Their accounts in Active Directory are disabled, not deleted. This cannot be undone.',
  password_authority:
    'Only the authority sets their passwords from now on. Where it is a domain, a password set here is refused; where it is this hub, a password set here is written to every domain that they are connected to.',
  delegated_authority:
    'The authority validates their passwords when they sign in. Where it is a domain, its import agent is asked each time, and the password kept here does not count.',
}

export const bulkVerbs: Readonly<
  Record<BulkKind, { readonly now: string; readonly done: string; readonly going: string }>
> = {
  suspend: { now: 'Suspend', done: 'suspended', going: 'Suspending' },
  activate: { now: 'Activate', done: 'activated', going: 'Activating' },
  delete: { now: 'Delete', done: 'deleted', going: 'Deleting' },
  password_authority: {
    ...{ now: 'Set password authority of', done: 'given another password authority' },
    going: 'Setting the password authority of',
  },
  delegated_authority: {
    ...{ now: 'Set delegated authority of', done: 'given another delegated authority' },
    going: 'Setting the delegated authority of',
  },
}

/** What became of a bulk action that has ended: the headline, and what else there is to say. */
export function outcomeWords(action: BulkAction): { readonly title: string; readonly rest: readonly string[] } {
  const { changed, unchanged, failed, total } = action
  const verb = bulkVerbs[action.action]
  const there = alreadyThere[action.action]
  const left = total - changed - unchanged - failed
  const rest = [
    ...(unchanged > 0 && there
      ? [`${unchanged.toLocaleString('en')} ${unchanged === 1 ? 'was' : 'were'} ${there.text}`]
      : []),
    ...(failed > 0 ? [`${failed.toLocaleString('en')} could not be ${verb.done}`] : []),
    ...(left > 0 ? [`${left.toLocaleString('en')} not reached`] : []),
  ]
  return { title: `${counted(changed, 'user')} ${verb.done}`, rest }
}
