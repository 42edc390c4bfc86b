// Addresses, telephone numbers, attributes and keys: rows with ids of their own, which JumpCloud assigns and clients mostly leave out.
import { AppError } from '@lockstep/contract/app-error'
import { parseId } from '@lockstep/kernel/ids'
import { isJsonObject, type Json, type JsonObject } from '@lockstep/kernel/json'
import { identifyRows, rowIdKeys } from '../../directory/users/row-identity.rules.ts'

interface RowFacts {
  readonly keys: readonly string[]
  readonly ids: readonly string[]
}

const rowFacts: Readonly<Record<string, RowFacts>> = {
  addresses: {
    keys: ['type', 'poBox', 'extendedAddress', 'streetAddress', 'locality', 'region', 'postalCode', 'country'],
    ids: rowIdKeys.addresses,
  },
  attributes: { keys: ['name', 'value'], ids: rowIdKeys.attributes },
  phoneNumbers: { keys: ['type', 'number'], ids: rowIdKeys.phoneNumbers },
  relationships: { keys: ['type', 'value'], ids: [] },
  restrictedFields: { keys: ['field', 'type', 'id'], ids: [] },
  ssh_keys: { keys: ['name', 'public_key'], ids: rowIdKeys.ssh_keys },
}

/** Reads the rows of a field; what is no row is left for the rules to refuse. */
export function castRows(
  field: string,
  given: readonly Json[],
  facts: { readonly now: Date; readonly present: Json | undefined },
): readonly Json[] {
  const table = rowFacts[field]
  if (table === undefined || !given.every(isJsonObject)) return given
  const rows = given.map((row, index) => ({
    values: castRow(row, table.keys, `${field}.${index}`),
    id: parseId(row['_id']) ?? parseId(row['id']),
  }))
  const identified = identifyRows(rows, { ...facts, idKeys: table.ids, keys: table.keys })
  if (field !== 'ssh_keys') return identified
  return identified.map((row) => ({ create_date: facts.now.toISOString(), ...row }))
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
