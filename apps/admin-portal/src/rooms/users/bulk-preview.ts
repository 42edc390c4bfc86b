import type { BulkUserAction, UserState } from '@lockstep/contract/hub/user'

export type BulkAction = BulkUserAction['action']

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

const alreadyThere: Readonly<Record<BulkAction, { readonly state: UserState; readonly text: string } | undefined>> = {
  suspend: { state: 'SUSPENDED', text: 'suspended already' },
  activate: { state: 'ACTIVATED', text: 'active already' },
  delete: undefined,
}

/** Whom an action will change, and whom not. */
export function previewBulk(action: BulkAction, users: readonly Candidate[]): BulkPreview {
  const there = alreadyThere[action]
  const ids = users.filter((user) => user.state !== there?.state).map((user) => user.id)
  const rest = users.length - ids.length
  const skipped =
    there === undefined || rest === 0
      ? []
      : [
          `${rest.toLocaleString('en')} of the selected ${rest === 1 ? 'is' : 'are'} ${there.text} and will be left as ${rest === 1 ? 'it is' : 'they are'}.`,
        ]
  return { ids, skipped }
}

/** The ids in portions that the hub takes in one call. */
export function portions(ids: readonly string[], size: number): readonly (readonly string[])[] {
  return Array.from({ length: Math.ceil(ids.length / size) }, (_, index) => ids.slice(index * size, (index + 1) * size))
}

/** What each action does and how to come back from it. */
export const bulkEffects: Readonly<Record<BulkAction, string>> = {
  suspend:
    'They can no longer sign in, and their accounts in every directory are disabled. Activating them brings this back.',
  activate: 'They can sign in, and their accounts in every directory are enabled.',
  delete:
    'They are removed from this hub and from their groups. Their accounts in Active Directory are disabled, not deleted. This cannot be undone.',
}

export const bulkVerbs: Readonly<Record<BulkAction, { readonly now: string; readonly done: string }>> = {
  suspend: { now: 'Suspend', done: 'suspended' },
  activate: { now: 'Activate', done: 'activated' },
  delete: { now: 'Delete', done: 'deleted' },
}
