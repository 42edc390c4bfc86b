import { OrganizationSettings, OrganizationSettingsUpdate } from '@lockstep/contract/hub/organization'
import { isJsonObject, type Json, type JsonObject } from '@lockstep/kernel/json'
import type { OrganizationState } from '../../directory/organization/organization.rules.ts'
import type { OrganizationService } from '../../directory/organization/organization.service.ts'
import { defineRoute, type Route } from '../../platform/http/route.ts'
import { originOf } from './change-origin.ts'
import { renameFields } from './rename-fields.ts'

export interface SettingsRouteOptions {
  readonly organization: Pick<OrganizationService, 'read' | 'change'>
  /** The id of the one organization that the hub serves. */
  readonly organizationId: string
}

/** The settings' names of JumpCloud's shape, in which they are stored, as our API calls them. */
const names = {
  requireAdminMFA: 'requireSecondFactor',
  'newSystemUserStateDefaults.manualEntry': 'newUserStates.manual',
  'newSystemUserStateDefaults.csvImport': 'newUserStates.csv',
  'newSystemUserStateDefaults.applicationImport': 'newUserStates.application',
} as const

/** Settings of the organization. */
export function settingsRoutes({ organization, organizationId }: SettingsRouteOptions): readonly Route[] {
  return [
    defineRoute({
      method: 'GET',
      path: '/hub/v1/settings',
      summary: 'Read the settings of the organization',
      access: { scheme: 'administrator', permission: 'settings.read' },
      reply: { status: 200, schema: OrganizationSettings },
      handle: async ({ actor }) => ({ body: render(await organization.read(actor), organizationId) }),
    }),
    defineRoute({
      method: 'PATCH',
      path: '/hub/v1/settings',
      summary: 'Change the named settings of the organization',
      access: { scheme: 'administrator', permission: 'settings.write' },
      body: OrganizationSettingsUpdate,
      reply: { status: 200, schema: OrganizationSettings },
      async handle(request) {
        const change = (): Promise<OrganizationState> => organization.change(originOf(request), stored(request.body))
        return { body: render(await renameFields(names, change), organizationId) }
      },
    }),
  ]
}

/** Limits of the policy that are off when they are null: our name, the stored number, its switch. */
const limits = [
  ['maxHistory', 'maxHistory', 'enableMaxHistory'],
  ['expirationDays', 'passwordExpirationInDays', 'enablePasswordExpirationInDays'],
  ['maxLoginAttempts', 'maxLoginAttempts', 'enableMaxLoginAttempts'],
  ['lockoutSeconds', 'lockoutTimeInSeconds', 'enableLockoutTimeInSeconds'],
] as const
const flags = ['needsLowercase', 'needsUppercase', 'needsNumeric', 'needsSymbolic', 'allowUsernameSubstring'] as const
const origins = [
  ['manual', 'manualEntry'],
  ['csv', 'csvImport'],
  ['application', 'applicationImport'],
] as const

/** A change in the stored shape. */
function stored(update: OrganizationSettingsUpdate): JsonObject {
  const { name, contactName, contactEmail, requireSecondFactor, newUserStates, passwordPolicy } = update
  return given({
    ...{ name, contactName, contactEmail, requireAdminMFA: requireSecondFactor },
    newSystemUserStateDefaults:
      newUserStates && given(Object.fromEntries(origins.map(([ours, theirs]) => [theirs, newUserStates[ours]]))),
    passwordPolicy: passwordPolicy && storedPolicy(passwordPolicy),
  })
}

function storedPolicy(policy: NonNullable<OrganizationSettingsUpdate['passwordPolicy']>): JsonObject {
  const changed: Record<string, Json | undefined> = {}
  if (policy.minLength !== undefined) Object.assign(changed, { minLength: policy.minLength, enableMinLength: true })
  for (const flag of flags) changed[flag] = policy[flag]
  changed['disallowCommonlyUsedPasswords'] = policy.refuseCommon
  for (const [ours, theirs, enabled] of limits) {
    const value = policy[ours]
    if (value === undefined) continue
    changed[enabled] = value !== null
    if (value !== null) changed[theirs] = value
  }
  return given(changed)
}

function given(values: Readonly<Record<string, Json | undefined>>): JsonObject {
  return Object.fromEntries(Object.entries(values).filter((pair): pair is [string, Json] => pair[1] !== undefined))
}

function render({ settings, passwordPolicy }: OrganizationState, id: string): OrganizationSettings {
  const states = objectOf(settings['newSystemUserStateDefaults'])
  const limit = (theirs: string, enabled: string): number | null =>
    passwordPolicy[enabled] === false ? null : Number(passwordPolicy[theirs])
  const isOn = (flag: string): boolean => passwordPolicy[flag] === true
  const minLength = passwordPolicy['enableMinLength'] === false ? 8 : Number(passwordPolicy['minLength'])
  const state = (theirs: string) => (states[theirs] === 'STAGED' ? 'STAGED' : 'ACTIVATED')
  return {
    id,
    name: textOf(settings['name']),
    contactName: textOf(settings['contactName']),
    contactEmail: textOf(settings['contactEmail']),
    requireSecondFactor: settings['requireAdminMFA'] === true,
    newUserStates: { manual: state('manualEntry'), csv: state('csvImport'), application: state('applicationImport') },
    passwordPolicy: {
      minLength,
      needsLowercase: isOn('needsLowercase'),
      needsUppercase: isOn('needsUppercase'),
      needsNumeric: isOn('needsNumeric'),
      needsSymbolic: isOn('needsSymbolic'),
      allowUsernameSubstring: isOn('allowUsernameSubstring'),
      refuseCommon: isOn('disallowCommonlyUsedPasswords'),
      maxHistory: limit('maxHistory', 'enableMaxHistory'),
      expirationDays: limit('passwordExpirationInDays', 'enablePasswordExpirationInDays'),
      maxLoginAttempts: limit('maxLoginAttempts', 'enableMaxLoginAttempts'),
      lockoutSeconds: limit('lockoutTimeInSeconds', 'enableLockoutTimeInSeconds'),
    },
  }
}

function objectOf(value: Json | undefined): JsonObject {
  return isJsonObject(value ?? null) ? (value as JsonObject) : {}
}

function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : ''
}
