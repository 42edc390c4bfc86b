import type { DirectoryAgent, UseCase } from '@lockstep/contract/hub/directory'
import type { PlanItem, PlanItemKind, PlanState } from '@lockstep/contract/hub/plan'
import type { MembershipOrigin, UserAccount, UserState } from '@lockstep/contract/hub/user'

/** A colour with its meaning; the same names as the status chip's tones. */
type Tone = 'green' | 'amber' | 'red' | 'blue' | 'grey'
interface Worded {
  readonly label: string
  readonly tone: Tone
}

export const userStates: Readonly<Record<UserState, Worded>> = {
  STAGED: { label: 'Staged', tone: 'blue' },
  ACTIVATED: { label: 'Active', tone: 'green' },
  SUSPENDED: { label: 'Suspended', tone: 'amber' },
}

export const originWords: Readonly<Record<MembershipOrigin, string>> = {
  hub: 'direct',
  directory: 'in the directory',
  nested: 'through a nested group',
  rule: 'by a rule',
}

export const tieWords: Readonly<Record<UserAccount['tie'], string>> = {
  bound: 'Connected to this user',
  group: 'Connected through a group',
  imported: 'Imported from there',
  released: 'No longer connected',
}

export const planStates: Readonly<Record<PlanState, Worded>> = {
  quarantined: { label: 'Held', tone: 'amber' },
  released: { label: 'Released', tone: 'blue' },
  applied: { label: 'Applied', tone: 'green' },
  dismissed: { label: 'Dismissed', tone: 'grey' },
}

export const planKinds: Readonly<Record<PlanItemKind, { readonly label: string; readonly severe: boolean }>> = {
  suspend: { label: 'Suspend', severe: false },
  delete: { label: 'Delete', severe: true },
  unbind: { label: 'Unbind', severe: false },
  remove_member: { label: 'Remove from group', severe: false },
  delete_group: { label: 'Delete the group', severe: true },
  clear_field: { label: 'Clear a field', severe: false },
  pend_password: { label: 'Take the password away', severe: true },
  make_again: { label: 'Make the account again', severe: false },
}

export const planItemStates: Readonly<Record<PlanItem['state'], Worded>> = {
  waiting: { label: 'Waiting', tone: 'amber' },
  applied: { label: 'Applied', tone: 'green' },
  withdrawn: { label: 'Withdrawn', tone: 'grey' },
  failed: { label: 'Failed', tone: 'red' },
  kept: { label: 'Kept as it is', tone: 'grey' },
}

export const useCases: Readonly<Record<UseCase, string>> = {
  ADASAUTHORITY: 'Managed in Active Directory',
  TWOWAYSYNC: 'Managed in either or both',
  JCASAUTHORITY: 'Managed here',
}

export const agentKinds: Readonly<Record<DirectoryAgent['kind'], string>> = {
  IMPORT: 'Import agent',
  SYNC: 'Sync agent',
}

/** An agent with its machine, since both kinds often share one: "sync agent on dc-side". */
export function agentName({ kind, hostname }: Pick<DirectoryAgent, 'kind' | 'hostname'>): string {
  const noun = agentKinds[kind].toLowerCase()
  return hostname === undefined ? `new ${noun}` : `${noun} on ${hostname}`
}

export const agentStates: Readonly<Record<DirectoryAgent['state'], Worded>> = {
  unsealed: { label: 'Waits for its first contact', tone: 'blue' },
  active: { label: 'Active', tone: 'green' },
  inactive: { label: 'No contact', tone: 'red' },
  paused: { label: 'Paused', tone: 'amber' },
}

/** A count with its noun: "1 user", "3 users", "1,204 users". */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`
}

const fieldNames: Readonly<Record<string, string>> = {
  username: 'Username',
  email: 'E-mail',
  firstname: 'First name',
  middlename: 'Middle name',
  lastname: 'Last name',
  displayname: 'Display name',
  jobTitle: 'Job title',
  department: 'Department',
  company: 'Company',
  costCenter: 'Cost center',
  location: 'Location',
  employeeType: 'Employee type',
  employeeIdentifier: 'Employee number',
  description: 'Description',
  alternateEmail: 'Alternate e-mail',
  manager: 'Manager',
  phoneNumbers: 'Phone numbers',
  addresses: 'Addresses',
  attributes: 'Custom attributes',
  further: 'Kept for SCIM clients',
  restrictedFields: 'Managed by the directory',
  external_dn: 'Name in the directory',
  external_locked_until: 'Locked in the directory until',
  external_source_type: 'Directory kind',
  state: 'State',
  name: 'Name',
}

const tieNouns: Readonly<Record<string, string>> = { directory: 'Directory', group: 'Group', account: 'Account in' }

/** A field as people call it; unknown names are split at their capitals. */
export function fieldName(field: string): string {
  const known = fieldNames[field]
  if (known !== undefined) return known
  const declared = /^urn:.*:([^:]+)$/iu.exec(field)
  if (declared) return declared[1] ?? field
  const tie = /^(directory|group|account):(.+)$/u.exec(field)
  if (tie) return `${tieNouns[tie[1] ?? '']} ${tie[2] ?? ''}`
  const words = field
    .replaceAll(/[_.]/gu, ' ')
    .replaceAll(/([a-z0-9])([A-Z])/gu, '$1 $2')
    .toLowerCase()
  return words.charAt(0).toUpperCase() + words.slice(1)
}

const pastVerbs: Readonly<Record<string, string>> = {
  create: 'created',
  update: 'changed',
  delete: 'deleted',
  suspend: 'suspended',
  schedule_state: 'got a scheduled change',
  unschedule_state: 'lost a scheduled change',
  schedule_failed: 'kept its state: a scheduled change was refused',
  activate: 'activated',
  unlock: 'unlocked',
  expire: 'password expired',
  bind: 'bound',
  unbind: 'unbound',
  member_add: 'got a member',
  member_remove: 'lost a member',
  nest: 'got a group as a member',
  unnest: 'lost a group as a member',
  hold_members: 'kept members that a client took out',
  join_group: 'added to a group',
  leave_group: 'removed from a group',
  sign_in: 'signed in',
  sign_in_failed: 'failed to sign in',
  sign_out: 'signed out',
  revoke: 'revoked',
  release: 'released',
  hold: 'held',
  withdraw: 'shortened',
  fail: 'failed',
  take_over: 'taken over',
  dismiss: 'dismissed',
  pause: 'paused',
  resume: 'resumed',
  enable: 'enabled',
  disable: 'disabled',
  rename: 'renamed',
  move: 'moved',
  read_all: 'asked for a complete read',
  compare: 'asked for a comparison',
  comparison_end: 'compared',
  comparison_cancel: 'comparison cancelled',
  comparison_apply: 'differences applied',
  credential_create: 'got a key',
  credential_revoke: 'lost a key',
  password_link: 'got a password link',
  password_set: 'chose a password',
  password_reset_request: 'forgot the password',
  recovery_codes_renew: 'got new recovery codes',
  second_factor_enrol: 'set up a second factor',
  second_factor_failed: 'failed with a second factor',
  second_factor_remove: 'turned the second factor off',
  second_factor_reset: 'lost the second factor to a reset',
  choose_first_password: 'chose the first password',
  choose_password: 'chose a password',
  forget_password: 'forgot the password',
  password_kept: 'kept the password of the domain',
  request_activation: 'is to get the welcome mail',
  end_sessions: 'ended sessions',
  second_factor: 'gave a second factor',
  rename_passkey: 'renamed a passkey',
  renew_recovery_codes: 'got new recovery codes',
  enrol_second_factor: 'set up a second factor',
  remove_second_factor: 'removed a second factor',
  ask_second_factor: 'asked for a second factor',
  require_second_factor: 'is to set up a second factor',
  reset_second_factor: 'lost the second factor to a reset',
  request_password_link: 'is to get a password link',
  associate: 'got access',
  dissociate: 'lost access',
  suggest: 'got suggestions',
  start: 'begun',
  end: 'ended',
  cancel: 'cancelled',
  enrol: 'enrolled',
  set_password: 'got its password',
  token_add: 'got a token',
  token_remove: 'lost a token',
  change_key: 'got another sealing key',
  send: 'sent',
  retry: 'is tried again',
  hold_back: 'held back',
  choose_mails: 'chose which mails to get',
  activation_request: 'is to get an invitation',
  answer_refused: 'gave an answer that was refused',
  make_primary: 'made primary',
  agents_silent: 'agents do not answer',
  agents_back: 'agents answer again',
  withdraw_suggestions: 'lost its suggestions',
  refuse_burst: 'refused a burst',
  verify: 'verified',
}

const nouns: Readonly<Record<string, string>> = { api_key: 'API key', notice: 'mail' }

/** An action of the journal as people say it: "user.suspend" becomes "user suspended". */
export function actionWords(action: string): string {
  const [noun = '', verb = ''] = action.split('.', 2)
  const subject = nouns[noun] ?? noun.replaceAll('_', ' ')
  return `${subject} ${pastVerbs[verb] ?? verb.replaceAll('_', ' ')}`.trim()
}

/** Who made a change; an agent is known by its machine, so it says that it is one. */
export function actorWords({ actorKind, actor }: { readonly actorKind: string; readonly actor: string }): string {
  return actorKind === 'agent' ? `Agent on ${actor}` : actor
}

/** The reason of a change where it says more than who made it: what they wrote, or what made the hub do it. */
export function reasonWords({ actor, reason }: { readonly actor: string; readonly reason: string }): string {
  const start = `Changed by ${actor}`
  if (!reason.startsWith(start)) return reason
  const rest = reason.slice(start.length).trim()
  return rest.startsWith('(') && rest.endsWith(')') ? rest.slice(1, -1) : rest
}

/** A state in the journal or a plan as its chip says it; undefined for what needs no translation. */
export function stateWords(field: string, value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined
  const words: Readonly<Record<string, Worded>> = { ...userStates, ...planStates }
  if (field === 'state') return words[value]?.label
  const scheduled = /^([A-Z]+) at (\d{4}-\d\d-\d\d)T(\d\d:\d\d)/u.exec(value)
  if (field !== 'scheduledState' || scheduled === null) return undefined
  const [, state = '', day = '', time = ''] = scheduled
  return `${words[state]?.label ?? state} at ${day} ${time} UTC`
}
