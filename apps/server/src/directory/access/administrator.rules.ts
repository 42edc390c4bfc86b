import type { Role } from '@lockstep/contract/access'
import type { FieldChanges, JournalDraft } from '../journal/journal.rules.ts'

/** The fields of an administrator that the journal follows. */
export interface AdministratorState {
  readonly email: string
  readonly name: string
  readonly role: Role
  readonly suspended: boolean
}

const fields = ['email', 'name', 'role', 'suspended'] as const

/** Before and after of what differs; undefined stands for an administrator who is not there. */
export function administratorChanges(
  before: AdministratorState | undefined,
  after: AdministratorState | undefined,
): FieldChanges {
  return Object.fromEntries(
    fields
      .filter((field) => before?.[field] !== after?.[field])
      .map((field) => [
        field,
        { ...(before ? { before: before[field] } : {}), ...(after ? { after: after[field] } : {}) },
      ]),
  )
}

/** What the journal calls a change: by its suspension, if it has one. */
export function updateAction(before: AdministratorState, after: AdministratorState): string {
  if (before.suspended === after.suspended) return 'administrator.update'
  return after.suspended ? 'administrator.suspend' : 'administrator.activate'
}

/** What the journal says about a new administrator. */
export function creationDraft(
  administrator: Omit<AdministratorState, 'suspended'> & { readonly id: string },
): JournalDraft {
  return {
    action: 'administrator.create',
    subjectKind: 'administrator',
    subjectId: administrator.id,
    subject: administrator.email,
    changes: administratorChanges(undefined, { ...administrator, suspended: false }),
  }
}
