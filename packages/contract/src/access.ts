/** What an operation needs; every route and service names one. */
export const permissions = [
  'users.read',
  'users.write',
  'users.suspend',
  'users.delete',
  'groups.read',
  'groups.write',
  'inventory.read',
  'inventory.write',
  'directories.read',
  'directories.write',
  'directories.agents',
  'plans.read',
  'plans.release',
  'journal.read',
  'journal.verify',
  'administrators.read',
  'administrators.write',
  'roles.read',
  'roles.write',
  'service_accounts.read',
  'service_accounts.write',
  'settings.read',
  'settings.write',
  'integrations.read',
  'integrations.write',
  'integrations.provision',
] as const

/** The name of a permission. */
export type Permission = (typeof permissions)[number]

/** The roles of administrators, strongest first. */
export const roles = ['administrator_with_billing', 'administrator', 'manager', 'help_desk', 'read_only'] as const

/** The name of a role. */
export type Role = (typeof roles)[number]

const reading: readonly Permission[] = [
  'users.read',
  'groups.read',
  'inventory.read',
  'directories.read',
  'plans.read',
  'journal.read',
  'settings.read',
  'integrations.read',
]

/** What each role may do; a test prints the whole matrix so that a change of it is seen. */
export const rolePermissions: Readonly<Record<Role, readonly Permission[]>> = {
  administrator_with_billing: permissions,
  administrator: permissions,
  manager: [
    ...reading,
    'users.write',
    'users.suspend',
    'users.delete',
    'groups.write',
    'inventory.write',
    'directories.write',
    'plans.release',
    'integrations.write',
    'integrations.provision',
    'administrators.read',
    'roles.read',
    'service_accounts.read',
  ],
  help_desk: [...reading, 'users.write', 'users.suspend'],
  read_only: reading,
}

/** Who acts: recorded with every change. */
export interface Actor {
  readonly kind: 'administrator' | 'service_account' | 'user' | 'integration' | 'agent' | 'system'
  readonly id: string
  /** For people: the administrator's address, the user's username, the service account's or process' name, the agent's host name. */
  readonly name: string
  readonly permissions: ReadonlySet<Permission>
  /** How the administrator or service account came in. */
  readonly via?: 'session' | 'api_key' | 'access_token'
  /** The session of a user in their portal. */
  readonly sessionId?: string
}

/** Why a change happens: kept in the journal and shown as the reason of a value. */
export interface Cause {
  readonly kind: 'request' | 'directory' | 'plan' | 'rule' | 'set_up' | 'schedule' | 'demo'
  /** A sentence's worth of reason, for instance "changed in Active Directory". */
  readonly text?: string
  readonly directoryId?: string
  readonly planId?: string
  readonly reason?: string
}
