import type { Administrator } from '@lockstep/contract/hub/session'
import type { Json } from '@lockstep/kernel/json'
import type { FieldChanges, JournalDraft } from '../journal/journal.rules.ts'
import type { RoleHolder } from './access.rules.ts'

/** The fields of an administrator that the journal follows. */
export interface AdministratorState extends RoleHolder {
  readonly email: string
  readonly name: string
  readonly suspended: boolean
  readonly apiKeysAllowed?: boolean
  readonly secondFactorRequired?: boolean
}

const fields = ['email', 'name', 'role', 'customRole', 'suspended', 'apiKeysAllowed', 'secondFactorRequired'] as const

/** Before and after of what differs; undefined stands for an administrator who is not there. */
export function administratorChanges(
  before: AdministratorState | undefined,
  after: AdministratorState | undefined,
): FieldChanges {
  const changes: Record<string, { before?: Json; after?: Json }> = {}
  for (const field of fields) {
    const [left, right] = [valueOf(before, field), valueOf(after, field)]
    if (left === right) continue
    changes[field] = {
      ...(left === undefined ? {} : { before: left }),
      ...(right === undefined ? {} : { after: right }),
    }
  }
  return changes
}

function valueOf(state: AdministratorState | undefined, field: (typeof fields)[number]): Json | undefined {
  return field === 'customRole' ? state?.customRole?.name : state?.[field]
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

/** What lists and answers show of an administrator. */
export interface AdministratorFactsShown extends RoleHolder {
  readonly id: string
  readonly email: string
  readonly name: string
  readonly suspended: boolean
  readonly apiKeysAllowed: boolean
  readonly secondFactorRequired: boolean
  readonly secondFactorSince: Date | null
  readonly created: Date
  readonly lastSignIn: Date | null
  readonly hasPassword: boolean
}

/** `isForAll`: every administrator needs a second factor. */
export function toAdministrator(row: AdministratorFactsShown, isForAll: boolean): Administrator {
  const { id, email, name, role, customRole, suspended, apiKeysAllowed, secondFactorSince, lastSignIn } = row
  return {
    id,
    email,
    name,
    role,
    ...(customRole ? { customRole: { id: customRole.id, name: customRole.name } } : {}),
    suspended,
    passwordMissing: !row.hasPassword,
    apiKeysAllowed,
    secondFactor: {
      enrolled: secondFactorSince !== null,
      required: row.secondFactorRequired || isForAll,
      ...(secondFactorSince === null ? {} : { enrolledAt: secondFactorSince.toISOString() }),
    },
    created: row.created.toISOString(),
    ...(lastSignIn === null ? {} : { lastSignIn: lastSignIn.toISOString() }),
  }
}
