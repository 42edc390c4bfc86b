// A user's fields as requests send them, in the shape that the directory stores: rows carry ids there, which our own API does not show.
import type { UserUpdate } from '@lockstep/contract/hub/user'
import type { Json, JsonObject } from '@lockstep/kernel/json'
import { identifyRows, rowIdKeys } from '../../directory/users/row-identity.rules.ts'
import type { UserInput } from '../../directory/users/user.rules.ts'

type UserFields = Omit<UserUpdate, 'revision'>

const rowFields = ['addresses', 'attributes', 'phoneNumbers'] as const

/** True when the stored user is needed to tell which rows are new. */
export function hasRows(fields: UserFields): boolean {
  return rowFields.some((field) => fields[field] !== undefined)
}

/** Gives new rows their ids. */
export function storedInput(
  fields: UserFields,
  facts: { readonly now: Date; readonly stored?: JsonObject | undefined },
): UserInput {
  const rows = rowFields.flatMap((field): [string, Json][] => {
    const given = fields[field]
    if (given === undefined) return []
    const rows = given.map((values) => ({ values }))
    const idKeys = rowIdKeys[field]
    return [[field, identifyRows(rows, { now: facts.now, present: facts.stored?.[field], idKeys })]]
  })
  return { ...(fields as UserInput), ...Object.fromEntries(rows) }
}
