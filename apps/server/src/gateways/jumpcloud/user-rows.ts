// Addresses, telephone numbers, attributes and keys: rows with ids of their own, which JumpCloud assigns and clients mostly leave out.
import { AppError } from '@lockstep/contract/app-error'
import { newId, parseId } from '@lockstep/kernel/ids'
import { isJsonObject, type Json, type JsonObject } from '@lockstep/kernel/json'

interface RowFacts {
  readonly keys: readonly string[]
  readonly ids: readonly ('_id' | 'id')[]
}

const rowFacts: Readonly<Record<string, RowFacts>> = {
  addresses: {
    keys: ['type', 'poBox', 'extendedAddress', 'streetAddress', 'locality', 'region', 'postalCode', 'country'],
    ids: ['_id', 'id'],
  },
  attributes: { keys: ['name', 'value'], ids: ['_id'] },
  phoneNumbers: { keys: ['type', 'number'], ids: ['_id', 'id'] },
  relationships: { keys: ['type', 'value'], ids: [] },
  restrictedFields: { keys: ['field', 'type', 'id'], ids: [] },
  ssh_keys: { keys: ['name', 'public_key'], ids: ['_id'] },
}

/** Reads the rows of a field. A row that says the same as a present one is that one, so that sending a user back changes nothing. */
export function castRows(
  field: string,
  given: readonly Json[],
  facts: { readonly now: Date; readonly present: Json | undefined },
): readonly Json[] {
  const table = rowFacts[field]
  if (table === undefined) return given
  const unused = new Set(Array.isArray(facts.present) ? (facts.present as readonly Json[]).filter(isJsonObject) : [])
  return given.map((row, index) => {
    if (!isJsonObject(row)) return row
    const values = castRow(row, table.keys, `${field}.${index}`)
    const givenId = parseId(row['_id']) ?? parseId(row['id'])
    const same = [...unused].find(
      (present) =>
        (givenId === undefined || table.ids.every((key) => present[key] === givenId)) &&
        table.keys.every((key) => (present[key] ?? '') === (values[key] ?? '')),
    )
    if (same !== undefined) {
      unused.delete(same)
      return same
    }
    const id = givenId ?? newId(facts.now.getTime())
    return {
      ...Object.fromEntries(table.ids.map((key) => [key, id])),
      ...values,
      ...(field === 'ssh_keys' ? { create_date: facts.now.toISOString() } : {}),
    }
  })
}

/** The known members of a row as text, as a string column of JumpCloud's store would take them. */
function castRow(row: JsonObject, keys: readonly string[], path: string): Record<string, string> {
  const values: Record<string, string> = {}
  for (const key of keys) {
    const value = row[key]
    if (value === undefined) continue
    if (typeof value === 'object' && value !== null)
      throw new AppError('invalid_request', { field: `${path}.${key}`, detail: `${path}.${key}: must be text.` })
    values[key] = value === null ? '' : String(value)
  }
  return values
}
