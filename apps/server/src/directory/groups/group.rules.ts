import type { Decision } from '@lockstep/contract/app-error'
import type { MembershipOrigin } from '@lockstep/contract/hub/user'
import type { Id } from '@lockstep/kernel/ids'
import { canonicalJson, type Json, type JsonObject } from '@lockstep/kernel/json'
import type { FieldChanges } from '../journal/journal.rules.ts'

export interface Group {
  readonly id: Id
  readonly name: string
  readonly description: string
  readonly email: string
  readonly membershipMethod: string
  readonly attributes: JsonObject | null
  /** The directory that owns name and membership. */
  readonly homeDirectoryId: string | null
  /** True while the group has a counterpart in a directory. */
  readonly outside: boolean
  readonly revision: number
  readonly created: Date
  readonly updated: Date
}

export interface GroupInput {
  readonly name?: string
  readonly description?: string
  readonly email?: string
  readonly attributes?: JsonObject | null
  readonly membershipMethod?: string
}

/** Decides on a new group. */
export function createGroup(
  input: GroupInput,
  facts: { readonly id: Id; readonly now: Date; readonly homeDirectoryId?: string },
): Decision<Group> {
  const blank: Group = {
    id: facts.id,
    name: '',
    description: '',
    email: '',
    membershipMethod: 'STATIC',
    attributes: null,
    homeDirectoryId: facts.homeDirectoryId ?? null,
    outside: facts.homeDirectoryId !== undefined,
    revision: 1,
    created: facts.now,
    updated: facts.now,
  }
  if (input.name === undefined)
    return { ok: false, code: 'invalid_request', field: 'name', detail: 'name: is required.' }
  const rights = facts.homeDirectoryId === undefined ? {} : { directoryId: facts.homeDirectoryId }
  const changed = changeGroup(blank, input, { now: facts.now, ...rights })
  return changed.ok ? { ok: true, value: { ...changed.value.group, revision: 1 } } : changed
}

export interface GroupChange {
  readonly group: Group
  readonly changes: FieldChanges
}

const fields = ['name', 'description', 'email', 'attributes', 'membershipMethod'] as const
const managedFields = new Set<string>(['name', 'description'])

/** Decides on a change; what a directory owns changes only on that directory's behalf. */
export function changeGroup(
  group: Group,
  input: GroupInput,
  facts: { readonly now: Date; readonly directoryId?: string },
): Decision<GroupChange> {
  const name = input.name?.trim()
  if (name !== undefined && (name === '' || name.length > 256))
    return { ok: false, code: 'invalid_request', field: 'name', detail: 'name: must have 1 to 256 characters.' }
  if ((input.description?.length ?? 0) > 1024)
    return {
      ok: false,
      code: 'invalid_request',
      field: 'description',
      detail: 'description: must be at most 1,024 characters.',
    }
  const next: Group = { ...group, ...input, ...(name === undefined ? {} : { name }) }
  const changes: Record<string, { before?: Json; after?: Json }> = {}
  for (const field of fields) {
    if (canonicalJson(group[field]) === canonicalJson(next[field])) continue
    if (managedFields.has(field) && group.homeDirectoryId !== null && group.homeDirectoryId !== facts.directoryId)
      return {
        ok: false,
        code: 'field_managed_elsewhere',
        field,
        detail: `${field}: is managed by Active Directory (${group.homeDirectoryId}). Change it there.`,
      }
    changes[field] = {
      ...(group[field] === '' || group[field] === null ? {} : { before: group[field] }),
      after: next[field],
    }
  }
  if (Object.keys(changes).length === 0) return { ok: true, value: { group, changes } }
  return { ok: true, value: { group: { ...next, revision: group.revision + 1, updated: facts.now }, changes } }
}

/** A member with every way in which it belongs to the group. */
export interface Member {
  readonly userId: string
  readonly username: string
  readonly email: string
  readonly displayName: string
  readonly state: 'STAGED' | 'ACTIVATED' | 'SUSPENDED'
  readonly origins: readonly MembershipOrigin[]
  readonly pending: boolean
}
