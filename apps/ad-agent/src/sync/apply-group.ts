import type { GroupOutcome, GroupWork } from '@lockstep/contract/agents/protocol'
import { changeMembers } from '@lockstep/ldap/change-members'
import { DirectoryError } from '@lockstep/ldap/directory-error'
import { isSameDn, parseRdn, rdnOf } from '@lockstep/ldap/distinguished-name'
import { escapeFilterValue, escapeRdnValue } from '@lockstep/ldap/escape'
import { guidBase } from '@lockstep/ldap/guid'
import { text } from '@lockstep/ldap/text'
import {
  type DirectoryObject,
  findObjects,
  isManaged,
  isMemberOf,
  readByGuid,
  readObject,
  requireManaged,
} from './directory-object.ts'
import { textChanges } from './user-difference.ts'
import { failureOf, WorkRefusal } from './work-failure.ts'
import type { WorkPlace } from './work-place.ts'

/** A global security group (MS-ADTS 2.2.12). */
const globalSecurityGroup = '-2147483646'
const attributes = ['sAMAccountName', 'name', 'description', 'member']

type Progress = { -readonly [Key in keyof GroupOutcome]: GroupOutcome[Key] }

/** Makes, ties or changes one group and says what came of it; never rejects. */
export async function applyGroup(place: WorkPlace, work: GroupWork): Promise<GroupOutcome> {
  const progress: Progress = { kind: 'group', groupId: work.groupId, revision: work.revision }
  try {
    const group = await findOrAdd(place, work)
    // Known to the hub whatever comes next: it makes no second one.
    progress.guid = group.guid
    progress.dn = group.dn.slice(0, 4000)
    if (isOursToJoin(work, group)) await join(place, group)
    progress.dn = (await bringGroup(place, work, group)).slice(0, 4000)
  } catch (error) {
    progress.failure = failureOf(error)
  }
  return progress
}

/** Throws a refusal unless members and attributes of the group may be written. */
export function requireWritableGroup({ settings }: WorkPlace, group: DirectoryObject): void {
  if (!group.classes.has('group')) throw new WorkRefusal('wrong_class')
  if (group.isProtected) throw new WorkRefusal('protected_group')
  requireManaged(group, settings)
}

/** The account name of a group: its name without what such names cannot have (MS-SAMR 3.1.1.6). */
export function groupAccountName(name: string): string {
  return name
    .replace(/["/\\[\]:;|=,+*?<>]/g, '_')
    .replace(/[. ]+$/, '')
    .slice(0, 256)
}

async function findOrAdd(place: WorkPlace, work: GroupWork): Promise<DirectoryObject> {
  const { client, settings } = place
  if (work.guid !== undefined) return readByGuid(client, work.guid, attributes)
  const accountName = escapeFilterValue(groupAccountName(work.name))
  const named = `(&(objectClass=group)(name=${escapeFilterValue(work.name)}))`
  const filter = `(|(sAMAccountName=${accountName})${named})`
  const found = await findObjects(client, { baseDn: settings.baseDn, filter, attributes })
  if (found.length === 0) return addGroup(place, work)
  const tied = found.find((group) => isTieable(place, group))
  if (tied === undefined) throw new WorkRefusal('group_collision')
  return tied
}

/**
 * Whether the group still has to enter the integration group. One without members may be one of ours whose making was interrupted; one with
 * members would bring them into the hub.
 */
function isOursToJoin({ guid, creatingSince }: GroupWork, group: DirectoryObject): boolean {
  return (guid === undefined || creatingSince !== undefined) && !group.entry.attributes.has('member')
}

function isTieable({ settings }: WorkPlace, group: DirectoryObject): boolean {
  if (isSameDn(group.dn, settings.integrationGroupDn)) return false
  return group.classes.has('group') && !group.isProtected && isManaged(group.dn, settings)
}

async function addGroup(place: WorkPlace, work: GroupWork): Promise<DirectoryObject> {
  const { client, settings } = place
  const dn = `CN=${escapeRdnValue(work.name.slice(0, 64).trim())},${settings.groupContainerDn}`
  if (!isManaged(dn, settings)) throw new WorkRefusal('outside_root')
  try {
    await client.add(dn, {
      objectClass: 'group',
      groupType: globalSecurityGroup,
      sAMAccountName: groupAccountName(work.name),
      description: work.description === '' ? [] : [work.description],
    })
  } catch (error) {
    if (error instanceof DirectoryError && error.kind === 'already_exists')
      throw new WorkRefusal('group_collision', error)
    throw error
  }
  const group = await readObject(client, dn, attributes)
  if (group === undefined) throw new WorkRefusal('made_unread')
  return group
}

/** Renames the group and writes its description as far as they differ; gives its DN. */
async function bringGroup(place: WorkPlace, work: GroupWork, group: DirectoryObject): Promise<string> {
  const { client } = place
  const names = [parseRdn(rdnOf(group.dn))[0]?.value, text(group.entry, 'sAMAccountName')]
  // A group whose two names differ keeps them as long as the hub calls it by one of them.
  const renames = !names.includes(work.name) && !names.includes(groupAccountName(work.name))
  const wanted = new Map([['description', work.description]])
  if (renames) wanted.set('sAMAccountName', groupAccountName(work.name))
  const changes = textChanges(group.entry, wanted)
  if (!renames && changes.length === 0) return group.dn
  requireWritableGroup(place, group)
  const rdn = `CN=${escapeRdnValue(work.name.slice(0, 64).trim())}`
  if (renames) await client.rename(group.dn, rdn)
  if (changes.length > 0) await client.modify(guidBase(group.guid), changes)
  return renames ? rdn + group.dn.slice(rdnOf(group.dn).length) : group.dn
}

async function join({ client, settings }: WorkPlace, group: DirectoryObject): Promise<void> {
  if (isMemberOf(group, settings.integrationGroupDn)) return
  await changeMembers(client, settings.integrationGroupDn, { add: [guidBase(group.guid)], remove: [] })
}
