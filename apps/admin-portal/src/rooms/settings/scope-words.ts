import type { ScopeGroup } from '@lockstep/contract/hub/role'

const words: Readonly<Record<string, string>> = {
  users: 'See, create, change and delete users',
  'users.readonly': 'See users',
  'users.create': 'Create users',
  'users.properties': 'Change users’ details',
  'users.password': 'Set and expire passwords',
  'users.mfa': 'Change users’ second factor',
  'users.notification': 'Send users their messages',
  'users.state.activate': 'Activate users',
  'users.state.suspend': 'Suspend users',
  'users.state.unlock': 'Unlock users',
  'users.delete': 'Delete users',
  groups: 'See, create, change and delete groups',
  'groups.readonly': 'See groups',
  directories: 'See and change directories and their agents',
  'directories.readonly': 'See directories',
  systems: 'See and change devices',
  'systems.readonly': 'See devices',
  applications: 'See and change applications',
  'applications.readonly': 'See applications',
  organizations: 'See and change settings',
  'organizations.readonly': 'See settings',
  administrators: 'See and change administrators',
  'administrators.readonly': 'See administrators',
  roles: 'See and change roles',
  'roles.readonly': 'See roles',
  serviceaccounts: 'See and change service accounts',
  'serviceaccounts.readonly': 'See service accounts',
  'lockstep.plans': 'See, release and dismiss plans',
  'lockstep.plans.readonly': 'See plans',
  'directoryinsights.readonly': 'Read the journal',
  'lockstep.journal.verify': 'Verify the journal',
}

/** A scope as people call it. */
export function scopeWords(scope: string): string {
  return words[scope] ?? scope
}

/** The chosen scope that gives this one too; undefined when none does. */
export function widerScope(chosen: readonly string[], scope: string): string | undefined {
  return chosen.find((each) => scope.startsWith(`${each}.`))
}

/** Chosen scopes without those that others give already. */
export function withoutImplied(chosen: readonly string[]): readonly string[] {
  return chosen.filter((scope) => widerScope(chosen, scope) === undefined)
}

/** Scopes of a role that stand in none of the groups: kept, though nothing here is allowed by them. */
export function unlisted(chosen: readonly string[], groups: readonly ScopeGroup[]): readonly string[] {
  const listed = new Set(groups.flatMap((group) => group.scopes))
  return chosen.filter((scope) => !listed.has(scope))
}
