import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { UserWork, WorkItem } from '@lockstep/contract/agents/protocol'
import {
  domainFixture,
  type DomainFixture,
  groupObject,
  guidOf,
  origin,
  userObject,
} from '../../../../../tests/domain-fixture.ts'

const person = { email: 'ann@hub.example', firstname: 'Ann', lastname: 'Lee', displayname: 'Ann Lee' }

async function boundUser(domain: DomainFixture, username = 'ann') {
  const user = await domain.users.create(origin, { ...person, username, email: `${username}@hub.example` })
  await domain.bindings.bind(origin, { directoryId: domain.domain.id, subjectKind: 'user', subjectId: user.id })
  return user
}

function userItem(items: readonly WorkItem[]): UserWork {
  const [item] = items
  assert.equal(items.length, 1)
  assert.ok(item?.kind === 'user')
  return item
}

async function reportCreated(domain: DomainFixture, work: UserWork, name = 'ann') {
  await domain.work.report(domain.syncAgent, {
    epoch: 1,
    outcomes: [
      {
        kind: 'user',
        accountId: work.accountId,
        revision: work.revision,
        guid: guidOf(name),
        dn: `CN=${name}`,
        created: true,
        enabled: true,
        written: [],
      },
    ],
  })
}

test('a bound user is asked for with names, mail and log-in name, and is done once the agent says so', async () => {
  await using domain = await domainFixture()
  await boundUser(domain)
  const work = userItem((await domain.nextWork()).items)
  assert.equal(work.samAccountName, 'ann')
  assert.equal(work.userPrincipalName, 'ann@corp.example')
  assert.equal(work.enabled, 'enable')
  assert.deepEqual(work.attributes, { givenName: 'Ann', sn: 'Lee', mail: 'ann@hub.example', displayName: 'Ann Lee' })
  assert.ok(work.creatingSince !== undefined)
  await reportCreated(domain, work)
  assert.deepEqual((await domain.nextWork()).items, [])
})

test('a change of the user asks for that change alone', async () => {
  await using domain = await domainFixture()
  const user = await boundUser(domain)
  await reportCreated(domain, userItem((await domain.nextWork()).items))
  await domain.users.change(origin, user.id, { input: { jobTitle: 'Engineer' } })
  const work = userItem((await domain.nextWork()).items)
  assert.deepEqual(work.attributes, { title: 'Engineer' })
  assert.equal(work.samAccountName, '')
  assert.equal(work.guid, guidOf('ann'))
})

test('a suspended user’s account is disabled, and enabled again because the hub disabled it', async () => {
  await using domain = await domainFixture()
  const user = await boundUser(domain)
  await reportCreated(domain, userItem((await domain.nextWork()).items))
  await domain.users.change(origin, user.id, { input: { state: 'SUSPENDED' } })
  const disable = userItem((await domain.nextWork()).items)
  assert.equal(disable.enabled, 'disable')
  await domain.work.report(domain.syncAgent, {
    epoch: 1,
    outcomes: [
      {
        kind: 'user',
        accountId: disable.accountId,
        revision: disable.revision,
        enabled: false,
        written: ['userAccountControl'],
      },
    ],
  })
  await domain.users.change(origin, user.id, { input: { state: 'ACTIVATED' } })
  assert.equal(userItem((await domain.nextWork()).items).enabled, 'enable')
})

test('an account that was disabled for a suspension here is disabled again when the domain enables it', async () => {
  await using domain = await domainFixture()
  const user = await boundUser(domain)
  await reportCreated(domain, userItem((await domain.nextWork()).items))
  const read = (control: string) =>
    domain.full([
      userObject('ann', { attributes: { userAccountControl: control, mail: 'ann@hub.example' } }),
      groupObject('Lockstep', { members: ['ann'] }),
    ])
  await read('512')
  await domain.users.change(origin, user.id, { input: { state: 'SUSPENDED' } })
  const disable = userItem((await domain.nextWork()).items)
  const outcome = {
    kind: 'user' as const,
    accountId: disable.accountId,
    enabled: false,
    written: ['userAccountControl'],
  }
  await domain.work.report(domain.syncAgent, { epoch: 1, outcomes: [{ ...outcome, revision: disable.revision }] })
  await read('514')
  assert.deepEqual((await domain.nextWork()).items, [])
  await read('512')
  assert.equal(userItem((await domain.nextWork()).items).enabled, 'disable')
  assert.equal((await domain.user('ann'))?.state, 'SUSPENDED')
})

test('what the domain changed is not written back, and what both changed is the domain’s', async () => {
  await using domain = await domainFixture()
  const user = await boundUser(domain)
  await reportCreated(domain, userItem((await domain.nextWork()).items))
  await domain.users.change(origin, user.id, { input: { jobTitle: 'Engineer', department: 'R&D' } })
  const there = { givenName: 'Anna', sn: 'Lee', mail: 'ann@hub.example', displayName: 'Ann Lee' }
  await domain.full([userObject('ann', { attributes: there }), groupObject('Lockstep', { members: ['ann'] })])
  // The first read might be older than the agent's writing; this is the one that the hub asked for.
  await domain.objects([userObject('ann', { attributes: there })])
  const merged = await domain.user('ann')
  assert.equal(merged?.id, user.id)
  assert.equal(merged?.attributes['firstname'], 'Anna')
  assert.equal(merged?.attributes['jobTitle'], 'Engineer')
  assert.equal(merged?.homeDirectoryId, null)
  const work = userItem((await domain.nextWork()).items)
  assert.deepEqual(work.attributes, { title: 'Engineer', department: 'R&D' })
})

test('a failure is shown, tried again later, and gone once it worked', async () => {
  await using domain = await domainFixture()
  const user = await boundUser(domain)
  const work = userItem((await domain.nextWork()).items)
  const failure = {
    kind: 'name_collision',
    message: 'The name is taken.',
    remedy: 'Rename the user.',
    retryable: false,
  }
  await domain.work.report(domain.syncAgent, {
    epoch: 1,
    outcomes: [{ kind: 'user', accountId: work.accountId, revision: work.revision, failure }],
  })
  assert.deepEqual((await domain.nextWork()).items, [])
  const [account] = await domain.bindings.accountsOfUser(origin.actor, user.id)
  assert.equal(account?.error?.remedy, 'Rename the user.')
  await domain.bindings.retryAccount(origin, { directoryId: domain.domain.id, userId: user.id })
  const again = userItem((await domain.nextWork()).items)
  await reportCreated(domain, again)
  const [settled] = await domain.bindings.accountsOfUser(origin.actor, user.id)
  assert.equal(settled?.error, null)
})

test('members of a bound group get accounts, and the memberships are written both ways', async () => {
  await using domain = await domainFixture()
  const user = await domain.users.create(origin, { ...person, username: 'ann' })
  const group = await domain.groups.create(origin, { name: 'Aurora' })
  await domain.bindings.bind(origin, { directoryId: domain.domain.id, subjectKind: 'group', subjectId: group.id })
  await domain.groups.addMember(origin, group.id, user.id)
  await domain.database.transaction((transaction) => domain.bindings.settle(transaction, [user.id]))
  const { items } = await domain.nextWork()
  assert.deepEqual(items.map((item) => item.kind).toSorted(), ['group', 'user'])
  const groupItem = items.find((item) => item.kind === 'group')
  const work = items.find((item) => item.kind === 'user')
  assert.ok(work?.kind === 'user' && groupItem?.kind === 'group')
  await domain.work.report(domain.syncAgent, {
    epoch: 1,
    outcomes: [
      {
        kind: 'group',
        groupId: groupItem.groupId,
        revision: groupItem.revision,
        guid: guidOf('Aurora'),
        dn: 'CN=Aurora',
      },
    ],
  })
  await reportCreated(domain, work)
  const [members] = (await domain.nextWork()).items
  assert.ok(members?.kind === 'members')
  assert.deepEqual(members.add, [{ userId: user.id, guid: guidOf('ann') }])
  await domain.work.report(domain.syncAgent, {
    epoch: 1,
    outcomes: [{ kind: 'members', groupId: group.id, added: [user.id], removed: [] }],
  })
  assert.deepEqual((await domain.nextWork()).items, [])
  await domain.groups.removeMember(origin, group.id, user.id)
  const [leaving] = (await domain.nextWork()).items
  assert.ok(leaving?.kind === 'members')
  assert.deepEqual(leaving.remove, [{ userId: user.id, guid: guidOf('ann') }])
})

test('an account made by the hub is found by its username when the domain reads it before the agent reports', async () => {
  await using domain = await domainFixture()
  const user = await boundUser(domain)
  await domain.nextWork()
  await domain.full([userObject('ann'), groupObject('Lockstep', { members: ['ann'] })])
  assert.equal((await domain.usernames()).length, 1)
  const [account] = await domain.bindings.accountsOfUser(origin.actor, user.id)
  assert.equal(account?.externalId, guidOf('ann'))
})

test('an account that the hub made is no takeover: the password stays also where takeovers take it away', async () => {
  await using domain = await domainFixture()
  await domain.domains.change(origin, domain.domain.id, { behaviour: { takeover: 'deactivate' } })
  for (const isReported of [true, false]) {
    const username = isReported ? 'ann' : 'ben'
    const { id } = await boundUser(domain, username)
    await domain.users.change(origin, id, { input: { password: 'Correct-Horse-9' } })
    const work = userItem((await domain.nextWork()).items)
    if (isReported) await reportCreated(domain, work, username)
  }
  const there = ['ann', 'ben']
  await domain.full([...there.map((name) => userObject(name)), groupObject('Lockstep', { members: there })])
  for (const name of there) assert.equal((await domain.user(name))?.activated, true, name)
})

test('an account that exists but is not yet in the group is not taken for one that left', async () => {
  await using domain = await domainFixture()
  await boundUser(domain)
  await reportCreated(domain, userItem((await domain.nextWork()).items))
  await domain.full([userObject('ann'), groupObject('Lockstep', { members: [] })])
  assert.equal((await domain.user('ann'))?.state, 'ACTIVATED')
  const [account] = await domain.bindings.accountsOfUser(origin.actor, (await domain.user('ann'))?.id ?? '')
  assert.equal(account?.wanted, true)
})

test('a username that a user of another home has is taken over only when it is the whole name', async () => {
  await using domain = await domainFixture()
  await boundUser(domain, 'a-very-long-username-indeed')
  const work = userItem((await domain.nextWork()).items)
  assert.equal(work.samAccountName, 'a-very-long-username')
  assert.equal(work.takeover, false)
})

test('what the domain fills in on an account of the hub comes to the user', async () => {
  await using domain = await domainFixture()
  await boundUser(domain)
  await reportCreated(domain, userItem((await domain.nextWork()).items))
  const there = { givenName: 'Ann', sn: 'Lee', mail: 'ann@hub.example', displayName: 'Ann Lee', department: 'Sales' }
  await domain.full([userObject('ann', { attributes: there }), groupObject('Lockstep', { members: ['ann'] })])
  await domain.objects([userObject('ann', { attributes: there })])
  assert.equal((await domain.user('ann'))?.attributes['department'], 'Sales')
})

test('an account that the hub disabled is the hub’s to enable, also when the domain was read before the report', async () => {
  await using domain = await domainFixture()
  const user = await boundUser(domain)
  await reportCreated(domain, userItem((await domain.nextWork()).items))
  const there = { givenName: 'Ann', sn: 'Lee', mail: 'ann@hub.example', displayName: 'Ann Lee' }
  const inGroup = groupObject('Lockstep', { members: ['ann'] })
  await domain.full([userObject('ann', { attributes: there }), inGroup])
  await domain.users.change(origin, user.id, { input: { state: 'SUSPENDED' } })
  const disable = userItem((await domain.nextWork()).items)
  await domain.full([userObject('ann', { attributes: { ...there, userAccountControl: '514' } }), inGroup])
  await domain.work.report(domain.syncAgent, {
    epoch: 1,
    outcomes: [
      {
        kind: 'user',
        accountId: disable.accountId,
        revision: disable.revision,
        enabled: false,
        written: ['userAccountControl'],
      },
    ],
  })
  await domain.users.change(origin, user.id, { input: { state: 'ACTIVATED' } })
  assert.equal(userItem((await domain.nextWork()).items).enabled, 'enable')
})

test('a domain that is the authority for everything is never written to', async () => {
  await using domain = await domainFixture()
  await boundUser(domain)
  await domain.domains.change(origin, domain.domain.id, { useCase: 'ADASAUTHORITY' })
  assert.deepEqual((await domain.nextWork()).items, [])
})

test('an addition that was written and that the domain lost again unseen is written once more', async () => {
  await using domain = await domainFixture()
  const user = await boundUser(domain)
  await reportCreated(domain, userItem((await domain.nextWork()).items))
  await domain.full([userObject('ann'), groupObject('Lockstep', { members: ['ann', 'Team'] }), groupObject('Team')])
  const [team] = await domain.groups.list(origin.actor, { search: 'team', sort: [], limit: 1 })
  await domain.groups.addMember(origin, team?.id ?? '', user.id)
  await domain.nextWork()
  await domain.work.report(domain.syncAgent, {
    epoch: 1,
    outcomes: [{ kind: 'members', groupId: team?.id ?? '', added: [user.id], removed: [] }],
  })
  await domain.database.execute({ text: 'delete from ad_edges where group_guid = $1', values: [guidOf('Team')] })
  await domain.importer.deriveDue(domain.domain.id, origin.actor)
  assert.deepEqual(
    (await domain.nextWork()).items.map((item) => item.kind),
    ['members'],
  )
})

test('a sync agent that is paused while it waits gets nothing to do', async () => {
  await using domain = await domainFixture()
  await boundUser(domain)
  await domain.agents.change(origin, { domainId: domain.domain.id, agentId: domain.syncAgent.id }, { paused: true })
  const paused = await domain.nextWork()
  assert.deepEqual([paused.role, paused.items], ['paused', []])
  await domain.agents.change(origin, { domainId: domain.domain.id, agentId: domain.syncAgent.id }, { paused: false })
  assert.equal((await domain.nextWork()).items.length, 1)
})
