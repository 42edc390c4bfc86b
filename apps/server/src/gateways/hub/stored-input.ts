// A user's fields as requests send them, in the shape that the directory stores: rows carry ids there, which our own API does not show.
import type { UserUpdate } from '@lockstep/contract/hub/user'
import { newId } from '@lockstep/kernel/ids'
import { isJsonObject, type Json, type JsonObject } from '@lockstep/kernel/json'
import type { UserInput } from '../../directory/users/user.rules.ts'

type UserFields = Omit<UserUpdate, 'revision'>

const rowIds = { addresses: ['_id', 'id'], attributes: ['_id'], phoneNumbers: ['_id', 'id'] } as const
type RowField = keyof typeof rowIds
const rowFields = Object.keys(rowIds) as readonly RowField[]

/** True when the stored user is needed to tell which rows are new. */
export function hasRows(fields: UserFields): boolean {
  return rowFields.some((field) => fields[field] !== undefined)
}

/** Gives new rows their ids. A row that says the same as a stored one is that one, so that sending a user back changes nothing. */
export function storedInput(
  fields: UserFields,
  facts: { readonly now: Date; readonly stored?: JsonObject | undefined },
): UserInput {
  const rows = rowFields.flatMap((field): [string, Json][] => {
    const given = fields[field]
    if (given === undefined) return []
    return [[field, storedRows(field, given, { now: facts.now, present: facts.stored?.[field] })]]
  })
  return { ...(fields as UserInput), ...Object.fromEntries(rows) }
}

function storedRows(
  field: RowField,
  given: readonly JsonObject[],
  facts: { readonly now: Date; readonly present: Json | undefined },
): readonly JsonObject[] {
  const unused = new Set(Array.isArray(facts.present) ? (facts.present as readonly Json[]).filter(isJsonObject) : [])
  return given.map((row) => {
    const same = [...unused].find((present) => saysTheSame(present, row))
    if (same !== undefined) {
      unused.delete(same)
      return same
    }
    const id = newId(facts.now.getTime())
    return { ...Object.fromEntries(rowIds[field].map((key) => [key, id])), ...row }
  })
}

function saysTheSame(present: JsonObject, row: JsonObject): boolean {
  const keys = new Set([...Object.keys(present), ...Object.keys(row)])
  keys.delete('_id')
  keys.delete('id')
  return [...keys].every((key) => (present[key] ?? '') === (row[key] ?? ''))
}
