// Single changes made in the domain; each is repeated until the domain controller acknowledges it, and then noted in the ledger.
import { changeMembers } from '@lockstep/ldap/change-members'
import type { DirectoryClient } from '@lockstep/ldap/directory-client'
import { DirectoryError } from '@lockstep/ldap/directory-error'
import { rdnOf } from '@lockstep/ldap/distinguished-name'
import { escapeRdnValue } from '@lockstep/ldap/escape'
import { guid, guidBase } from '@lockstep/ldap/guid'
import type { DomainBorn, HubBorn } from './kill-ledger.ts'
import type { Round } from './kill-round.ts'
import type { KillWorld } from './kill-world.ts'

/** userAccountControl: an ordinary account that needs no password, and the same disabled (MS-ADTS 2.2.16). */
const enabledControl = '544'
const disabledControl = '546'
export async function createDomainUser(round: Round, number: number, group: string): Promise<DomainBorn> {
  const { world, ledger } = round
  const { domain } = world
  const username = `kd${number}`
  const dn = `CN=Kay Domain ${number},${domain.peopleDn}`
  const attributes = {
    objectClass: 'user',
    sAMAccountName: username,
    userPrincipalName: `${username}@${domain.realm.toLowerCase()}`,
    userAccountControl: enabledControl,
    givenName: 'Kay',
    sn: `Domain ${number}`,
    mail: `${username}@northwind.example`,
    title: 'Clerk',
  }
  await world.onDomain((directory, isRepeated) => addObject(directory, { dn, attributes, isRepeated }))
  const id = await world.onDomain(async (directory) => {
    const entry = await directory.read(dn, ['objectGUID'])
    return (entry && guid(entry)) ?? ''
  })
  const groupDn = group.includes('=') ? group : await nestedGroup(round, group)
  await world.onDomain((directory) => changeMembers(directory, groupDn, { add: [dn], remove: [] }))
  const user = { guid: id, username, enabled: true, isAlone: group.includes('='), hasLeft: false }
  ledger.domainBorn.push(user)
  ledger.operations += 2
  return user
}

interface NewObject {
  readonly dn: string
  readonly attributes: Readonly<Record<string, string>>
  readonly isRepeated: boolean
}

async function addObject(directory: DirectoryClient, { dn, attributes, isRepeated }: NewObject): Promise<void> {
  try {
    await directory.add(dn, attributes)
  } catch (error) {
    if (!isRepeated || !(error instanceof DirectoryError) || error.kind !== 'already_exists') throw error
  }
}

/** A group inside a department's group, which is inside the integration group; whoever asks first makes it. */
async function nestedGroup({ world }: Round, name: string): Promise<string> {
  const { domain } = world
  const dn = `CN=${name},${domain.groupsDn}`
  const attributes = { objectClass: 'group', sAMAccountName: name }
  await world.onDomain((directory) => addObject(directory, { dn, attributes, isRepeated: true }))
  const parent = `CN=Sales,${domain.groupsDn}`
  await world.onDomain((directory) => changeMembers(directory, parent, { add: [dn], remove: [] }))
  return dn
}

export async function changeDomainUser(
  { world, ledger }: Round,
  id: string,
  values: Readonly<Record<string, string>>,
): Promise<void> {
  const changes = Object.entries(values).map(([attribute, value]) => ({
    operation: 'replace' as const,
    attribute,
    values: [value],
  }))
  await world.onDomain((directory) => directory.modify(guidBase(id), changes))
  ledger.operations += 1
}

export async function changeWrittenUser(round: Round, user: HubBorn): Promise<void> {
  const { world, number } = round
  const { accounts } = await world.onHub((hub) => hub.users.get(user.id))
  const id = accounts[0]?.externalId
  if (id === undefined) return
  const title = `Titled ${number}`
  await changeDomainUser(round, id, { title })
  user.fields['jobTitle'] = title
}

export async function renameDomainUser(round: Round, user: DomainBorn): Promise<void> {
  const { world, number } = round
  const username = `${user.username.slice(0, 15)}.r${number}`
  await changeDomainUser(round, user.guid, { sAMAccountName: username, mail: `${username}@northwind.example` })
  user.username = username
  await rename(world, user.guid, `CN=${escapeRdnValue(`Renamed ${username}`)}`)
  round.ledger.operations += 1
}

export async function moveDomainUser({ world, number, ledger }: Round, user: DomainBorn): Promise<void> {
  const { usersDn } = world.domain
  const parent = `OU=Kill ${number},${usersDn}`
  const attributes = { objectClass: 'organizationalUnit' }
  await world.onDomain((directory) => addObject(directory, { dn: parent, attributes, isRepeated: true }))
  await rename(world, user.guid, undefined, parent)
  ledger.operations += 1
}

/** Safe to repeat: the object is looked up anew each time. */
async function rename(world: KillWorld, id: string, newRdn?: string, parent?: string): Promise<void> {
  await world.onDomain(async (directory) => {
    const dn = (await directory.read(guidBase(id), ['objectGUID']))?.dn ?? ''
    const rdn = newRdn ?? rdnOf(dn)
    const rest = parent ?? dn.slice(rdnOf(dn).length + 1)
    if (dn === `${rdn},${rest}`) return
    await directory.rename(dn, rdn, parent)
  })
}

export async function setEnabled(round: Round, user: DomainBorn, enabled: boolean): Promise<void> {
  if (!enabled) round.ledger.suspended.add(user.guid)
  await changeDomainUser(round, user.guid, { userAccountControl: enabled ? enabledControl : disabledControl })
  user.enabled = enabled
}

export async function joinDomainGroup({ world, ledger }: Round, user: DomainBorn, group: string): Promise<void> {
  const dn = `CN=${group},${world.domain.groupsDn}`
  await world.onDomain((directory) => changeMembers(directory, dn, { add: [guidBase(user.guid)], remove: [] }))
  ledger.memberships.push({
    group,
    guid: user.guid,
    userId: undefined,
    username: () => user.username,
    present: true,
    isBinding: false,
  })
  ledger.operations += 1
}

export async function leaveScope({ world, ledger }: Round, user: DomainBorn): Promise<void> {
  ledger.suspended.add(user.guid)
  const { integrationGroupDn } = world.domain
  await world.onDomain((directory) =>
    changeMembers(directory, integrationGroupDn, { add: [], remove: [guidBase(user.guid)] }),
  )
  user.hasLeft = true
  ledger.operations += 1
}
