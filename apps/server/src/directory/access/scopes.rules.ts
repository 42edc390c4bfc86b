// JumpCloud's scopes, the words of which custom roles and tokens are made, and the permissions that they come to. A permission is held
// only when the scopes together cover all that it allows: a scope that is finer than the permission gives nothing by itself.
import { type Permission, permissions } from '@lockstep/contract/access'

/** For each permission the sets of scopes of which one has to be covered whole. The `lockstep.…` scopes are ours. */
const permissionScopes: Readonly<Record<Permission, readonly (readonly string[])[]>> = {
  'users.read': [['users.readonly']],
  'users.write': [
    ['users'],
    [
      'users.create',
      'users.properties',
      'users.password',
      'users.mfa',
      'users.notification',
      'users.state.activate',
      'users.state.unlock',
    ],
  ],
  'users.suspend': [['users.state.activate', 'users.state.suspend']],
  'users.delete': [['users.delete']],
  'groups.read': [['groups.readonly']],
  'groups.write': [['groups']],
  'inventory.read': [['systems.readonly', 'applications.readonly']],
  'inventory.write': [['systems', 'applications']],
  'directories.read': [['directories.readonly']],
  // JumpCloud's word gives the agents too; ours is for roles that change directories alone.
  'directories.write': [['directories'], ['lockstep.directories.change']],
  'directories.agents': [['directories']],
  'plans.read': [['lockstep.plans.readonly']],
  'plans.release': [['lockstep.plans']],
  'journal.read': [['directoryinsights.readonly']],
  'journal.verify': [['lockstep.journal.verify']],
  'administrators.read': [['administrators.readonly']],
  'administrators.write': [['administrators']],
  'roles.read': [['roles.readonly']],
  'roles.write': [['roles']],
  'service_accounts.read': [['serviceaccounts.readonly']],
  'service_accounts.write': [['serviceaccounts']],
  'settings.read': [['organizations.readonly']],
  'settings.write': [['organizations']],
  'integrations.read': [['lockstep.integrations.readonly']],
  'integrations.write': [['lockstep.integrations.change']],
  'integrations.provision': [['lockstep.integrations.provision']],
}

/** Nouns whose scopes are the noun itself, for everything, and `noun.readonly`. */
const nouns = [
  ...['accessmanagement', 'accessrequest', 'administrators', 'applications', 'applicationtemplates', 'assets'],
  ...['associations', 'associations.applications', 'associations.authn', 'associations.commands'],
  ...['associations.directories', 'associations.groups', 'associations.radius', 'associations.systems'],
  ...['associations.users', 'authn', 'commands', 'directories', 'groups', 'healthmonitoring.alerts'],
  ...['healthmonitoring.rules', 'identityrisk', 'mdm', 'mfa', 'notifications.channels', 'organizations', 'partners'],
  ...['passwordmanager', 'providers', 'radius', 'reports', 'roles', 'saas', 'serviceaccounts', 'support', 'systems'],
  ...['users', 'users.state', 'workflows', 'lockstep.plans'],
  ...['lockstep.integrations'],
]
const single = [
  ...['applications.create', 'applications.delete', 'applications.update', 'associations.self', 'billing'],
  ...[
    'commandrunner.legacy',
    'commands.schedule',
    'directoryinsights.readonly',
    'groups.self',
    'organizations.billing',
  ],
  ...['protect', 'subscriptions.readonly', 'systeminsights.readonly', 'systems.management', 'systems.self', 'transfer'],
  ...['users.create', 'users.delete', 'users.mfa', 'users.mfa.enforce', 'users.mfa.reset', 'users.mfa.sync'],
  ...['users.notification', 'users.notification.send-activation-email', 'users.password', 'users.password.expire'],
  ...['users.password.set', 'users.properties', 'users.properties.update', 'users.self', 'users.state.activate'],
  ...['users.state.delete', 'users.state.suspend', 'users.state.unlock', 'users.state.update'],
  ...['users.update.passwordreset', 'users.update.unlock', 'lockstep.directories.change'],
  ...['lockstep.journal.verify', 'lockstep.integrations.change', 'lockstep.integrations.provision'],
]
const known: ReadonlySet<string> = new Set([...nouns.flatMap((noun) => [noun, `${noun}.readonly`]), ...single])

/** What a role may be made of, and a token asked for with. */
export function isScope(text: string): boolean {
  return known.has(text)
}

/** A scope covers itself and what is named below it; `users` covers `users.readonly`. */
function covers(held: string, scope: string): boolean {
  return held === scope || scope.startsWith(`${held}.`)
}

/** The permissions that scopes come to, whatever of them is known. */
export function permissionsOfScopes(scopes: readonly string[]): ReadonlySet<Permission> {
  const isCovered = (scope: string): boolean => scopes.some((held) => covers(held, scope))
  return new Set(
    permissions.filter((permission) => permissionScopes[permission].some((needed) => needed.every(isCovered))),
  )
}

/** The scopes that come to exactly these permissions, for the hub's own roles: the coarsest words that give no more. */
export function scopesOfPermissions(held: ReadonlySet<Permission>): readonly string[] {
  const wanted = [...known].filter((scope) => {
    const given = permissionsOfScopes([scope])
    return given.size > 0 && [...given].every((permission) => held.has(permission))
  })
  const needed = [...held].flatMap((permission) => permissionScopes[permission].find((set) => within(set, held)) ?? [])
  const scopes = [...new Set([...wanted, ...needed])]
  return scopes.filter((scope) => !scopes.some((other) => other !== scope && covers(other, scope))).toSorted()
}

/** Whether scopes give nothing beyond what is held. */
function within(scopes: readonly string[], held: ReadonlySet<Permission>): boolean {
  return [...permissionsOfScopes(scopes)].every((permission) => held.has(permission))
}

/** Some of JumpCloud's scopes as people choose them, for the making of roles. */
export interface ScopeGroup {
  readonly key: string
  readonly name: string
  readonly description: string
  /** Nouns with everything and reading, or single actions. */
  readonly nouns: readonly string[]
  readonly actions: readonly string[]
}

/** The scopes that allow something here, in groups; others are taken and allow nothing. */
export const scopeGroups: readonly ScopeGroup[] = [
  {
    key: 'user-management',
    name: 'User management',
    description: 'People, their states and passwords.',
    nouns: ['users'],
    actions: [
      ...['users.create', 'users.properties', 'users.password', 'users.mfa', 'users.notification'],
      ...['users.state.activate', 'users.state.suspend', 'users.state.unlock', 'users.delete'],
    ],
  },
  {
    key: 'group-management',
    name: 'Group management',
    description: 'Groups, their members and rules.',
    nouns: ['groups'],
    actions: [],
  },
  {
    key: 'directories',
    name: 'Directories',
    description: 'Connected directories, Active Directory among them.',
    nouns: ['directories'],
    actions: [],
  },
  {
    key: 'inventory',
    name: 'Devices and applications',
    description: 'Devices and applications; both are needed to see either.',
    nouns: ['systems', 'applications'],
    actions: [],
  },
  {
    key: 'organization',
    name: 'Organization',
    description: 'Settings, administrators, roles, service accounts and integrations.',
    nouns: ['organizations', 'administrators', 'roles', 'serviceaccounts', 'lockstep.integrations'],
    actions: ['lockstep.integrations.provision'],
  },
  {
    key: 'journal-and-plans',
    name: 'Journal and plans',
    description: 'What happened, and changes that wait for a decision.',
    nouns: ['lockstep.plans'],
    actions: ['directoryinsights.readonly', 'lockstep.journal.verify'],
  },
]
