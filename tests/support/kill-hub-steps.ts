// Single changes made in the hub; each is repeated until the hub acknowledges it, and then noted in the ledger.
import { HubError } from '@lockstep/client/hub-error'
import type { UserCreate, UserUpdate } from '@lockstep/contract/hub/user'
import type { AskedMembership, DomainBorn, HubBorn, HubGroupBorn } from './kill-ledger.ts'
import type { Round } from './kill-round.ts'
import type { KillWorld } from './kill-world.ts'

export async function createHubUser(round: Round, number: number): Promise<HubBorn> {
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

export async function bind({ world, ledger }: Round, user: HubBorn): Promise<void> {
  await world.onHub((hub) => hub.users.bind(user.id, world.directoryId))
  ledger.operations += 1
}

export async function changeHubUser(
  { world, ledger }: Round,
  user: HubBorn,
  change: UserUpdate & Record<string, string>,
): Promise<void> {
  await world.onHub((hub) => hub.users.update(user.id, change))
  Object.assign(user.fields, change)
  ledger.operations += 1
}

export function renameHubUser(round: Round, user: HubBorn): Promise<void> {
  const username = `${user.fields['username']}.r${round.number}`
  return changeHubUser(round, user, { username, email: `${username}@northwind.example` })
}

export async function setSuspended({ world, ledger }: Round, user: HubBorn, suspended: boolean): Promise<void> {
  if (suspended) ledger.suspended.add(user.id)
  await world.onHub((hub) => (suspended ? hub.users.suspend(user.id) : hub.users.activate(user.id)))
  user.suspended = suspended
  ledger.operations += 1
}

/** Makes a group, binds it, and renames it while the domain is being asked for it. */
export async function createRenamedGroup({ world, ledger, number }: Round, index: number): Promise<void> {
  const name = `Kill Group ${number}.${index}`
  const id = await world.onHub(async (hub, isRepeated) => {
    try {
      return (await hub.groups.create({ name })).id
    } catch (error) {
      if (!isRepeated || !(error instanceof HubError) || error.status !== 409) throw error
      const { items } = await hub.groups.list({ search: name })
      return items.find((group) => group.name === name)?.id ?? ''
    }
  })
  const group = { id, name }
  ledger.groups.push(group)
  await world.onHub((hub) => hub.groups.bind(id, world.directoryId))
  await renameGroup({ world, ledger }, group, `Kill Group ${number}.${index} renamed`)
  ledger.operations += 2
}

export async function renameGroup(
  { world, ledger }: Pick<Round, 'world' | 'ledger'>,
  group: HubGroupBorn,
  name: string,
): Promise<void> {
  await world.onHub((hub) => hub.groups.update(group.id, { name }))
  group.name = name
  ledger.operations += 1
}

/** Puts somebody into a group of either side, through the hub. */
export async function joinGroup(round: Round, user: HubBorn, group: string, isBinding = false): Promise<void> {
  await join(round, {
    group,
    userId: user.id,
    guid: undefined,
    username: () => user.fields['username'] ?? '',
    present: true,
    isBinding,
  })
}

export async function joinGroupByGuid(round: Round, user: DomainBorn, group: string): Promise<void> {
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
  // Who left in an earlier round is asked for again: what was asked last counts.
  const earlier = ledger.memberships.find((known) => known.group === group && known.userId === userId)
  if (earlier === undefined) ledger.memberships.push(row)
  else earlier.present = true
  ledger.operations += 1
}

export async function leaveGroup({ world, ledger, boundGroups }: Round, row: AskedMembership): Promise<void> {
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
