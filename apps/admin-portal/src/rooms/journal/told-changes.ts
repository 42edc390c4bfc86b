import type { JournalEntry } from '@lockstep/contract/hub/journal'

type Changes = JournalEntry['changes']

/** The changes of an entry as they are told: settings one by one, and a new thing without what it was made without. */
export function toldChanges({ action, changes }: Pick<JournalEntry, 'action' | 'changes'>): Changes {
  const told: Record<string, Changes[string]> = {}
  for (const [field, { before, after }] of Object.entries(changes)) {
    if (field === 'behaviour' && isRecord(before) && isRecord(after)) {
      for (const key of Object.keys(after).filter((each) => before[each] !== after[each]))
        told[`behaviour.${key}`] = { before: before[key], after: after[key] }
    } else if (field === 'further') Object.assign(told, furtherChanges(before, after))
    else if (!action.endsWith('.create') || !isEmpty(after)) told[field] = { before, after }
  }
  return told
}

/** What clients keep with a user or group: attributes of extensions one by one, by `URN:NAME`, and the rest together. */
function furtherChanges(before: unknown, after: unknown): Changes {
  const [was, is] = [splitFurther(before), splitFurther(after)]
  const told: Record<string, Changes[string]> = {}
  for (const field of new Set([...Object.keys(was.extended), ...Object.keys(is.extended)])) {
    const change = { before: was.extended[field] ?? null, after: is.extended[field] ?? null }
    if (!isSame(change.before, change.after)) told[field] = change
  }
  return isSame(was.rest, is.rest) ? told : { ...told, further: { before: was.rest, after: is.rest } }
}

function splitFurther(further: unknown): { readonly extended: Record<string, unknown>; readonly rest: unknown } {
  const { values, ...others } = isRecord(further) ? further : {}
  const extended: Record<string, unknown> = {}
  const plain: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(isRecord(values) ? values : {}))
    if (name.startsWith('urn:') && isRecord(value))
      for (const [inner, one] of Object.entries(value)) extended[`${name}:${inner}`] = one
    else plain[name] = value
  const rest = { ...others, ...(Object.keys(plain).length === 0 ? {} : { values: plain }) }
  return { extended, rest: Object.keys(rest).length === 0 ? null : rest }
}

function isSame(left: unknown, right: unknown): boolean {
  return JSON.stringify(left) === JSON.stringify(right)
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isEmpty(value: unknown): boolean {
  return value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0)
}
