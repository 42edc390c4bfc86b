// Users of the hub in groups that a domain brought: the group connects them, as a group that was bound by hand does.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { UserWork } from '@lockstep/contract/agents/protocol'
import {
  change,
  domainFixture,
  type DomainFixture,
  groupObject,
  guidOf,
  origin,
  userObject,
} from '../../../../../tests/domain-fixture.ts'

const accounting = [
  userObject('bob'),
  groupObject('Lockstep', { members: ['Accounting'] }),
  groupObject('Accounting', { members: ['bob'] }),
]

const settle = (domain: DomainFixture, userId: string): Promise<void> =>
  domain.database.transaction((transaction) => domain.bindings.settle(transaction, [userId]))

async function groupId(domain: DomainFixture, name: string): Promise<string> {
  const groups = await domain.groups.list(origin.actor, { sort: [{ field: 'name', descending: false }], limit: 100 })
  return groups.find((group) => group.name === name)?.id ?? ''
}

/** A user of the hub in the group that the domain brought. */
async function member(domain: DomainFixture) {
  const person = { username: 'ann', email: 'ann@hub.example', firstname: 'Ann', lastname: 'Lee' }
  const user = await domain.users.create(origin, person)
  await domain.groups.addMember(origin, await groupId(domain, 'Accounting'), user.id)
  await settle(domain, user.id)
  return user
}

async function userWork(domain: DomainFixture): Promise<UserWork | undefined> {
  return (await domain.nextWork()).items.find((item) => item.kind === 'user')
}

/** Does what is asked of the account; answers it. */
async function done(domain: DomainFixture): Promise<UserWork> {
  const work = await userWork(domain)
  assert.ok(work)
  const { accountId, revision, enabled } = work
  const there = { guid: guidOf('ann'), dn: 'CN=ann', created: work.guid === undefined, enabled: enabled === 'enable' }
  const written = work.guid === undefined ? [] : ['userAccountControl']
  await domain.work.report(domain.syncAgent, {
    epoch: 1,
    outcomes: [{ kind: 'user', accountId, revision, ...there, written }],
  })
  return work
}

/** The account is there and a member, and the domain was read. */
async function madeAndRead(domain: DomainFixture): Promise<void> {
  const id = await groupId(domain, 'Accounting')
  await done(domain)
  const members = (await domain.nextWork()).items.find((item) => item.kind === 'members')
  assert.deepEqual(members?.kind === 'members' && members.add.map(({ guid }) => guid), [guidOf('ann')])
  const added = members?.kind === 'members' ? members.add.map(({ userId }) => userId) : []
  await domain.work.report(domain.syncAgent, {
    epoch: 1,
    outcomes: [{ kind: 'members', groupId: id, added, removed: [] }],
  })
  await domain.changes([
    userObject('ann', { attributes: { givenName: 'Ann', sn: 'Lee', mail: 'ann@hub.example' } }),
    change('Lockstep', { added: ['ann'] }),
    change('Accounting', { added: ['ann'] }),
  ])
  assert.deepEqual((await domain.nextWork()).items, [])
}

test('a user of the hub in a group that the domain brought is made there and becomes its member', async () => {
  await using domain = await domainFixture()
  await domain.full(accounting)
  const user = await member(domain)
  await madeAndRead(domain)
  assert.deepEqual(await domain.membersOf('Accounting'), { ann: ['directory'], bob: ['directory'] })
  assert.equal((await domain.user('ann'))?.homeDirectoryId, null)
  const [account] = await domain.bindings.accountsOfUser(origin.actor, user.id)
  assert.deepEqual([account?.madeBy, account?.wanted, account?.externalId], ['hub', true, guidOf('ann')])
})

test('who leaves the last group that connected them is disabled there, on whichever side they leave, and back when they return', async () => {
  await using domain = await domainFixture()
  await domain.full(accounting)
  const user = await member(domain)
  await madeAndRead(domain)
  const id = await groupId(domain, 'Accounting')
  await domain.groups.removeMember(origin, id, user.id)
  await settle(domain, user.id)
  const released = await done(domain)
  assert.deepEqual([released.guid, released.wanted, released.enabled], [guidOf('ann'), false, 'disable'])
  await domain.groups.addMember(origin, id, user.id)
  await settle(domain, user.id)
  const back = await done(domain)
  assert.deepEqual([back.guid, back.wanted, back.enabled], [guidOf('ann'), true, 'enable'])
  const members = (await domain.nextWork()).items.find((item) => item.kind === 'members')
  assert.deepEqual(members?.kind === 'members' && members.add.map(({ userId }) => userId), [user.id])
  await domain.work.report(domain.syncAgent, {
    epoch: 1,
    outcomes: [{ kind: 'members', groupId: id, added: [user.id], removed: [] }],
  })
  await domain.changes([change('Accounting', { added: ['ann'] }), change('ann', {})])
  assert.deepEqual(await domain.membersOf('Accounting'), { ann: ['directory'], bob: ['directory'] })
  await domain.changes([change('Accounting', { removed: ['ann'] })])
  assert.deepEqual(await domain.membersOf('Accounting'), { bob: ['directory'] })
  await settle(domain, user.id)
  const again = await done(domain)
  assert.deepEqual([again.guid, again.wanted, again.enabled], [guidOf('ann'), false, 'disable'])
  assert.equal((await domain.user('ann'))?.state, 'ACTIVATED')
})

test('the domain’s own users in its groups stay as the domain says, whatever becomes of the group', async () => {
  await using domain = await domainFixture()
  await domain.full(accounting)
  const bob = await domain.user('bob')
  await domain.changes([change('Accounting', { removed: ['bob'] }), change('Lockstep', { added: ['bob'] })])
  await settle(domain, bob?.id ?? '')
  const [account] = await domain.bindings.accountsOfUser(origin.actor, bob?.id ?? '')
  assert.deepEqual([account?.madeBy, account?.wanted], ['directory', true])
  assert.equal(await userWork(domain), undefined)
})

test('a group that leaves the domain’s scope goes on connecting whom it connected', async () => {
  await using domain = await domainFixture()
  await domain.full(accounting)
  const user = await member(domain)
  await madeAndRead(domain)
  await domain.changes([change('Lockstep', { removed: ['Accounting'] })])
  await settle(domain, user.id)
  const [account] = await domain.bindings.accountsOfUser(origin.actor, user.id)
  assert.equal(account?.wanted, true, 'nobody is disabled because a group is not looked at any more')
  assert.deepEqual(
    (await domain.bindings.bindingsOf(user.id)).map(({ directoryId }) => directoryId),
    [domain.domain.id],
  )
})

test('a domain that is never written to gets nobody through its groups, until it is written to', async () => {
  await using domain = await domainFixture()
  await domain.domains.change(origin, domain.domain.id, { useCase: 'ADASAUTHORITY' })
  await domain.full(accounting)
  const user = await member(domain)
  assert.deepEqual(await domain.bindings.accountsOfUser(origin.actor, user.id), [])
  await domain.domains.change(origin, domain.domain.id, { useCase: 'TWOWAYSYNC' })
  const unconnected = await domain.bindings.listUnconnected(domain.domain.id, '', 100)
  assert.deepEqual(unconnected, [user.id])
  await settle(domain, user.id)
  assert.equal((await domain.bindings.accountsOfUser(origin.actor, user.id)).length, 1)
  assert.deepEqual(await domain.bindings.listUnconnected(domain.domain.id, '', 100), [])
})

test('the preview of a domain that would be written to counts and names who gets an account there', async () => {
  await using domain = await domainFixture()
  await domain.domains.change(origin, domain.domain.id, { useCase: 'ADASAUTHORITY' })
  await domain.full(accounting)
  const accountsOf = async (useCase: 'TWOWAYSYNC' | 'JCASAUTHORITY' | 'ADASAUTHORITY') => {
    const { newAccounts, steps } = await domain.paths.preview(origin.actor, domain.domain.id, { useCase })
    return { newAccounts, effect: steps.find(({ key }) => key === 'accounts')?.effect }
  }
  const nobody = { newAccounts: { count: 0, usernames: [] }, effect: undefined }
  assert.deepEqual(await accountsOf('TWOWAYSYNC'), nobody)
  const id = await groupId(domain, 'Accounting')
  for (const [index, username] of [...'abcdefghijkl'].entries()) {
    const person = { username, email: `${username}@hub.example`, firstname: 'Ann', lastname: 'Lee' }
    const user = await domain.users.create(origin, person)
    const binding = { directoryId: domain.domain.id, subjectKind: 'user', subjectId: user.id } as const
    if (index === 0) await domain.bindings.bind(origin, binding)
    else await domain.groups.addMember(origin, id, user.id)
  }
  const usernames = [...'abcdefghij']
  const names = `${usernames.join(', ')} and 2 others`
  const effect = `12 users of the hub, connected or in groups that are, as soon as a sync agent runs: ${names}.`
  for (const useCase of ['TWOWAYSYNC', 'JCASAUTHORITY'] as const)
    assert.deepEqual(await accountsOf(useCase), { newAccounts: { count: 12, usernames }, effect })
  assert.deepEqual(await accountsOf('ADASAUTHORITY'), nobody)
})

test('where the hub is the authority a group that the domain brought before connects too', async () => {
  await using domain = await domainFixture()
  await domain.full(accounting)
  await domain.domains.change(origin, domain.domain.id, { useCase: 'JCASAUTHORITY' })
  const user = await member(domain)
  await done(domain)
  const id = await groupId(domain, 'Accounting')
  const [tied] = await domain.bindings.accountsOfGroup(origin.actor, id)
  assert.equal(tied?.bound, true)
  await domain.groups.removeMember(origin, id, user.id)
  await settle(domain, user.id)
  assert.deepEqual([(await userWork(domain))?.enabled], ['disable'])
})

test('a read between the end of the connection and its writing does not keep the account enabled, wherever it is managed', async () => {
  await using domain = await domainFixture()
  await domain.full(accounting)
  const user = await member(domain)
  await madeAndRead(domain)
  const id = await groupId(domain, 'Accounting')
  for (const useCase of ['TWOWAYSYNC', 'JCASAUTHORITY'] as const) {
    await domain.domains.change(origin, domain.domain.id, { useCase })
    await domain.groups.removeMember(origin, id, user.id)
    await settle(domain, user.id)
    await domain.changes([change('ann', { attributes: { whenChanged: useCase } })])
    assert.equal((await done(domain)).enabled, 'disable', useCase)
    await domain.groups.addMember(origin, id, user.id)
    await settle(domain, user.id)
    assert.equal((await done(domain)).enabled, 'enable', useCase)
  }
})
