import type { ColumnMatch, ImportKind } from './import-columns.ts'
import { type ImportKey, readTarget, targetName, writeTarget } from './import-targets.ts'

/** How the rows of a file are to be read. */
export interface ImportPlan {
  readonly kind: ImportKind
  readonly key: ImportKey
  readonly match: ColumnMatch
  /** What an empty cell does to a user who is changed. */
  readonly blank: 'keep' | 'clear'
  /** The state of new users whose row names none; undefined: what the organization has set for imports. */
  readonly newState: 'STAGED' | 'ACTIVATED' | undefined
}

/** A line of the file: what is sent of it, and what the hub will refuse. */
export interface ImportRow {
  readonly fields: Readonly<Record<string, unknown>>
  readonly faults: readonly string[]
}

const stateWords: Readonly<Record<string, string>> = {
  active: 'ACTIVATED',
  activated: 'ACTIVATED',
  enabled: 'ACTIVATED',
  staged: 'STAGED',
  suspended: 'SUSPENDED',
  disabled: 'SUSPENDED',
  inactive: 'SUSPENDED',
}
const longest = 1024

/** The rows as the hub takes them, each with its faults as far as they show without the hub. */
export function importRows(rows: readonly (readonly string[])[], plan: ImportPlan): readonly ImportRow[] {
  const names = plan.kind === 'create' ? (['username', 'email'] as const) : ([plan.key] as const)
  const firstLines = new Map<string, number>()
  return rows.map((cells, index) => {
    const fields = fieldsOf(cells, plan)
    const faults = [...widthFault(cells, plan.match), ...faultsOf(fields, plan), ...cellFaults(fields, plan.match)]
    for (const name of names) {
      const value = fields[name]
      if (typeof value !== 'string' || value === '') continue
      const place = `${name} ${name === 'employeeIdentifier' ? value : value.toLowerCase()}`
      const first = firstLines.get(place)
      if (first === undefined) firstLines.set(place, index + 1)
      else faults.push(`“${value}” stands in row ${first} already.`)
    }
    return { fields, faults }
  })
}

function fieldsOf(
  cells: readonly string[],
  { kind, key, match, blank, newState }: ImportPlan,
): Record<string, unknown> {
  const fields: Record<string, unknown> = {}
  for (const [index, target] of match.entries()) {
    if (target === '') continue
    const value = (cells[index] ?? '').trim()
    if (value === '') {
      if (kind === 'update' && blank === 'clear' && isClearable(target, key))
        writeTarget(fields, target, emptied(target))
    } else writeTarget(fields, target, target === 'state' ? (stateWords[value.toLowerCase()] ?? value) : value)
  }
  if (kind === 'create' && newState !== undefined) fields['state'] ??= newState
  return fields
}

/** Parts of lists and the number are taken away; texts become empty. */
const emptied = (target: string): string | null => (target.includes('.') || target === 'employeeIdentifier' ? null : '')

function isClearable(field: string, key: ImportKey): boolean {
  return field !== key && field !== 'username' && field !== 'email' && field !== 'state'
}

function widthFault(cells: readonly string[], match: ColumnMatch): readonly string[] {
  const isWider = cells.slice(match.length).some((cell) => cell !== '')
  return isWider ? [`Has ${cells.length} cells, but the header has ${match.length}.`] : []
}

function faultsOf(fields: Readonly<Record<string, unknown>>, { kind, key }: ImportPlan): readonly string[] {
  const faults: string[] = []
  const needed = kind === 'create' ? ['username', 'email'] : [key]
  const nouns: Readonly<Record<string, string>> = {
    username: 'username',
    email: 'e-mail',
    employeeIdentifier: 'employee number',
  }
  for (const name of needed) if (fields[name] === undefined) faults.push(`Has no ${nouns[name] ?? name}.`)
  const { email, state } = fields
  if (typeof email === 'string' && email !== '' && !/^[^\s@]+@[^\s@]+$/u.test(email))
    faults.push(`“${email}” is no e-mail address.`)
  const states = kind === 'create' ? ['STAGED', 'ACTIVATED'] : ['ACTIVATED', 'SUSPENDED']
  if (typeof state === 'string' && !states.includes(state))
    faults.push(`“${state}” is no state that ${kind === 'create' ? 'a new user' : 'a change'} can have.`)
  return faults
}

function cellFaults(fields: Readonly<Record<string, unknown>>, match: ColumnMatch): readonly string[] {
  return match.flatMap((target) => {
    const value = target === '' ? undefined : readTarget(fields, target)
    if (typeof value !== 'string') return []
    if (value.length > longest) return [`${targetName(target)} is longer than ${longest} signs.`]
    return target.startsWith('phone.') && !/\d.*\d/u.test(value) ? [`“${value}” is no phone number.`] : []
  })
}
