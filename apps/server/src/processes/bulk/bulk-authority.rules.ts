// Password Authority and Delegated Authority of many users at once: each row of such an action says whose it becomes.
import { isJsonObject, type Json, type JsonObject } from '@lockstep/kernel/json'
import type { UserInput } from '../../directory/users/user.rules.ts'
import type { BulkKind } from './bulk-action.rules.ts'

/** An action about who has authority over passwords. */
export type AuthorityKind = Extract<BulkKind, 'password_authority' | 'delegated_authority'>

export function isAuthorityKind(kind: string): kind is AuthorityKind {
  return kind === 'password_authority' || kind === 'delegated_authority'
}

/** How a row of an action keeps the directory that gets the authority; null for the hub. */
export function authorityRow(directoryId: string | null): { readonly authority: string | null } {
  return { authority: directoryId }
}

/** What to set on a user so that the authority is whose the row says. */
export function authorityFields(kind: AuthorityKind, row: UserInput, attributes: JsonObject): UserInput {
  const { authority } = row
  const directoryId = typeof authority === 'string' ? authority : null
  if (kind === 'delegated_authority')
    return { delegatedAuthority: directoryId === null ? null : { id: directoryId, name: 'ActiveDirectory' } }
  const present = attributes['restrictedFields']
  const rows = Array.isArray(present) ? (present as readonly Json[]) : []
  const isSame = (row: Json): boolean => isJsonObject(row) && row['field'] === 'password' && row['id'] === directoryId
  // The same again in another place of the list would be a change.
  if (directoryId !== null && rows.some(isSame)) return {}
  const others = rows.filter((row) => !isJsonObject(row) || row['field'] !== 'password')
  const own = directoryId === null ? [] : [{ field: 'password', type: 'active_directory', id: directoryId }]
  return { restrictedFields: [...others, ...own] }
}
