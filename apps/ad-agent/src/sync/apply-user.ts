/*
 * Brings one account to the state the hub wants. An account that is not there is made in steps, each of which may be the
 * last before a crash; the same work done again finds what was left and goes on:
 *
 *   nothing ──add──> disabled, no password ──member──> in the integration group ──modify──> password set, enabled
 *
 * The account enters the integration group before it is enabled, so that an account left by a crash after the last step
 * still shows that it is ours.
 */
import type { PasswordOutcome, UserOutcome, UserWork, WorkPassword } from '@lockstep/contract/agents/protocol'
import { changeMembers } from '@lockstep/ldap/change-members'
import { DirectoryError } from '@lockstep/ldap/directory-error'
import { isSameDn, parentDn, rdnOf } from '@lockstep/ldap/distinguished-name'
import { escapeFilterValue } from '@lockstep/ldap/escape'
import { guidBase } from '@lockstep/ldap/guid'
import { integer } from '@lockstep/ldap/number'
import type { Change } from '@lockstep/ldap/request'
import { setPasswordChange } from '@lockstep/ldap/unicode-password'
import { isEnabled, withEnabled } from './account-control.ts'
import { addUser } from './add-user.ts'
import { applyPassword, openedPassword, passwordFailure, passwordSet } from './apply-password.ts'
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
  const found = await findOrAdd(place, work)
  const { user, state, isTakenOver } = found
  progress.guid = user.guid
  progress.dn = user.dn.slice(0, 4000)
  if (state !== 'not_ours' && work.guid === undefined) progress.created = true
  if (isTakenOver) progress.takenOver = true

  if (work.wanted && state === 'unfinished') return await finishUser(place, work, found, progress)
  try {
    await changeUser(place, work, user, progress)
  } finally {
    // Whatever else cannot be written must not keep a new password from the account.
    if (work.wanted && work.password !== undefined) progress.password = await applyPassword(place, work.password, found)
  }
}

async function changeUser(place: WorkPlace, work: UserWork, user: DirectoryObject, progress: Progress): Promise<void> {
  const { changes, isEnabled, isManagerMissing } = await wantedChanges(place, work, user)
  const joins = work.wanted && !isMemberOf(user, place.settings.integrationGroupDn)
  if (changes.length > 0 || joins) requireWritable(place, user)
  if (changes.length > 0) await place.client.modify(guidBase(user.guid), changes)
  progress.enabled = isEnabled
  progress.written = changes.map(({ attribute }) => attribute)
  // An account in use comes second: a group that cannot be written must not keep a leaver enabled.
  if (joins) await join(place, user)
  await moveUser(place, work, user, progress)
  if (isManagerMissing) throw new WorkRefusal('manager_missing')
}

/** Moves an account to the container in which the hub wants it. It comes last: what cannot be moved must still be right where it is. */
async function moveUser(place: WorkPlace, work: UserWork, user: DirectoryObject, progress: Progress): Promise<void> {
  const { containerDn } = work
  // Of an account that is not known yet it says where to make it.
  if (!work.wanted || work.guid === undefined || containerDn === undefined) return
  if (isSameDn(parentDn(user.dn) ?? '', containerDn)) return
  requireWritable(place, user)
  const dn = `${rdnOf(user.dn)},${containerDn}`
  if (!isManaged(dn, place.settings)) throw new WorkRefusal('outside_root')
  try {
    await place.client.rename(user.dn, rdnOf(user.dn), containerDn)
  } catch (error) {
    throw moveRefusal(error)
  }
  progress.dn = dn.slice(0, 4000)
}

function moveRefusal(error: unknown): unknown {
  if (!(error instanceof DirectoryError)) return error
  if (error.kind === 'access_denied') return new WorkRefusal('move_right', error)
  if (error.kind === 'already_exists') return new WorkRefusal('name_collision', error)
  return error.kind === 'no_such_object' ? new WorkRefusal('container_missing', error) : error
}

/** Completes an account that is ours and has never had a password. */
async function finishUser(place: WorkPlace, work: UserWork, found: Found, progress: Progress): Promise<void> {
  const { user } = found
  const asked = work.enabled === 'keep' ? ({ ...work, enabled: 'enable' } as const) : work
  const { changes, isEnabled, isManagerMissing } = await wantedChanges(place, asked, user)
  requireWritable(place, user)
  if (!isMemberOf(user, place.settings.integrationGroupDn)) await join(place, user)
  const base = guidBase(user.guid)
  // Before the account is enabled, since Active Directory enables none without a password; the two stand in one modify.
  const complete = (password: string): Promise<void> =>
    place.client.modify(base, [setPasswordChange(password), ...changes])
  if (work.password === undefined) await complete(randomPassword())
  else progress.password = await completeWith(work.password, place, found, complete)
  progress.enabled = isEnabled
  progress.written = ['unicodePwd', ...changes.map(({ attribute }) => attribute)]
  if (isManagerMissing) throw new WorkRefusal('manager_missing')
}

/** Completes an account with the user's own password; where that is refused, with one that nobody knows. */
async function completeWith(
  password: WorkPassword,
  place: WorkPlace,
  found: Found,
  complete: (password: string) => Promise<void>,
): Promise<PasswordOutcome> {
  const { revision } = password
  try {
    await complete(await openedPassword(place, password, found))
  } catch (error) {
    const isAboutPassword =
      error instanceof WorkRefusal || (error instanceof DirectoryError && error.kind === 'password_policy')
    if (!isAboutPassword) throw error
    await complete(randomPassword())
    return { revision, failure: passwordFailure(error) }
  }
  return await passwordSet(place, revision, found.user).catch((error: unknown) => ({
    revision,
    failure: passwordFailure(error),
  }))
}

interface WantedChanges {
  readonly changes: readonly Change[]
  readonly isEnabled: boolean
  readonly isManagerMissing: boolean
}

async function wantedChanges(place: WorkPlace, work: UserWork, user: DirectoryObject): Promise<WantedChanges> {
  const control = controlChanges(work, user)
  const manager = await managerChanges(place, work, user)
  const texts = work.wanted ? textChanges(user.entry, wantedTexts(work)) : []
  return {
    changes: [...texts, ...manager.changes, ...control.changes],
    isEnabled: control.isEnabled,
    isManagerMissing: manager.isMissing,
  }
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

/** The one bit of userAccountControl that is ours. */
function controlChanges(
  work: UserWork,
  user: DirectoryObject,
): { readonly changes: readonly Change[]; readonly isEnabled: boolean } {
  const present = integer(user.entry, 'userAccountControl')
  if (present === undefined) throw new WorkRefusal('state_unreadable')
  const { wanted, enabled } = work
  const asked = wanted ? enabled : disableOnly(enabled)
  const next = withEnabled(present, asked)
  const changes: Change[] = []
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
  // By GUID, since it may be moved at this moment.
  return { changes: [{ ...replace, values: [guidBase(managerGuid)] }], isMissing: false }
}

async function join({ client, settings }: WorkPlace, user: DirectoryObject): Promise<void> {
  await changeMembers(client, settings.integrationGroupDn, { add: [guidBase(user.guid)], remove: [] })
}
