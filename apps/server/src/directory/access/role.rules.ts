import { type Permission, type Role, rolePermissions, roles } from '@lockstep/contract/access'
import { AppError } from '@lockstep/contract/app-error'
import type { FieldChanges } from '../journal/journal.rules.ts'
import type { CustomRole, RoleHolder } from './access.rules.ts'
import { isScope, permissionsOfScopes, scopesOfPermissions } from './scopes.rules.ts'

/** A role as lists show it, the hub's own and custom ones alike. */
export interface RoleFacts {
  readonly id: string
  readonly name: string
  readonly description: string
  readonly scopes: readonly string[]
  readonly permissions: readonly Permission[]
  /** The hub's own role that it is; absent for a custom one. */
  readonly role?: Role
  readonly createdBy?: string
  readonly updatedBy?: string
}

/** The hub's own roles by JumpCloud's names; their ids are the same in every hub. */
const builtIn: Readonly<Record<Role, { readonly name: string; readonly description: string }>> = {
  administrator_with_billing: { name: 'Administrator With Billing', description: 'May do everything.' },
  administrator: { name: 'Administrator', description: 'May do everything.' },
  manager: { name: 'Manager', description: 'Manages users, groups and directories, not administrators and settings.' },
  help_desk: { name: 'Help Desk', description: 'Changes, suspends and activates users, and reads.' },
  read_only: { name: 'Read Only', description: 'Reads everything but administrators.' },
}

export const builtInRoles: readonly RoleFacts[] = roles.map((role, index) => ({
  id: String(index + 1).padStart(24, '0'),
  ...builtIn[role],
  scopes: scopesOfPermissions(new Set(rolePermissions[role])),
  permissions: rolePermissions[role],
  role,
}))

/** The name of what somebody holds. */
export function roleName({ role, customRole }: RoleHolder): string {
  return customRole?.name ?? builtIn[role].name
}

/** The id of what somebody holds. */
export function roleId({ role, customRole }: RoleHolder): string {
  return customRole?.id ?? builtInRoles.find((facts) => facts.role === role)?.id ?? ''
}

export interface RoleInput {
  readonly name: string
  readonly description: string
  readonly scopes: readonly string[]
}

const maxNameLength = 100
const maxDescriptionLength = 1_000
const maxScopes = 200

/** The input without surrounding spaces and repeated scopes; refuses, naming the field, what makes no role. */
export function requireRole({ name, description, scopes }: RoleInput): RoleInput {
  const input = { name: name.trim(), description: description.trim(), scopes: [...new Set(scopes)] }
  if (input.name === '' || input.name.length > maxNameLength)
    throw refuse('name', `must have 1 to ${maxNameLength} characters.`)
  if (builtInRoles.some((role) => role.name.toLowerCase() === input.name.toLowerCase()))
    throw new AppError('role_name_taken', { field: 'name' })
  if (input.description.length > maxDescriptionLength)
    throw refuse('description', `may have at most ${maxDescriptionLength} characters.`)
  if (input.scopes.length === 0 || input.scopes.length > maxScopes)
    throw refuse('scopes', `must name 1 to ${maxScopes} scopes.`)
  const unknown = input.scopes.find((scope) => !isScope(scope))
  if (unknown !== undefined) throw refuse('scopes', `"${unknown.slice(0, 100)}" is not known here.`)
  return input
}

function refuse(field: string, detail: string): AppError {
  return new AppError('invalid_request', { field, detail: `${field}: ${detail}` })
}

export function customRoleFacts(role: CustomRole & RoleInput & { createdBy: string; updatedBy: string }): RoleFacts {
  const { id, name, description, scopes, createdBy, updatedBy } = role
  return { id, name, description, scopes, permissions: [...permissionsOfScopes(scopes)], createdBy, updatedBy }
}

/** Before and after of what differs; undefined stands for a role that is not there. */
export function roleChanges(before: RoleInput | undefined, after: RoleInput | undefined): FieldChanges {
  const changes: Record<string, { before?: string; after?: string }> = {}
  const text = (role: RoleInput | undefined, field: keyof RoleInput): string | undefined => {
    const value = role?.[field]
    return value === undefined ? undefined : typeof value === 'string' ? value : value.join(' ')
  }
  for (const field of ['name', 'description', 'scopes'] as const) {
    const [left, right] = [text(before, field), text(after, field)]
    if (left === right) continue
    changes[field] = {
      ...(left === undefined ? {} : { before: left }),
      ...(right === undefined ? {} : { after: right }),
    }
  }
  return changes
}
