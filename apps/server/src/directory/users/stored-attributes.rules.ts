// How a user's JSON column is kept: only what is not as for every new user. Of some fifty fields a dozen are set on most people, so a row
// is a third as long, which is what writing it, reading it and keeping it in memory cost. The restricted fields of one authority, which
// would otherwise be half of an imported user's row, stand together: [{type, id, fields: [...]}].
import { isJsonObject, type Json, type JsonObject } from '@lockstep/kernel/json'
import { initialAttributes } from './user-fields.rules.ts'

/** Attributes as they are kept. */
export function toStoredAttributes(attributes: JsonObject): JsonObject {
  const stored: Record<string, Json> = {}
  for (const field in attributes) {
    const value = attributes[field]
    if (value === undefined || value === initialAttributes[field] || isEmptyList(value, initialAttributes[field]))
      continue
    stored[field] = field === 'restrictedFields' ? grouped(value) : value
  }
  return stored
}

/** Attributes as everybody else knows them. */
export function fromStoredAttributes(stored: JsonObject): JsonObject {
  const attributes: Record<string, Json> = { ...initialAttributes, ...stored }
  const restricted = stored['restrictedFields']
  if (restricted !== undefined) attributes['restrictedFields'] = listed(restricted)
  return attributes
}

/** A new user's value of a field, or of what a path leads to within one; undefined when there is none or it is null. */
export function initialValue(field: string, path: readonly string[] = []): string | number | boolean | undefined {
  let value: Json | undefined = initialAttributes[field]
  for (const key of path) value = isJsonObject(value) ? value[key] : undefined
  return value === null || typeof value === 'object' ? undefined : value
}

function isEmptyList(value: Json, initial: Json | undefined): boolean {
  return Array.isArray(value) && value.length === 0 && Array.isArray(initial) && initial.length === 0
}

function grouped(rows: Json): Json {
  if (!Array.isArray(rows)) return rows
  const groups: { type: Json; id: Json; fields: Json[] }[] = []
  for (const row of rows as readonly Json[]) {
    if (!isJsonObject(row)) continue
    const { type = '', id = '', field = '' } = row
    const last = groups.at(-1)
    if (last?.type === type && last.id === id) last.fields.push(field)
    else groups.push({ type, id, fields: [field] })
  }
  return groups
}

function listed(stored: Json): Json {
  if (!Array.isArray(stored)) return stored
  return (stored as readonly Json[]).flatMap((group): readonly Json[] => {
    if (!isJsonObject(group) || !Array.isArray(group['fields'])) return [group]
    const { type = '', id = '' } = group
    return (group['fields'] as readonly Json[]).map((field) => ({ field, type, id }))
  })
}
