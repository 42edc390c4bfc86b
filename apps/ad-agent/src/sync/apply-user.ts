/*
 * Brings one account to the state the hub wants. An account that is not there is made in steps, each of which may be the
 * last before a crash; the same work done again finds what was left and goes on:
 *
 *   nothing ──add──> disabled, no password ──member──> in the integration group ──modify──> password set, enabled
 *
 * The account enters the integration group before it is enabled, so that an account left by a crash after the last step
 * still shows that it is ours.
 */
import type { UserOutcome, UserWork } from '@lockstep/contract/agents/protocol'
import { changeMembers } from '@lockstep/ldap/change-members'
import { escapeFilterValue } from '@lockstep/ldap/escape'
import { guidBase } from '@lockstep/ldap/guid'
import { integer } from '@lockstep/ldap/number'
import type { Change } from '@lockstep/ldap/request'
import { setPasswordChange } from '@lockstep/ldap/unicode-password'
import { isEnabled, withEnabled } from './account-control.ts'
import { addUser } from './add-user.ts'
import {
  type DirectoryObject,
  findObjects,
  isManaged,
  isMemberOf,
  readByGuid,
  requireManaged,
} from './directory-object.ts'
import { randomPassword } from './random-password.ts'
import {
  attributesToRead,
  type CreationState,
  creationState,
  hasManager,
  textChanges,
  wantedTexts,
} from './user-difference.ts'
import { failureOf, WorkRefusal } from './work-failure.ts'
import type { WorkPlace } from './work-place.ts'

interface Found {
  readonly user: DirectoryObject
  readonly state: CreationState
  readonly isTakenOver: boolean
}

type Progress = { -readonly [Key in keyof UserOutcome]: UserOutcome[Key] }

/** Does the work and says what came of it, also when only part of it could be done; never rejects. */
export async function applyUser(place: WorkPlace, work: UserWork): Promise<UserOutcome> {
  const progress: Progress = { kind: 'user', accountId: work.accountId, revision: work.revision }
  try {
    // An account that is neither known nor wanted needs nothing.
    if (work.guid !== undefined || work.wanted) await bringUser(place, work, progress)
  } catch (error) {
    progress.failure = failureOf(error)
  }
  return progress
}

async function bringUser(place: WorkPlace, work: UserWork, progress: Progress): Promise<void> {
  const { user, state, isTakenOver } = await findOrAdd(place, work)
  progress.guid = user.guid
  progress.dn = user.dn.slice(0, 4000)
  if (state !== 'not_ours' && work.guid === undefined) progress.created = true
  if (isTakenOver) progress.takenOver = true

  const isUnfinished = work.wanted && state === 'unfinished'
  const control = controlChanges(work, user, isUnfinished)
  const manager = await managerChanges(place, work, user)
  const texts = work.wanted ? textChanges(user.entry, wantedTexts(work)) : []
  const changes = [...texts, ...manager.changes, ...control.changes]
  const joins = work.wanted && !isMemberOf(user, place.settings.integrationGroupDn)
  if (changes.length > 0 || joins) requireWritable(place, user)

  if (joins && isUnfinished) await join(place, user)
  if (changes.length > 0) await place.client.modify(guidBase(user.guid), changes)
  progress.enabled = control.isEnabled
  progress.written = changes.map(({ attribute }) => attribute)
  // An account in use comes second: a group that cannot be written must not keep a leaver enabled.
  if (joins && !isUnfinished) await join(place, user)
  if (manager.isMissing) throw new WorkRefusal('manager_missing')
}

async function findOrAdd(place: WorkPlace, work: UserWork): Promise<Found> {
  const attributes = attributesToRead(work)
  if (work.guid !== undefined) {
    const user = await readByGuid(place.client, work.guid, attributes)
    if (!isUser(user)) throw new WorkRefusal('wrong_class')
    return { user, state: stateOf(place, work, user), isTakenOver: false }
  }
  if (work.samAccountName === '') throw new WorkRefusal('object_missing')
  const { baseDn } = place.settings
  const filter = `(sAMAccountName=${escapeFilterValue(work.samAccountName)})`
  const [user] = await findObjects(place.client, { baseDn, filter, attributes })
  if (user === undefined) return { user: await addUser(place, work), state: 'unfinished', isTakenOver: false }
  if (!isUser(user)) throw new WorkRefusal('name_collision')
  const state = stateOf(place, work, user)
  if (state === 'not_ours' && !work.takeover) throw new WorkRefusal('name_collision')
  // Also who is in the integration group already stays alone out there.
  if (!isManaged(user.dn, place.settings)) throw new WorkRefusal('takeover_outside_root')
  if (state !== 'not_ours') return { user, state, isTakenOver: false }
  if (user.isProtected) throw new WorkRefusal('takeover_protected')
  return { user, state, isTakenOver: true }
}

function stateOf({ settings }: WorkPlace, { creatingSince }: UserWork, user: DirectoryObject): CreationState {
  return creationState(user.entry, { creatingSince, isIntegrated: isMemberOf(user, settings.integrationGroupDn) })
}

function isUser({ classes }: DirectoryObject): boolean {
  return classes.has('user') && !classes.has('computer')
}

function requireWritable({ settings }: WorkPlace, user: DirectoryObject): void {
  requireManaged(user, settings)
  if (user.isProtected) throw new WorkRefusal('protected_account')
}

/** The password of an account that is being made, and the one bit of userAccountControl that is ours. */
function controlChanges(
  work: UserWork,
  user: DirectoryObject,
  isUnfinished: boolean,
): { readonly changes: readonly Change[]; readonly isEnabled: boolean } {
  const present = integer(user.entry, 'userAccountControl')
  if (present === undefined) throw new WorkRefusal('state_unreadable')
  const { wanted, enabled } = work
  const asked = wanted ? (isUnfinished && enabled === 'keep' ? 'enable' : enabled) : disableOnly(enabled)
  const next = withEnabled(present, asked)
  const changes: Change[] = []
  // Before the account is enabled, since Active Directory enables none without a password; the two stand in one modify.
  if (isUnfinished) changes.push(setPasswordChange(randomPassword()))
  if (next !== present) {
    changes.push({ operation: 'replace', attribute: 'userAccountControl', values: [next.toString()] })
  }
  return { changes, isEnabled: isEnabled(next) }
}

/** An account that is not wanted any more may be disabled and nothing else. */
function disableOnly(enabled: UserWork['enabled']): 'disable' | 'keep' {
  return enabled === 'disable' ? 'disable' : 'keep'
}

async function managerChanges(
  { client }: WorkPlace,
  { wanted, attributes }: UserWork,
  user: DirectoryObject,
): Promise<{ readonly changes: readonly Change[]; readonly isMissing: boolean }> {
  const managerGuid = attributes['manager']
  if (!wanted || managerGuid === undefined || hasManager(user.entry, managerGuid)) {
    return { changes: [], isMissing: false }
  }
  const replace = { operation: 'replace', attribute: 'manager' } as const
  if (managerGuid === '') return { changes: [{ ...replace, values: [] }], isMissing: false }
  const manager = await client.read(guidBase(managerGuid), ['objectGUID'])
  if (manager === undefined) return { changes: [], isMissing: true }
  return { changes: [{ ...replace, values: [manager.dn] }], isMissing: false }
}

async function join({ client, settings }: WorkPlace, user: DirectoryObject): Promise<void> {
  await changeMembers(client, settings.integrationGroupDn, { add: [guidBase(user.guid)], remove: [] })
}
