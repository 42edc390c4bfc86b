// Two real domains in one hub, each with both of its agents: names that both have, users and groups of both, one of them down, and one
// of them disconnected.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { isDeepStrictEqual } from 'node:util'
import type { UserDetail } from '@lockstep/contract/hub/user'
import { integer } from '@lockstep/ldap/number'
import { text, texts } from '@lockstep/ldap/text'
import { directoryPackages, installPrerequisites } from '../dev/src/samba/prerequisites.ts'
import { type ConnectedDomain, type ConnectedHub, connectDomains } from './support/connected-domains.ts'

describe('two domains in one hub', () => {
  let world: ConnectedHub
  let north: ConnectedDomain
  let south: ConnectedDomain
  let bothId: string

  before(async () => {
    assert.equal(await installPrerequisites(directoryPackages, () => undefined), undefined)
    world = await connectDomains(['NORTH.EXAMPLE', 'SOUTH.EXAMPLE'])
    north = world.domains[0] as ConnectedDomain
    south = world.domains[1] as ConnectedDomain
  })
  after(() => world[Symbol.asyncDispose]())

  async function userOf(username: string): Promise<UserDetail | undefined> {
    const { items } = await world.hub.users.list({ search: username })
    const found = items.find((user) => user.username === username)
    return found === undefined ? undefined : world.hub.users.get(found.id)
  }

  /** Waits until a domain has a value of an account, by the account's name. */
  function domainHas(domain: ConnectedDomain, name: string, attribute: string, value: string): Promise<boolean> {
    return world.until(`${name} has ${attribute} ${value} in ${domain.controller.realm}`, async () => {
      const entry = await domain.find(name, [attribute])
      return entry !== undefined && text(entry, attribute) === value
    })
  }

  /** Waits until a group of a domain has these members, by common name. */
  function groupHas(domain: ConnectedDomain, group: string, expected: readonly string[]): Promise<boolean> {
    return world.until(`${group} of ${domain.controller.realm} has ${expected.join()}`, async () => {
      const entry = await domain.find(group, ['member'])
      const names = entry === undefined ? [] : texts(entry, 'member').map((dn) => /^CN=([^,]+)/.exec(dn)?.[1] ?? dn)
      return isDeepStrictEqual(names.toSorted(), expected)
    })
  }

  const homeOf = async (username: string): Promise<string | undefined> => (await userOf(username))?.homeDirectoryId
  const join = async (domain: ConnectedDomain, name: string, title: string): Promise<void> => {
    const dn = await domain.addUser(name, { title })
    await domain.change(domain.controller.integrationGroupDn, { add: [dn] })
  }

  test('a name that both domains have stays with the first, and the other one is told as a conflict', async () => {
    await join(north, 'same', 'Northerner')
    await join(north, 'nora', 'Northerner')
    await world.until('the first', async () => (await homeOf('same')) === north.directoryId)
    await join(south, 'same', 'Southerner')
    await join(south, 'saul', 'Southerner')
    await world.until('those of both', async () => (await homeOf('saul')) === south.directoryId && homeOf('nora'))
    const problem = await world.until('the conflict', async () => {
      const { items } = await world.hub.directories.problems(south.directoryId, {})
      return items.find(({ name }) => name === 'same')
    })
    assert.equal(problem.code, 'username_in_other_directory')
    const same = await userOf('same')
    assert.deepEqual(
      [same?.homeDirectoryId, same?.fields['jobTitle'], same?.accounts.map(({ directoryId }) => directoryId)],
      [north.directoryId, 'Northerner', [north.directoryId]],
    )
    const { items } = await world.hub.users.list({})
    assert.deepEqual(items.map(({ username }) => username).toSorted(), ['nora', 'same', 'saul'])
  })

  test('a user of the hub who is bound to both is made in both, and a change reaches both', async () => {
    const { id } = await world.hub.users.create({
      ...{ username: 'both', email: 'both@hub.example', firstname: 'Bo', lastname: 'Both', jobTitle: 'Traveller' },
    })
    bothId = id
    for (const domain of [north, south]) await world.hub.users.bind(id, domain.directoryId)
    for (const domain of [north, south]) await domainHas(domain, 'both', 'title', 'Traveller')
    await world.hub.users.update(id, { jobTitle: 'Settler' })
    for (const domain of [north, south]) await domainHas(domain, 'both', 'title', 'Settler')
  })

  test('a group that is bound to both has in each the members that the domain knows', async () => {
    const group = await world.hub.groups.create({ name: 'Mixed', description: 'Of both' })
    for (const domain of [north, south]) await world.hub.groups.bind(group.id, domain.directoryId)
    for (const username of ['nora', 'saul', 'both']) {
      const user = await userOf(username)
      await world.hub.groups.addMember(group.id, user?.id ?? '')
    }
    // Being in a group of a domain binds to the domain: both members have accounts in both from now on.
    await groupHas(north, 'Mixed', ['Bo Both', 'nora', 'saul Tester'])
    await groupHas(south, 'Mixed', ['Bo Both', 'nora Tester', 'saul'])
    assert.equal(await homeOf('nora'), north.directoryId)
    assert.equal(await homeOf('saul'), south.directoryId)
  })

  test('while one domain is down the other one follows, and the one that was down catches up', async () => {
    await south.controller.kill()
    await world.hub.users.update(bothId, { jobTitle: 'Waiting' })
    await domainHas(north, 'both', 'title', 'Waiting')
    await join(north, 'nick', 'Newcomer')
    await world.until('the newcomer', async () => (await homeOf('nick')) === north.directoryId)
    const waiting = await world.hub.directories.get(south.directoryId)
    assert.ok(waiting.pendingCount > 0, 'what could not be written waits')
    await south.controller.restart()
    await domainHas(south, 'both', 'title', 'Waiting')
    await world.until('nothing waits any more', async () => {
      return (await world.hub.directories.get(south.directoryId)).pendingCount === 0
    })
  })

  test('disconnecting one domain loses nobody, and leaves users, groups and accounts of the other as they were', async () => {
    const before = await world.hub.users.list({})
    const accountsInNorth = async (): Promise<readonly unknown[]> =>
      Promise.all(
        before.items.map(async ({ id }) => {
          const { username, state, accounts } = await world.hub.users.get(id)
          return [username, state, accounts.find(({ directoryId }) => directoryId === north.directoryId)?.externalId]
        }),
      )
    const there = await accountsInNorth()
    await world.hub.directories.remove(south.directoryId)
    assert.deepEqual(await accountsInNorth(), there)
    assert.equal(await homeOf('nora'), north.directoryId)
    assert.equal(await homeOf('saul'), undefined, 'the hub’s from now on')
    assert.deepEqual(
      (await userOf('both'))?.accounts.map(({ directoryId }) => directoryId),
      [north.directoryId],
    )
    await world.hub.users.update(bothId, { jobTitle: 'Northbound' })
    await domainHas(north, 'both', 'title', 'Northbound')
    const entry = await south.find('both', ['title', 'userAccountControl'])
    assert.equal(entry && text(entry, 'title'), 'Waiting', 'nothing is written to it any more')
    assert.equal(((entry && integer(entry, 'userAccountControl')) ?? 2) & 2, 0, 'and nobody is disabled there')
  })
})
