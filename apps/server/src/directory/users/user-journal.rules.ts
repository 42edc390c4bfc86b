import type { FieldChanges, JournalDraft } from '../journal/journal.rules.ts'
import { comparableFields, differences, type User } from './user.rules.ts'

/** The journal's words for a new user. */
export function creation(user: User): JournalDraft {
  return {
    action: 'user.create',
    subjectKind: 'user',
    subjectId: user.id,
    subject: user.username,
    changes: differences(undefined, user),
  }
}

/** The journal's words for a change; a change of state has an action of its own. */
export function update(before: User, after: User, changes: FieldChanges): JournalDraft {
  const action =
    before.state === after.state ? 'user.update' : after.state === 'SUSPENDED' ? 'user.suspend' : 'user.activate'
  return { action, subjectKind: 'user', subjectId: after.id, subject: after.username, changes }
}

/** The journal's words for a deletion: what the user was, so that it can be made again. */
export function removal(user: User): JournalDraft {
  const fields = Object.entries(comparableFields(user)).filter(
    ([, value]) => value !== '' && value !== null && value !== false && !(Array.isArray(value) && value.length === 0),
  )
  return {
    action: 'user.delete',
    subjectKind: 'user',
    subjectId: user.id,
    subject: user.username,
    changes: Object.fromEntries(fields.map(([field, value]) => [field, { before: value }])),
  }
}
