import type { JournalEntry } from '@lockstep/contract/hub/journal'

type Changes = JournalEntry['changes']

/** The changes of an entry as they are told: settings one by one, and a new thing without what it was made without. */
export function toldChanges({ action, changes }: Pick<JournalEntry, 'action' | 'changes'>): Changes {
  const told: Record<string, Changes[string]> = {}
  for (const [field, { before, after }] of Object.entries(changes)) {
    if (field === 'behaviour' && isRecord(before) && isRecord(after)) {
      for (const key of Object.keys(after).filter((each) => before[each] !== after[each]))
        told[`behaviour.${key}`] = { before: before[key], after: after[key] }
    } else if (!action.endsWith('.create') || !isEmpty(after)) told[field] = { before, after }
  }
  return told
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isEmpty(value: unknown): boolean {
  return value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0)
}
