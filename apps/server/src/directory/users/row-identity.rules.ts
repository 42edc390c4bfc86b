// Rows of a user's lists have ids, which those who send them mostly leave out.
import { newId } from '@lockstep/kernel/ids'
import { isJsonObject, type Json, type JsonObject } from '@lockstep/kernel/json'

/** Which members of the rows of each list carry their id. */
export const rowIdKeys = {
  addresses: ['_id', 'id'],
  attributes: ['_id'],
  phoneNumbers: ['_id', 'id'],
  ssh_keys: ['_id'],
} as const satisfies Readonly<Record<string, readonly string[]>>

/** A row as it was sent; with `id`, the one that it is said to be. */
export interface GivenRow {
  readonly values: JsonObject
  readonly id?: string | undefined
}

/**
 * Finds or makes the rows that are meant. A row that says the same as a stored one is that one, so that sending a user back changes nothing;
 * the others get the id that they were sent with, or a new one. `keys` are the members that count; all but the ids when left out.
 */
export function identifyRows(
  given: readonly GivenRow[],
  facts: {
    readonly now: Date
    readonly present: Json | undefined
    readonly idKeys: readonly string[]
    readonly keys?: readonly string[]
  },
): readonly JsonObject[] {
  const { now, present, idKeys } = facts
  const unused = new Set(Array.isArray(present) ? (present as readonly Json[]).filter(isJsonObject) : [])
  return given.map(({ values, id }) => {
    const same = [...unused].find(
      (row) =>
        (id === undefined || idKeys.every((key) => row[key] === id)) &&
        (facts.keys ?? keysOf(row, values)).every((key) => (row[key] ?? '') === (values[key] ?? '')),
    )
    if (same !== undefined) {
      unused.delete(same)
      return same
    }
    const own = id ?? newId(now.getTime())
    return { ...Object.fromEntries(idKeys.map((key) => [key, own])), ...values }
  })
}

function keysOf(...rows: readonly JsonObject[]): readonly string[] {
  return [...new Set(rows.flatMap((row) => Object.keys(row)))].filter((key) => key !== '_id' && key !== 'id')
}
