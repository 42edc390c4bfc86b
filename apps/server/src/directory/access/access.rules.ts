import { type Actor, type Permission, permissions, type Role, rolePermissions } from '@lockstep/contract/access'
import { AppError } from '@lockstep/contract/app-error'
import { permissionsOfScopes } from './scopes.rules.ts'

/** A role that administrators made. */
export interface CustomRole {
  readonly id: string
  readonly name: string
  readonly scopes: readonly string[]
}

/** Who holds a role: one of the hub's own, or a custom one, which then decides alone. */
export interface RoleHolder {
  readonly role: Role
  readonly customRole?: CustomRole | null
}

/** What of an administrator decides about requests; never holds the password's hash. */
export interface AdministratorFacts extends RoleHolder {
  readonly id: string
  readonly email: string
  readonly name: string
}

const permissionSets = new Map<string, ReadonlySet<Permission>>(
  Object.entries(rolePermissions).map(([role, allowed]) => [role, new Set(allowed)]),
)
const noPermissions: ReadonlySet<Permission> = new Set()
const allPermissions: ReadonlySet<Permission> = new Set(permissions)

export function permissionsOf(role: Role): ReadonlySet<Permission> {
  // A role that a newer hub wrote may be unknown here, and then allows nothing.
  return permissionSets.get(role) ?? noPermissions
}

/** What the holder of a role may do. */
export function heldPermissions({ role, customRole }: RoleHolder): ReadonlySet<Permission> {
  return customRole ? permissionsOfScopes(customRole.scopes) : permissionsOf(role)
}

/** Refuses with `forbidden`, naming the permission, unless the actor has it. */
export function requirePermission(actor: Actor, permission: Permission): void {
  if (actor.permissions.has(permission)) return
  throw new AppError('forbidden', { detail: `This needs the permission ${permission}, which your role does not have.` })
}

/** Refuses with `forbidden` when the role may do something that the actor may not. */
export function requireRoleWithin(actor: Actor, holder: RoleHolder): void {
  const missing = [...heldPermissions(holder)].find((permission) => !actor.permissions.has(permission))
  if (missing === undefined) return
  throw new AppError('forbidden', {
    field: 'role',
    detail: `The role ${holder.customRole?.name ?? holder.role} has the permission ${missing}, which your own role does not have.`,
  })
}

export function actorOf(administrator: AdministratorFacts, via: NonNullable<Actor['via']>): Actor {
  const { id, email } = administrator
  return { kind: 'administrator', id, name: email, permissions: heldPermissions(administrator), via }
}

/** A part of the hub that acts by itself; it may do everything. */
export function systemActor(name: string): Actor {
  return { kind: 'system', id: name, name, permissions: allPermissions }
}

/** Administrators of these roles of the hub can make others; one of them always stays able to sign in. */
export function canMakeAdministrators(role: Role): boolean {
  return permissionsOf(role).has('administrators.write')
}

const minPasswordLength = 12
const maxPasswordLength = 1024

/** Why the text cannot be an administrator's password; undefined when it can. */
export function passwordFault(password: string): string | undefined {
  if (password.length < minPasswordLength) return `The password needs at least ${minPasswordLength} characters.`
  if (password.length > maxPasswordLength) return `The password may have at most ${maxPasswordLength} characters.`
  if (password.trim() === '') return 'The password may not consist of spaces alone.'
  return undefined
}

export function requirePassword(password: string): void {
  const detail = passwordFault(password)
  if (detail !== undefined) throw new AppError('password_policy', { field: 'password', detail })
}

const maxEmailLength = 320
// RFC 5321's dot-string and domain, with the letters of every script (RFC 6531); quoted local parts are nobody's address.
const emailPattern =
  /^[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+(\.[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+)*@[\p{L}\p{M}\p{N}-]+(\.[\p{L}\p{M}\p{N}-]+)*$/u

export function isEmail(text: string): boolean {
  return text.length <= maxEmailLength && emailPattern.test(text)
}

/** The address without surrounding spaces; refuses what is no address. */
export function requireEmail(text: string): string {
  const email = text.trim()
  if (isEmail(email)) return email
  throw new AppError('invalid_request', {
    field: 'email',
    detail: 'email: must be an address such as ada@example.com.',
  })
}

/** The name without surrounding spaces; refuses an empty one. */
export function requireName(text: string): string {
  const name = text.trim()
  if (name !== '') return name
  throw new AppError('invalid_request', { field: 'name', detail: 'name: may not consist of spaces alone.' })
}
