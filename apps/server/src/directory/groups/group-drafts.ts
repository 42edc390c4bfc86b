// The journal's words about groups.
import type { JournalDraft } from '../journal/journal.rules.ts'
import type { Group } from './group.rules.ts'

export function creationDraft(group: Group): JournalDraft {
  return { ...about('group.create', group), changes: namesOf(group, 'after') }
}

/** The changes are for the caller to add. */
export function updateDraft(group: Group): JournalDraft {
  return about('group.update', group)
}

export function removalDraft(group: Group): JournalDraft {
  return { ...about('group.delete', group), changes: namesOf(group, 'before') }
}

/** A group comes into another one, or leaves it. */
export function nestingDraft(
  action: 'group.nest' | 'group.unnest',
  group: { readonly id: string; readonly name: string },
  inner: string,
): JournalDraft {
  const side = action === 'group.nest' ? 'after' : 'before'
  return {
    action,
    subjectKind: 'group',
    subjectId: group.id,
    subject: group.name,
    changes: { member: { [side]: inner } },
  }
}

function about(action: string, group: { readonly id: string; readonly name: string }): JournalDraft {
  return { action, subjectKind: 'group', subjectId: group.id, subject: group.name, changes: {} }
}

function namesOf({ name, description }: Group, side: 'before' | 'after'): NonNullable<JournalDraft['changes']> {
  const given = Object.entries({ name, description }).filter(([, value]) => value !== '')
  return Object.fromEntries(
    given.map(([field, value]) => [field, side === 'before' ? { before: value } : { after: value }]),
  )
}
