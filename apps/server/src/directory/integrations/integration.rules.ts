import type { Permission } from '@lockstep/contract/access'
import type { IntegrationUpdate, MappingRow } from '@lockstep/contract/hub/integration'
import { canonicalJson, type Json } from '@lockstep/kernel/json'
import type { FieldChanges, JournalDraft } from '../journal/journal.rules.ts'

/** What a client that provisions may do, and how its wishes are carried out. */
export interface Integration {
  readonly id: string
  readonly name: string
  readonly builtIn: boolean
  readonly profile: 'lenient' | 'strict' | 'entra' | 'okta' | 'jumpcloud' | 'google' | 'onelogin'
  readonly enabled: boolean
  readonly mayCreate: boolean
  readonly mayUpdate: boolean
  readonly mayDelete: boolean
  readonly onDelete: 'delete' | 'suspend'
  readonly onDeactivate: 'suspend' | 'ignore'
  readonly defaultState: 'ACTIVATED' | 'STAGED'
  readonly usernameRule: 'as_sent' | 'before_at' | 'email_before_at'
  readonly emailRule: 'primary' | 'work' | 'user_name'
  /** Null: the usual table. */
  readonly mapping: readonly MappingRow[] | null
  /** Fields of its users that nobody else changes. */
  readonly readOnlyFields: readonly string[]
  /** Whether other integrations may change and delete what this one made. */
  readonly othersMayChange: boolean
  /** What an existing user is recognised by when the client makes one. */
  readonly takeoverBy: readonly ('userName' | 'email' | 'externalId')[]
  readonly takeoverOf: 'unowned' | 'everybody'
  readonly guard: 'hold' | 'refuse' | 'off'
  readonly guardCount: number
  readonly guardPercent: number
  readonly created: Date
  readonly updated: Date
}

/** A token as people see it. */
export interface Token {
  readonly id: string
  readonly integrationId: string
  readonly prefix: string
  readonly created: Date
  readonly expires: Date | null
  readonly lastUsed: Date | null
}

/** What every token of an integration may do; its settings then decide. */
export const integrationPermissions: ReadonlySet<Permission> = new Set([
  'users.read',
  'users.write',
  'users.suspend',
  'users.delete',
  'groups.read',
  'groups.write',
  'integrations.provision',
])

/** A new integration's settings. */
export const defaultSettings = {
  profile: 'lenient',
  enabled: true,
  mayCreate: true,
  mayUpdate: true,
  mayDelete: true,
  onDelete: 'delete',
  onDeactivate: 'suspend',
  defaultState: 'ACTIVATED',
  usernameRule: 'as_sent',
  emailRule: 'primary',
  mapping: null,
  readOnlyFields: [],
  othersMayChange: true,
  takeoverBy: [],
  takeoverOf: 'unowned',
  guard: 'hold',
  guardCount: 10,
  guardPercent: 5,
} as const satisfies Omit<Integration, 'id' | 'name' | 'builtIn' | 'created' | 'updated'>

const settings = ['name', ...(Object.keys(defaultSettings) as (keyof typeof defaultSettings)[])] as const

/** The integration with what is asked for, and what that changes. */
export function changeIntegration(
  integration: Integration,
  input: IntegrationUpdate,
  now: Date,
): { readonly integration: Integration; readonly changes: FieldChanges } {
  const next = { ...integration, ...input }
  const changes: Record<string, { before: Json; after: Json }> = {}
  for (const field of settings) {
    const [before, after] = [integration[field], next[field]]
    if (canonicalJson(before) !== canonicalJson(after)) changes[field] = { before, after }
  }
  return Object.keys(changes).length === 0
    ? { integration, changes }
    : { integration: { ...next, updated: now }, changes }
}

/** The journal's words about an integration. */
export function integrationDraft(action: string, { id, name }: Integration, changes: FieldChanges): JournalDraft {
  return { action, subjectKind: 'integration', subjectId: id, subject: name, changes }
}

/** What the journal says of a new integration. */
export function creationChanges(integration: Integration): FieldChanges {
  return Object.fromEntries(settings.map((field) => [field, { after: integration[field] }]))
}
