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

const declaredField = /^urn:[\w.:-]{3,200}:[A-Za-z][\w-]{0,59}$/i

/** True for the form of a declared attribute: `URN:NAME`. */
export function isDeclaredField(field: string): boolean {
  return declaredField.test(field)
}

/** True for a field that an outside authority may own. */
export function isRestrictable(field: string): boolean {
  return restrictableFields.has(field) || isDeclaredField(field)
}

const authorityKinds = new Set(['active_directory', 'federated_identity_provider', 'scim'])

/** Refuses rows that are none, with the place of the first. */
export function checkRows(field: string, rows: readonly Json[]): Refusal | undefined {
  const unique = new Set<string>()
  // Nothing is made for a sound row: every user of an import has a row for each field that the directory owns.
  for (let index = 0; index < rows.length; index += 1) {
    const row = rows[index]
    if (!isJsonObject(row)) return refuseField(`${field}.${index}`, 'must be an object.')
    const refusal = checkLengths(field, row) ?? checkRow(field, row, unique)
    if (refusal) return refuseField(`${field}.${index}.${refusal.key}`, refusal.detail)
  }
  return undefined
}

/** What is wrong with which part of a row. */
interface RowFault {
  readonly key: string
  readonly detail: string
}

function checkLengths(field: string, row: JsonObject): RowFault | undefined {
  for (const key in row) {
    const part = row[key]
    const most = field === 'ssh_keys' && key === 'public_key' ? maxKeyLength : maxTextLength
    if (typeof part === 'string' && part.length > most) return { key, detail: `must be at most ${most} characters.` }
  }
  return undefined
}

/** `unique` is what rows before this one have that no two may share. */
function checkRow(field: string, row: JsonObject, unique: Set<string>): RowFault | undefined {
  if (field === 'attributes') {
    const { name } = row
    if (typeof name !== 'string' || !attributeName.test(name))
      return { key: 'name', detail: 'must be 1 to 32 letters and digits.' }
    if (unique.has(name.toLowerCase())) return { key: 'name', detail: 'stands twice.' }
    unique.add(name.toLowerCase())
  }
  if (field === 'ssh_keys') {
    const key = row['public_key']
    const identity = typeof key === 'string' ? sshKeyIdentity(key) : undefined
    if (identity === undefined)
      return { key: 'public_key', detail: 'must be a public SSH key such as "ssh-ed25519 AAAA… name".' }
    if (unique.has(identity)) return { key: 'public_key', detail: 'stands twice.' }
    unique.add(identity)
  }
  if (field === 'restrictedFields') {
    if (typeof row['field'] !== 'string' || !isRestrictable(row['field']))
      return {
        key: 'field',
        detail: `must be one of ${[...restrictableFields].join(', ')}, or a declared attribute.`,
      }
    if (typeof row['type'] !== 'string' || !authorityKinds.has(row['type']))
      return { key: 'type', detail: `must be one of ${[...authorityKinds].join(', ')}.` }
    if (typeof row['id'] !== 'string' || row['id'].length > 24)
      return { key: 'id', detail: 'must be the id of the authority, of at most 24 characters.' }
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
 * password is for administrators to say, and no directory has declared attributes.
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
      !isDeclaredField(row['field']) &&
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
