// The lists of rows that a user has: addresses, telephone numbers, custom attributes, keys, and who owns which field.
import type { Refusal } from '@lockstep/contract/app-error'
import { isJsonObject, type Json, type JsonObject } from '@lockstep/kernel/json'
import { refuseField } from './field-refusal.rules.ts'
import { sshKeyIdentity } from './ssh-key.rules.ts'

const attributeName = /^[A-Za-z0-9]{1,32}$/
const maxTextLength = 1024
const maxKeyLength = 65_536

/** The fields that an outside authority may own, as JumpCloud lists them. */
const restrictableFields = new Set([
  'addresses',
  'company',
  'costCenter',
  'department',
  'description',
  'displayname',
  'email',
  'employeeIdentifier',
  'employeeType',
  'firstname',
  'jobTitle',
  'lastname',
  'location',
  'manager',
  'middlename',
  'password',
  'phoneNumbers',
  'sudo',
  'username',
])

/** True for a field that an outside authority may own. */
export function isRestrictable(field: string): boolean {
  return restrictableFields.has(field)
}

const authorityKinds = new Set(['active_directory', 'federated_identity_provider', 'scim'])

/** Refuses rows that are none, with the place of the first. */
export function checkRows(field: string, rows: readonly Json[]): Refusal | undefined {
  const unique = new Set<string>()
  for (const [index, row] of rows.entries()) {
    const path = `${field}.${index}`
    if (!isJsonObject(row)) return refuseField(path, 'must be an object.')
    const refusal = checkLengths(field, path, row) ?? checkRow(field, { path, row, unique })
    if (refusal) return refusal
  }
  return undefined
}

function checkLengths(field: string, path: string, row: JsonObject): Refusal | undefined {
  for (const [key, part] of Object.entries(row)) {
    const most = field === 'ssh_keys' && key === 'public_key' ? maxKeyLength : maxTextLength
    if (typeof part === 'string' && part.length > most)
      return refuseField(`${path}.${key}`, `must be at most ${most} characters.`)
  }
  return undefined
}

interface Row {
  readonly path: string
  readonly row: JsonObject
  /** What rows before this one have that no two may share. */
  readonly unique: Set<string>
}

function checkRow(field: string, { path, row, unique }: Row): Refusal | undefined {
  if (field === 'attributes') {
    const { name } = row
    if (typeof name !== 'string' || !attributeName.test(name))
      return refuseField(`${path}.name`, 'must be 1 to 32 letters and digits.')
    if (unique.has(name.toLowerCase())) return refuseField(`${path}.name`, 'stands twice.')
    unique.add(name.toLowerCase())
  }
  if (field === 'ssh_keys') {
    const key = row['public_key']
    const identity = typeof key === 'string' ? sshKeyIdentity(key) : undefined
    if (identity === undefined)
      return refuseField(`${path}.public_key`, 'must be a public SSH key such as "ssh-ed25519 AAAA… name".')
    if (unique.has(identity)) return refuseField(`${path}.public_key`, 'stands twice.')
    unique.add(identity)
  }
  if (field === 'restrictedFields') {
    if (typeof row['field'] !== 'string' || !restrictableFields.has(row['field']))
      return refuseField(`${path}.field`, `must be one of ${[...restrictableFields].join(', ')}.`)
    if (typeof row['type'] !== 'string' || !authorityKinds.has(row['type']))
      return refuseField(`${path}.type`, `must be one of ${[...authorityKinds].join(', ')}.`)
    if (typeof row['id'] !== 'string' || row['id'].length > 24)
      return refuseField(`${path}.id`, 'must be the id of the authority, of at most 24 characters.')
  }
  return undefined
}

interface RestrictedField {
  readonly field: string
  readonly id: string
  readonly type: string
}

/** The fields of a user that outside authorities own. */
export function restrictedFieldsOf(attributes: JsonObject): readonly RestrictedField[] {
  const rows = attributes['restrictedFields']
  if (!Array.isArray(rows)) return []
  return rows.flatMap((row: Json) =>
    isJsonObject(row) && typeof row['field'] === 'string' && typeof row['id'] === 'string'
      ? [{ field: row['field'], id: row['id'], type: typeof row['type'] === 'string' ? row['type'] : '' }]
      : [],
  )
}

/**
 * A request's restricted fields beside those of the user's home directory, which only that directory gives up; who has authority over the
 * password is for administrators to say.
 */
export function mergeRestrictedFields(given: Json, present: JsonObject, homeDirectoryId: string | null): Json {
  if (!Array.isArray(given) || homeDirectoryId === null) return given
  const rows: readonly Json[] = given
  const isThere = (field: string): boolean =>
    rows.some((row) => isJsonObject(row) && row['field'] === field && row['id'] === homeDirectoryId)
  const stored = present['restrictedFields']
  const kept = (Array.isArray(stored) ? (stored as readonly Json[]) : []).filter(
    (row) =>
      isJsonObject(row) &&
      row['id'] === homeDirectoryId &&
      typeof row['field'] === 'string' &&
      row['field'] !== 'password' &&
      !isThere(row['field']),
  )
  return kept.length === 0 ? rows : [...rows, ...kept]
}

const authorityNames: Readonly<Record<string, string>> = {
  active_directory: 'Active Directory',
  federated_identity_provider: 'an identity provider',
  scim: 'SCIM',
}

/** The refusal to change a field that an authority owns. */
export function refuseManaged({ field, id, type }: RestrictedField): Refusal {
  const authority = authorityNames[type] ?? 'a directory'
  return refuseField(field, `is managed by ${authority} (${id}). Change it there.`, 'field_managed_elsewhere')
}
