// A group that is made in the domain has the name under which it was first asked for until the hub knows its object, whatever it is called
// meanwhile: there is one group at the end, and it has the last name.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { GroupOutcome, GroupWork, WorkItem } from '@lockstep/contract/agents/protocol'
import {
  change,
  domainFixture,
  type DomainFixture,
  groupObject,
  guidOf,
  origin,
} from '../../../../../tests/domain-fixture.ts'

async function boundGroup(domain: DomainFixture, name = 'Aurora') {
  const group = await domain.groups.create(origin, { name })
  await domain.bindings.bind(origin, { directoryId: domain.domain.id, subjectKind: 'group', subjectId: group.id })
  return group
}

function groupItem(items: readonly WorkItem[]): GroupWork {
  const [item] = items
  assert.deepEqual(
    items.map(({ kind }) => kind),
    ['group'],
  )
  assert.ok(item?.kind === 'group')
  return item
}

async function report(domain: DomainFixture, work: GroupWork, outcome: Partial<GroupOutcome>): Promise<void> {
  const { groupId, revision } = work
  await domain.work.report(domain.syncAgent, {
    epoch: 1,
    outcomes: [{ kind: 'group', groupId, revision, ...outcome }],
  })
}

async function groupNames(domain: DomainFixture): Promise<readonly string[]> {
  const rows = await domain.groups.list(origin.actor, { sort: [{ field: 'name', descending: false }], limit: 100 })
  return rows.map((row) => row.name)
}

const made = { guid: guidOf('Aurora'), dn: 'CN=Aurora' }
const inScope = [groupObject('Aurora'), groupObject('Lockstep', { members: ['Aurora'] })]

test('a group renamed while it is made is asked for under its first name, and renamed once it is known', async () => {
  await using domain = await domainFixture()
  const group = await boundGroup(domain)
  const first = groupItem((await domain.nextWork()).items)
  assert.ok(first.creatingSince !== undefined)
  await domain.groups.change(origin, group.id, { input: { name: 'Borealis' } })
  const again = groupItem((await domain.nextWork()).items)
  assert.deepEqual([again.name, again.guid, again.creatingSince], ['Aurora', undefined, first.creatingSince])
  await report(domain, again, made)
  const rename = groupItem((await domain.nextWork()).items)
  assert.deepEqual([rename.name, rename.guid], ['Borealis', made.guid])
  await report(domain, rename, { ...made, dn: 'CN=Borealis' })
  assert.deepEqual((await domain.nextWork()).items, [])
})

test('a group renamed while it is made is still the only one when a read is faster than the report', async () => {
  await using domain = await domainFixture()
  const group = await boundGroup(domain)
  const first = groupItem((await domain.nextWork()).items)
  await domain.groups.change(origin, group.id, { input: { name: 'Borealis' } })
  await domain.full(inScope)
  assert.deepEqual(await groupNames(domain), ['Borealis'])
  await report(domain, first, made)
  const rename = groupItem((await domain.nextWork()).items)
  assert.deepEqual([rename.name, rename.guid], ['Borealis', made.guid])
})

test('a name with characters that account names cannot have is found again by a read', async () => {
  await using domain = await domainFixture()
  await boundGroup(domain, 'R&D: [core]')
  await domain.nextWork()
  const sAMAccountName = 'R&D_ _core_'
  await domain.full([
    groupObject('Aurora', { attributes: { sAMAccountName } }),
    groupObject('Lockstep', { members: ['Aurora'] }),
  ])
  assert.equal((await groupNames(domain)).length, 1)
})

test('a group that could be made only in part is completed, and is not made again', async () => {
  await using domain = await domainFixture()
  const group = await boundGroup(domain)
  const failure = { kind: 'connection', message: 'Gone.', remedy: 'Wait.', retryable: true }
  await report(domain, groupItem((await domain.nextWork()).items), { ...made, failure })
  await domain.groups.change(origin, group.id, { input: { name: 'Borealis' } })
  const again = groupItem((await domain.nextWork()).items)
  assert.deepEqual([again.guid, again.name], [made.guid, 'Borealis'])
  assert.ok(again.creatingSince !== undefined)
  await report(domain, again, made)
  await domain.groups.change(origin, group.id, { input: { description: 'Lights' } })
  assert.equal(groupItem((await domain.nextWork()).items).creatingSince, undefined)
})

test('a group’s name that is taken there is given up when the group is renamed', async () => {
  await using domain = await domainFixture()
  const group = await boundGroup(domain)
  const failure = { kind: 'group_collision', message: 'Taken.', remedy: 'Rename the group.', retryable: false }
  await report(domain, groupItem((await domain.nextWork()).items), { failure })
  await domain.groups.change(origin, group.id, { input: { name: 'Borealis' } })
  assert.equal(groupItem((await domain.nextWork()).items).name, 'Borealis')
})

test('a failure that may pass by itself keeps the name', async () => {
  await using domain = await domainFixture()
  const group = await boundGroup(domain)
  const failure = { kind: 'connection', message: 'Gone.', remedy: 'Wait.', retryable: true }
  await report(domain, groupItem((await domain.nextWork()).items), { failure })
  await domain.groups.change(origin, group.id, { input: { name: 'Borealis' } })
  assert.equal(groupItem((await domain.nextWork()).items).name, 'Aurora')
})

test('a group that gets the name of one that is being made waits until that one is known', async () => {
  await using domain = await domainFixture()
  const first = await boundGroup(domain)
  const work = groupItem((await domain.nextWork()).items)
  await domain.groups.change(origin, first.id, { input: { name: 'Borealis' } })
  const second = await boundGroup(domain)
  assert.equal(groupItem((await domain.nextWork()).items).groupId, first.id)
  await report(domain, work, made)
  const { items } = await domain.nextWork()
  assert.deepEqual(
    new Set(items.map((item) => item.kind === 'group' && `${item.groupId} ${item.name}`)),
    new Set([`${first.id} Borealis`, `${second.id} Aurora`]),
  )
})

test('an object that belongs to another group is told as a failure, and the group is asked for under its own name', async () => {
  await using domain = await domainFixture()
  const first = await boundGroup(domain)
  await report(domain, groupItem((await domain.nextWork()).items), made)
  const second = await boundGroup(domain, 'Borealis')
  await report(domain, groupItem((await domain.nextWork()).items), made)
  const [account] = await domain.bindings.accountsOfGroup(origin.actor, second.id)
  assert.deepEqual([account?.externalId, account?.error?.kind], [null, 'group_collision'])
  const [kept] = await domain.bindings.accountsOfGroup(origin.actor, first.id)
  assert.equal(kept?.externalId, made.guid)
  await domain.groups.change(origin, second.id, { input: { name: 'Corona' } })
  assert.equal(groupItem((await domain.nextWork()).items).name, 'Corona')
})

test('a read that is older than a renaming here does not take it back', async () => {
  await using domain = await domainFixture()
  const group = await boundGroup(domain)
  await report(domain, groupItem((await domain.nextWork()).items), made)
  await domain.full(inScope)
  await domain.groups.change(origin, group.id, { input: { name: 'Borealis' } })
  await domain.full([groupObject('Aurora', { attributes: { description: 'There' } }), ...inScope.slice(1)])
  assert.deepEqual(await groupNames(domain), ['Borealis'])
  assert.equal(groupItem((await domain.nextWork()).items).name, 'Borealis')
})

test('renamings in the domain come over, one after the other, and are not written back', async () => {
  await using domain = await domainFixture()
  await boundGroup(domain)
  await report(domain, groupItem((await domain.nextWork()).items), made)
  await domain.full(inScope)
  for (const name of ['Corona', 'Dawn']) {
    await domain.changes([change('Aurora', { attributes: { sAMAccountName: name } })])
    assert.deepEqual(await groupNames(domain), [name])
  }
  assert.deepEqual((await domain.nextWork()).items, [])
})
