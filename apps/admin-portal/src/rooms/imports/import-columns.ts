import { managerHeaders, targetSynonyms } from './import-synonyms.ts'
import { attributePrefix, type ImportKey, targetGroups, type TargetGroup, targetName } from './import-targets.ts'

/** What an import does. */
export type ImportKind = 'create' | 'update'

function folded(header: string): string {
  return header
    .normalize('NFD')
    .replaceAll(/[^\p{L}\p{N}]/gu, '')
    .toLowerCase()
}

/** What the columns are matched to, in their order; an empty text leaves a column out. */
export type ColumnMatch = readonly string[]

/** A match by the headers, and of managers by their cells; each target is given once, to the first column that has its name. */
export function guessColumns(headers: readonly string[], rows: readonly (readonly string[])[] = []): ColumnMatch {
  const names = headers.map(folded)
  const exact = names.map((name) => targetSynonyms.find(([, [own]]) => own === name)?.[0])
  const taken = new Set(exact.filter((target) => target !== undefined))
  const seen = new Set<string>()
  return names.map((name, index) => {
    const target =
      exact[index] ??
      targetSynonyms.find(([each, synonyms]) => !taken.has(each) && synonyms.includes(name))?.[0] ??
      (managerHeaders.includes(name) ? managerTarget(rows.map((cells) => cells[index] ?? '')) : undefined)
    const slot = target === undefined ? '' : slotOf(target)
    if (target === undefined || seen.has(slot)) return ''
    taken.add(target)
    seen.add(slot)
    return target
  })
}

/** By which name cells name people. */
function managerTarget(cells: readonly string[]): string {
  const filled = cells.map((cell) => cell.trim()).filter((cell) => cell !== '')
  if (filled.some((cell) => cell.includes('@'))) return 'manager.email'
  const isNumbers = filled.length > 0 && filled.every((cell) => /\d/u.test(cell) && !/\p{L}{3}/u.test(cell))
  return isNumbers ? 'manager.employeeIdentifier' : 'manager.username'
}

/** What two columns cannot both be matched to: a user has one manager, by whichever name. */
function slotOf(target: string): string {
  return target.startsWith('manager.') ? 'manager' : target
}

/** What a column can be matched to. */
export function columnOptions(header: string): readonly TargetGroup[] {
  const attribute = header
    .normalize('NFD')
    .replaceAll(/[^A-Za-z0-9]/gu, '')
    .slice(0, 32)
  const own = { value: `${attributePrefix}${attribute}`, label: `Attribute ${attribute}` }
  return [
    { group: 'Nothing', items: [{ value: '', label: 'Leave out' }] },
    ...targetGroups,
    ...(attribute === '' ? [] : [{ group: 'Custom attributes', items: [own] }]),
  ]
}

/** Why the match cannot be used; undefined when it can. */
export function matchFault(match: ColumnMatch, kind: ImportKind, key: ImportKey): string | undefined {
  const chosen = match.filter((target) => target !== '')
  const slots = chosen.map(slotOf)
  const twice = chosen.find((_, index) => slots.indexOf(slots[index] ?? '') !== index)
  if (twice !== undefined)
    return `${slotOf(twice) === 'manager' ? 'Manager' : targetName(twice)} is matched by two columns.`
  const needed = kind === 'create' ? ['username', 'email'] : [key]
  const missing = needed.find((field) => !chosen.includes(field))
  if (missing !== undefined) return `No column is matched to ${targetName(missing)}.`
  return kind === 'update' && chosen.length < 2 ? 'Match a column that changes something.' : undefined
}

const storageKey = 'lockstep.import-columns'
const rememberedFiles = 20
type Remembered = Readonly<Record<string, ColumnMatch>>

function readRemembered(): Remembered {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(storageKey) ?? '{}')
    return typeof value === 'object' && value !== null ? (value as Remembered) : {}
  } catch {
    // What cannot be read, or may not be stored, is forgotten.
    return {}
  }
}

const signature = (headers: readonly string[]): string => headers.map(folded).join('\n')

/** The match that was last used for a file with these headers. */
export function rememberedColumns(headers: readonly string[]): ColumnMatch | undefined {
  const match: unknown = readRemembered()[signature(headers)]
  const isMatch =
    Array.isArray(match) && match.length === headers.length && match.every((one) => typeof one === 'string')
  return isMatch ? match : undefined
}

/** Keeps the match for the next file with these headers. */
export function rememberColumns(headers: readonly string[], match: ColumnMatch): void {
  const { [signature(headers)]: _old, ...others } = readRemembered()
  const kept = Object.entries(others).slice(-(rememberedFiles - 1))
  try {
    localStorage.setItem(storageKey, JSON.stringify({ ...Object.fromEntries(kept), [signature(headers)]: match }))
  } catch {
    // A full or forbidden storage costs only the convenience.
  }
}
