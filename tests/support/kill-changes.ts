// One round of changes: about 250 on each side, of every kind, in random order. Whoever touches a value touches it from one side only
// in a round, so that what has to be true at the end does not depend on who was first.
import { HubError } from '@lockstep/client/hub-error'
import type { UserCreate, UserUpdate } from '@lockstep/contract/hub/user'
import { changeMembers } from '@lockstep/ldap/change-members'
import type { DirectoryClient } from '@lockstep/ldap/directory-client'
import { DirectoryError } from '@lockstep/ldap/directory-error'
import { rdnOf } from '@lockstep/ldap/distinguished-name'
import { escapeRdnValue } from '@lockstep/ldap/escape'
import { guid, guidBase } from '@lockstep/ldap/guid'
import { type AskedMembership, deal, type DomainBorn, type HubBorn, type Ledger } from './kill-ledger.ts'
import type { KillWorld } from './kill-world.ts'
import type { Random } from './random.ts'

/** Steps of one subject, done one after the other. */
type Task = () => Promise<void>

export interface Round {
  readonly world: KillWorld
  readonly ledger: Ledger
  readonly random: Random
  readonly number: number
  /** Groups made in the hub and bound to the domain, by name. */
  readonly boundGroups: ReadonlyMap<string, string>
}

/** userAccountControl: an ordinary account that needs no password, and the same disabled (MS-ADTS 2.2.16). */
const enabledControl = '544'
const disabledControl = '546'
const tasksAtOnce = 4
const hubGroups = ['Kill Alpha', 'Kill Beta'] as const
const domainGroups = ['Sales', 'Product', 'Engineering', 'Quality'] as const

/** Makes the groups that later rounds put people into. */
export async function makeBoundGroups(world: KillWorld): Promise<ReadonlyMap<string, string>> {
  const groups = new Map<string, string>()
  for (const name of hubGroups) {
    const { id } = await world.hub.groups.create({ name, description: 'Made in the hub' })
    await world.hub.groups.bind(id, world.directoryId)
    groups.set(name, id)
  }
  return groups
}

/** Does everything; resolves when each change was acknowledged by the side that it was made on. */
export async function changeBothSides(round: Round): Promise<void> {
  const hub = hubTasks(round)
  const domain = domainTasks(round)
  await Promise.all([work(round.random, hub), work(round.random, domain)])
}

/** Several workers take tasks until there are none; the first failure ends it. */
async function work(random: Random, tasks: readonly Task[]): Promise<void> {
  const next = deal(random, tasks)
  const worker = async (): Promise<void> => {
    for (let [task] = next(1); task !== undefined; [task] = next(1)) await task()
  }
  await Promise.all(Array.from({ length: tasksAtOnce }, worker))
}

function hubTasks(round: Round): Task[] {
  const { random, ledger, number } = round
  const known = deal(
    random,
    ledger.hubBorn.filter((user) => !user.suspended),
  )
  const sleepers = deal(
    random,
    ledger.hubBorn.filter((user) => user.suspended),
  )
  const people = deal(
    random,
    ledger.domainBorn.filter((user) => user.enabled && !user.hasLeft && !user.isAlone),
  )
  const members = deal(
    random,
    ledger.memberships.filter((row) => row.present && row.userId !== undefined && !row.isBinding),
  )
  const make = Array.from({ length: 95 }, (_, index): Task => async () => {
    const user = await createHubUser(round, number * 1000 + index)
    if (index % 3 === 0) await joinGroup(round, user, hubGroups[index % 2] ?? 'Kill Alpha', true)
    else await bind(round, user)
    if (index % 6 === 1) await joinGroup(round, user, domainGroups[index % 4] ?? 'Sales')
    if (index % 4 === 0)
      await changeHubUser(round, user, { department: `Department ${number}.${index}`, lastname: `Wed${index}` })
    if (index % 25 === 5) await renameHubUser(round, user)
    if (index % 30 === 7) await setSuspended(round, user, true)
  })
  return [
    ...make,
    ...known(3).map(
      (user): Task =>
        () =>
          setSuspended(round, user, true),
    ),
    ...known(10).map(
      (user): Task =>
        () =>
          changeHubUser(round, user, { department: `Moved in ${number}`, firstname: `New${number}` }),
    ),
    ...known(3).map(
      (user): Task =>
        () =>
          renameHubUser(round, user),
    ),
    ...sleepers(2).map(
      (user): Task =>
        () =>
          setSuspended(round, user, false),
    ),
    ...people(20).map(
      (user, index): Task =>
        () =>
          joinGroupByGuid(round, user, hubGroups[index % 2] ?? 'Kill Alpha'),
    ),
    ...members(3).map(
      (row): Task =>
        () =>
          leaveGroup(round, row),
    ),
  ]
}

function domainTasks(round: Round): Task[] {
  const { random, ledger, number } = round
  const present = ledger.domainBorn.filter((user) => !user.hasLeft)
  const known = deal(random, present)
  const any = deal(
    random,
    present.filter((user) => user.enabled && !user.isAlone),
  )
  const sleepers = deal(
    random,
    ledger.domainBorn.filter((user) => !user.enabled),
  )
  const alone = deal(
    random,
    present.filter((user) => user.isAlone && user.enabled),
  )
  const writtenHere = deal(random, ledger.hubBorn)
  const make = Array.from({ length: 90 }, (_, index): Task => async () => {
    const group = index % 3 === 0 ? `Nested ${number}` : round.world.domain.integrationGroupDn
    const user = await createDomainUser(round, number * 1000 + index, group)
    if (index % 9 === 0) await changeDomainUser(round, user.guid, { sn: `Changed ${number}.${index}` })
    if (index % 15 === 1) await renameDomainUser(round, user)
  })
  return [
    ...make,
    ...known(25).map(
      (user): Task =>
        () =>
          changeDomainUser(round, user.guid, { title: `Title ${number}`, department: `Kept ${number}` }),
    ),
    ...known(8).map(
      (user): Task =>
        () =>
          renameDomainUser(round, user),
    ),
    ...known(5).map(
      (user): Task =>
        () =>
          moveDomainUser(round, user),
    ),
    ...any(2).map(
      (user): Task =>
        () =>
          setEnabled(round, user, false),
    ),
    ...sleepers(1).map(
      (user): Task =>
        () =>
          setEnabled(round, user, true),
    ),
    ...any(10).map(
      (user, index): Task =>
        () =>
          joinDomainGroup(round, user, domainGroups[index % 4] ?? 'Sales'),
    ),
    ...alone(1).map(
      (user): Task =>
        () =>
          leaveScope(round, user),
    ),
    ...writtenHere(8).map(
      (user): Task =>
        () =>
          changeWrittenUser(round, user),
    ),
  ]
}

async function createHubUser(round: Round, number: number): Promise<HubBorn> {
  const { world, ledger } = round
  const username = `kh${number}`
  const fields = {
    username,
    email: `${username}@northwind.example`,
    firstname: 'Kim',
    // Some share their whole name, and so their common name in the domain.
    lastname: number % 5 === 0 ? 'Hubert' : `Hubert ${number}`,
    jobTitle: `Maker ${number}`,
    department: 'Research',
  } satisfies UserCreate
  const id = await world.onHub(async (hub, isRepeated) => {
    try {
      return (await hub.users.create(fields)).id
    } catch (error) {
      if (!isRepeated || !(error instanceof HubError) || error.status !== 409) throw error
      const { items } = await hub.users.list({ search: username })
      return items.find((user) => user.username === username)?.id ?? ''
    }
  })
  const user = { id, fields, suspended: false }
  ledger.hubBorn.push(user)
  ledger.operations += 1
  return user
}

async function bind({ world, ledger }: Round, user: HubBorn): Promise<void> {
  await world.onHub((hub) => hub.users.bind(user.id, world.directoryId))
  ledger.operations += 1
}

async function changeHubUser(
  { world, ledger }: Round,
  user: HubBorn,
  change: UserUpdate & Record<string, string>,
): Promise<void> {
  await world.onHub((hub) => hub.users.update(user.id, change))
  Object.assign(user.fields, change)
  ledger.operations += 1
}

function renameHubUser(round: Round, user: HubBorn): Promise<void> {
  const username = `${user.fields['username']}.r${round.number}`
  return changeHubUser(round, user, { username, email: `${username}@northwind.example` })
}

async function setSuspended({ world, ledger }: Round, user: HubBorn, suspended: boolean): Promise<void> {
  if (suspended) ledger.suspended.add(user.id)
  await world.onHub((hub) => (suspended ? hub.users.suspend(user.id) : hub.users.activate(user.id)))
  user.suspended = suspended
  ledger.operations += 1
}

/** Puts somebody into a group of either side, through the hub. */
async function joinGroup(round: Round, user: HubBorn, group: string, isBinding = false): Promise<void> {
  await join(round, {
    group,
    userId: user.id,
    guid: undefined,
    username: () => user.fields['username'] ?? '',
    present: true,
    isBinding,
  })
}

async function joinGroupByGuid(round: Round, user: DomainBorn, group: string): Promise<void> {
  const { world } = round
  const { items } = await world.onHub((hub) => hub.users.list({ search: user.username }))
  const found = items.find(({ username }) => username === user.username)
  // Renamed just now, and not known here under that name yet.
  if (found === undefined) return
  await join(round, {
    group,
    userId: found.id,
    guid: user.guid,
    username: () => user.username,
    present: true,
    isBinding: false,
  })
}

async function join({ world, ledger, boundGroups }: Round, row: AskedMembership): Promise<void> {
  const { group, userId = '' } = row
  const id = boundGroups.get(group) ?? (await groupIdOf(world, group))
  await world.onHub((hub) => hub.groups.addMember(id, userId))
  ledger.memberships.push(row)
  ledger.operations += 1
}

async function leaveGroup({ world, ledger, boundGroups }: Round, row: AskedMembership): Promise<void> {
  const { group, userId = '' } = row
  const id = boundGroups.get(group) ?? (await groupIdOf(world, group))
  await world.onHub(async (hub, isRepeated) => {
    try {
      await hub.groups.removeMember(id, userId)
    } catch (error) {
      if (!isRepeated || !(error instanceof HubError) || error.status !== 404) throw error
    }
  })
  row.present = false
  ledger.operations += 1
}

async function groupIdOf(world: KillWorld, name: string): Promise<string> {
  const { items } = await world.onHub((hub) => hub.groups.list({ search: name }))
  const found = items.find((group) => group.name === name)
  if (found === undefined) throw new Error(`the hub has no group ${name}`)
  return found.id
}

async function createDomainUser(round: Round, number: number, group: string): Promise<DomainBorn> {
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

async function changeDomainUser(
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

async function changeWrittenUser(round: Round, user: HubBorn): Promise<void> {
  const { world, number } = round
  const { accounts } = await world.onHub((hub) => hub.users.get(user.id))
  const id = accounts[0]?.externalId
  if (id === undefined) return
  const title = `Titled ${number}`
  await changeDomainUser(round, id, { title })
  user.fields['jobTitle'] = title
}

async function renameDomainUser(round: Round, user: DomainBorn): Promise<void> {
  const { world, number } = round
  const username = `${user.username.slice(0, 15)}.r${number}`
  await changeDomainUser(round, user.guid, { sAMAccountName: username, mail: `${username}@northwind.example` })
  user.username = username
  await rename(world, user.guid, `CN=${escapeRdnValue(`Renamed ${username}`)}`)
  round.ledger.operations += 1
}

async function moveDomainUser({ world, number, ledger }: Round, user: DomainBorn): Promise<void> {
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

async function setEnabled(round: Round, user: DomainBorn, enabled: boolean): Promise<void> {
  if (!enabled) round.ledger.suspended.add(user.guid)
  await changeDomainUser(round, user.guid, { userAccountControl: enabled ? enabledControl : disabledControl })
  user.enabled = enabled
}

async function joinDomainGroup({ world, ledger }: Round, user: DomainBorn, group: string): Promise<void> {
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

async function leaveScope({ world, ledger }: Round, user: DomainBorn): Promise<void> {
  ledger.suspended.add(user.guid)
  const { integrationGroupDn } = world.domain
  await world.onDomain((directory) =>
    changeMembers(directory, integrationGroupDn, { add: [], remove: [guidBase(user.guid)] }),
  )
  user.hasLeft = true
  ledger.operations += 1
}
