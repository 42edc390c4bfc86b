// What groups of users and groups of devices refuse alike, and how often a change of one is decided anew.
import { AppError } from '@lockstep/contract/app-error'
import { ConditionError } from '../../platform/db/compose.ts'
import { isForeignKeyViolation, isUniqueViolation } from '../../platform/db/database-error.ts'
import { isUniqueValueViolation } from '../../platform/db/unique-value.ts'
import type { Group, GroupInput } from './group.rules.ts'

const changeAttempts = 20

/** Decides and writes until nobody else was faster; an attempt that somebody was faster than answers nothing. */
export async function changeUntilWritten(attempt: () => Promise<Group | undefined>): Promise<Group> {
  for (let count = 0; count < changeAttempts; count += 1) {
    const group = await attempt()
    if (group !== undefined) return group
  }
  throw new AppError('revision_changed')
}

interface Exempted {
  readonly input: GroupInput
  /** Who is exempted already may have been deleted since. */
  readonly known: readonly string[]
  readonly find: (ids: readonly string[]) => Promise<readonly { readonly id: string }[]>
  readonly noun: 'user' | 'system'
}

/** Whoever is exempted from a rule has to exist. */
export async function requireExempted({ input, known, find, noun }: Exempted): Promise<void> {
  const named = (input.memberQueryExemptions ?? []).filter((id) => !known.includes(id))
  if (named.length === 0) return
  const found = new Set((await find(named)).map(({ id }) => id))
  if (named.some((id) => !found.has(id)))
    throw new AppError('not_found', {
      field: 'memberQueryExemptions',
      detail: `memberQueryExemptions: there is no such ${noun}.`,
    })
}

/** Refuses an order by a field that groups do not have. */
export function requireSortable(
  sort: readonly { readonly field: string }[],
  columnOf: (field: string) => unknown,
): void {
  for (const { field } of sort)
    if (columnOf(field) === undefined)
      throw new AppError('invalid_filter', {
        field: 'sort',
        detail: `sort: "${field.slice(0, 50)}" cannot be sorted by.`,
      })
}

/** Does work on groups, with what the database refuses in words; `nameIndex` is the index that keeps names apart. */
export async function refusing<T>(nameIndex: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof ConditionError)
      throw new AppError('invalid_filter', { field: error.field, detail: error.message })
    if (isUniqueViolation(error, nameIndex)) throw new AppError('group_name_taken', { field: 'name' })
    if (isUniqueValueViolation(error)) throw new AppError('attribute_value_taken')
    if (isForeignKeyViolation(error)) throw new AppError('not_found', { field: 'id' })
    throw error
  }
}
