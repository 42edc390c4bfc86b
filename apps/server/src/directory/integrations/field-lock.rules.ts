// The fields of an integration's users that nobody else changes stand among their restricted fields, under the integration's id.
import { isJsonObject, type Json, type JsonObject } from '@lockstep/kernel/json'
import { isRestrictable } from '../users/user-rows.rules.ts'

/** The first of the fields that cannot be read-only. */
export function unlockableField(fields: readonly string[]): string | undefined {
  return fields.find((field) => !isRestrictable(field))
}

/** A user's restricted fields once an integration has these; undefined when they are so already. */
export function withFieldLocks(
  attributes: JsonObject,
  integrationId: string,
  fields: readonly string[],
): readonly Json[] | undefined {
  const stored = attributes['restrictedFields']
  const rows: readonly Json[] = Array.isArray(stored) ? (stored as readonly Json[]) : []
  const own = rows.filter((row) => isJsonObject(row) && row['id'] === integrationId)
  const present = own.map((row) => (isJsonObject(row) ? row['field'] : ''))
  if (present.length === fields.length && fields.every((field) => present.includes(field))) return undefined
  return [
    ...rows.filter((row) => !own.includes(row)),
    ...[...new Set(fields)].map((field) => ({ field, type: 'scim', id: integrationId })),
  ]
}
