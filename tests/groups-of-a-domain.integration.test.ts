// Groups of a real domain: the documented example of nested ones, five levels with a cycle, and one with 10,000 members.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { isDeepStrictEqual } from 'node:util'
import { integer } from '@lockstep/ldap/number'
import { texts } from '@lockstep/ldap/text'
import { directoryPackages, installPrerequisites } from '../dev/src/samba/prerequisites.ts'
import { type Belonging, type ConnectedDomain, type ConnectedHub, connectDomains } from './support/connected-domains.ts'

const crowd = 10_000
const levels = [1, 2, 3, 4, 5] as const

before(async () => {
  assert.equal(await installPrerequisites(directoryPackages, () => undefined), undefined)
})

/** The direct members that a group has in the domain, by common name. */
async function directMembers(domain: ConnectedDomain, group: string): Promise<readonly string[]> {
  const entry = await domain.find(group, ['member'])
  return (entry === undefined ? [] : texts(entry, 'member')).map((dn) => /^CN=([^,]+)/.exec(dn)?.[1] ?? dn).toSorted()
}

describe('groups in groups', () => {
  let world: ConnectedHub
  let domain: ConnectedDomain

  before(async () => {
    world = await connectDomains(['NESTED.EXAMPLE'])
    domain = world.domains[0] as ConnectedDomain
  })
  after(() => world[Symbol.asyncDispose]())

  const becomes = (group: string, expected: Readonly<Record<string, Belonging>>): Promise<boolean> =>
    world.until(`${group} has ${JSON.stringify(expected)}`, async () =>
      isDeepStrictEqual(await world.membersOf(group), expected),
    )

  test('Group1 of User1, User2 and Group2, which is of User3 and User4, has all four here, and Group2 its two', async () => {
    const users: string[] = []
    for (const name of ['User1', 'User2', 'User3', 'User4']) users.push(await domain.addUser(name))
    const inner = await domain.addGroup('Group2', users.slice(2))
    const outer = await domain.addGroup('Group1', [...users.slice(0, 2), inner])
    await domain.change(domain.controller.integrationGroupDn, { add: [outer] })
    await becomes('Group1', { User1: 'direct', User2: 'direct', User3: 'derived', User4: 'derived' })
    await becomes('Group2', { User3: 'direct', User4: 'direct' })
    const { items } = await world.hub.users.list({})
    assert.deepEqual(items.map(({ username }) => username).toSorted(), ['User1', 'User2', 'User3', 'User4'])
  })

  test('five levels that end where they begin have everybody everywhere, and nobody derived is written into the domain', async () => {
    const groups: string[] = []
    for (const level of levels)
      groups.push(await domain.addGroup(`Level${level}`, [await domain.addUser(`of${level}`)]))
    for (const [index, group] of groups.entries()) await domain.change(group, { add: [groups[(index + 1) % 5] ?? ''] })
    await domain.change(domain.controller.integrationGroupDn, { add: [groups[0] ?? ''] })
    const everybody = (own: number): Record<string, Belonging> =>
      Object.fromEntries(levels.map((level) => [`of${level}`, level === own ? 'direct' : 'derived']))
    for (const level of levels) await becomes(`Level${level}`, everybody(level))
    // Somebody whom the hub puts in is written as a member of that group alone, and the others stay as they were.
    const { id } = await world.hub.users.create({
      ...{ username: 'helper', email: 'helper@nested.example', firstname: 'Helen', lastname: 'Per' },
    })
    await world.hub.users.bind(id, domain.directoryId)
    const { items } = await world.hub.groups.list({ search: 'Level4' })
    await world.hub.groups.addMember(items[0]?.id ?? '', id)
    await world.until('the domain has the helper', async () => {
      return (await directMembers(domain, 'Level4')).includes('Helen Per')
    })
    for (const level of levels)
      await becomes(`Level${level}`, { ...everybody(level), helper: level === 4 ? 'direct' : 'derived' })
    const { lastFullReadAt: before } = await world.hub.directories.get(domain.directoryId)
    await world.hub.directories.readEverything(domain.directoryId)
    await world.until('all is read once more, and nothing waits', async () => {
      const { pendingCount, lastFullReadAt } = await world.hub.directories.get(domain.directoryId)
      return pendingCount === 0 && lastFullReadAt !== before
    })
    for (const level of levels) {
      const expected = [`Level${(level % 5) + 1}`, `of${level}`, ...(level === 4 ? ['Helen Per'] : [])].toSorted()
      assert.deepEqual(await directMembers(domain, `Level${level}`), expected, `Level${level}`)
    }
    // Cut open between the last and the first, the last sees itself alone again.
    await domain.change(groups[4] ?? '', { remove: [groups[0] ?? ''] })
    // That takes more memberships away than the guard lets pass: they wait for a person.
    const plan = await world.until(
      'a plan waits',
      async () => (await world.hub.plans.list({ state: 'quarantined' })).items[0],
    )
    await world.hub.plans.release(plan.id, { reason: 'The circle was a mistake' })
    await becomes('Level5', { of5: 'direct' })
    await becomes('Level4', { of4: 'direct', helper: 'direct', of5: 'derived' })
    await becomes('Level1', { ...everybody(1), helper: 'derived' })
  })

  test('a user of the hub in a group that the domain brought is made there as its member, and disabled when they leave it', async () => {
    const outer = `CN=Accounting,${domain.controller.groupsDn}`
    await domain.addGroup('Accounting', [await domain.addUser('clerk')])
    await domain.change(domain.controller.integrationGroupDn, { add: [outer] })
    await becomes('Accounting', { clerk: 'direct' })
    const { id } = await world.hub.users.create({
      ...{ username: 'counter', email: 'counter@nested.example', firstname: 'Cora', lastname: 'Unter' },
    })
    const [group] = (await world.hub.groups.list({ search: 'Accounting' })).items
    await world.hub.groups.addMember(group?.id ?? '', id)
    await world.until('the domain has the account as a member', async () => {
      return (await directMembers(domain, 'Accounting')).includes('Cora Unter')
    })
    const isEnabled = async (): Promise<boolean | undefined> => {
      const entry = await domain.find('counter', ['userAccountControl'])
      return entry === undefined ? undefined : ((integer(entry, 'userAccountControl') ?? 0) & 2) === 0
    }
    await world.until('the account is enabled', isEnabled)
    await world.hub.groups.removeMember(group?.id ?? '', id)
    await world.until('the account is disabled', async () => (await isEnabled()) === false)
    await world.until('the group has its clerk alone', async () =>
      isDeepStrictEqual(await directMembers(domain, 'Accounting'), ['clerk']),
    )
    const user = await world.hub.users.get(id)
    assert.deepEqual([user.state, user.accounts.map(({ tie }) => tie)], ['ACTIVATED', ['released']])
  })
})

test('a group of 10,000 arrives whole, and who is taken out or put in is seen', async () => {
  await using world = await connectDomains(['CROWD.EXAMPLE'], async ({ controller, addGroup, addUser, change }) => {
    const group = await addGroup('Everybody', [await addUser('first')])
    await change(controller.integrationGroupDn, { add: [group] })
    await controller.addUsersOffline(crowd - 1, { groupDn: group, namePrefix: 'one' })
  })
  const [domain] = world.domains
  assert.ok(domain !== undefined)
  const count = async (): Promise<number> => Object.keys((await world.membersOf('Everybody')) ?? {}).length
  const groupId = await world.until('the group', async () => {
    return (await world.hub.groups.list({ search: 'Everybody' })).items[0]?.id
  })
  await world.until('its members', async () => (await world.hub.groups.get(groupId)).memberCount === crowd)
  assert.equal(await count(), crowd)
  const group = `CN=Everybody,${domain.controller.groupsDn}`
  const gone = await domain.find('one-007777', ['objectGUID'])
  // Otherwise nobody of the domain would have this user any more, and what leaves the scope stays as it was.
  await domain.change(domain.controller.integrationGroupDn, { add: [gone?.dn ?? ''] })
  await domain.change(group, { remove: [gone?.dn ?? ''], add: [await domain.addUser('last')] })
  await world.until('both changes', async () => {
    const members = (await world.membersOf('Everybody')) ?? {}
    return members['last'] === 'direct' && members['one-007777'] === undefined
  })
  assert.equal(await count(), crowd)
  const { items } = await world.hub.users.list({ search: 'one-007777' })
  assert.deepEqual(
    items.map(({ username, state }) => [username, state]),
    [['one-007777', 'ACTIVATED']],
  )
})
