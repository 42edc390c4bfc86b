import type { Permission, Role } from '@lockstep/contract/access'
import { insidePath } from '@lockstep/ui/door/inside-path'

/** The roles as people call them. */
export const roleNames: Readonly<Record<Role, string>> = {
  administrator_with_billing: 'Administrator with billing',
  administrator: 'Administrator',
  manager: 'Manager',
  help_desk: 'Help desk',
  read_only: 'Read only',
}

/** What each permission allows, as the object of "to …". */
export const permissionWords: Readonly<Record<Permission, string>> = {
  'users.read': 'see users',
  'users.write': 'create and change users',
  'users.suspend': 'suspend and activate users',
  'users.delete': 'delete users',
  'groups.read': 'see groups',
  'groups.write': 'create, change and delete groups',
  'inventory.read': 'see devices and applications',
  'inventory.write': 'change devices and applications',
  'directories.read': 'see directories',
  'directories.write': 'change directories',
  'directories.agents': 'add, pause and delete agents',
  'plans.read': 'see plans',
  'plans.release': 'release and dismiss plans',
  'journal.read': 'read the journal',
  'journal.verify': 'verify the journal',
  'administrators.read': 'see administrators',
  'administrators.write': 'create and change administrators',
  'roles.read': 'see roles',
  'roles.write': 'create and change roles',
  'service_accounts.read': 'see service accounts',
  'service_accounts.write': 'create and change service accounts',
  'settings.read': 'see settings',
  'settings.write': 'change settings',
  'integrations.read': 'see SCIM integrations',
  'integrations.write': 'create and change SCIM integrations',
  'integrations.provision': 'provision users and groups through SCIM',
}

/** Who is signed in, as far as what they may do matters. */
export interface Holder {
  readonly role: Role
  /** Decides instead of the hub's own role beside it. */
  readonly customRole?: { readonly name: string }
  readonly permissions: readonly Permission[]
}

/** The name of the role that decides. */
export function roleNameOf({ role, customRole }: Pick<Holder, 'role' | 'customRole'>): string {
  return customRole?.name ?? roleNames[role]
}

/** The hub's own roles by the portal's name, others by their own. */
export function shownRole(role: { readonly role?: Role; readonly name: string }): string {
  return role.role === undefined ? role.name : roleNames[role.role]
}

/** Why somebody may not do something, as a sentence; undefined when they may. */
export function denial(holder: Holder, permission: Permission): string | undefined {
  if (holder.permissions.includes(permission)) return undefined
  const name = holder.customRole?.name ?? roleNames[holder.role].toLowerCase()
  return `Your role, ${name}, does not allow you to ${permissionWords[permission]}.`
}

/** The address to go to after signing in: only a path of this portal, never another site's. */
export function safeTarget(to: unknown): string {
  return insidePath(to, ['/sign-in', '/set-up', '/enrol', '/password'])
}
