// What is true when an agent dies between writing and reporting, or when a read is older than what was written.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { UserOutcome, UserWork, WorkItem } from '@lockstep/contract/agents/protocol'
import {
  domainFixture,
  type DomainFixture,
  groupObject,
  guidOf,
  origin,
  userObject,
} from '../../../../../tests/domain-fixture.ts'

const there = { givenName: 'Ann', sn: 'Lee', mail: 'ann@hub.example', displayName: 'Ann Lee' }
const inGroup = groupObject('Lockstep', { members: ['ann'] })

/** A time as whenCreated has it. */
function generalizedNow(): string {
  return `${new Date().toISOString().replaceAll(/[-:T]/g, '').slice(0, 14)}.0Z`
}

/** The account as it is in the domain: half made it is disabled and has no password. */
function annThere(attributes: Readonly<Record<string, string>> = {}) {
  return userObject('ann', { attributes: { ...there, whenCreated: generalizedNow(), ...attributes } })
}

async function boundAnn(domain: DomainFixture) {
  const person = {
    username: 'ann',
    email: 'ann@hub.example',
    firstname: 'Ann',
    lastname: 'Lee',
    displayname: 'Ann Lee',
  }
  const user = await domain.users.create(origin, person)
  await domain.bindings.bind(origin, { directoryId: domain.domain.id, subjectKind: 'user', subjectId: user.id })
  return user
}

function userItem(items: readonly WorkItem[]): UserWork {
  const [item] = items
  assert.equal(items.length, 1)
  assert.ok(item?.kind === 'user')
  return item
}

async function report(domain: DomainFixture, work: UserWork, outcome: Partial<UserOutcome>): Promise<void> {
  const { accountId, revision } = work
  await domain.work.report(domain.syncAgent, {
    epoch: 1,
    outcomes: [{ kind: 'user', accountId, revision, ...outcome }],
  })
}

const made = { guid: guidOf('ann'), dn: 'CN=ann', created: true, enabled: true, written: ['userAccountControl'] }

test('an agent that asks again gets at once what it did not report', async () => {
  await using domain = await domainFixture()
  await boundAnn(domain)
  const first = userItem((await domain.nextWork()).items)
  assert.equal(userItem((await domain.nextWork()).items).accountId, first.accountId)
})

test('an account that is half made suspends nobody and is completed', async () => {
  await using domain = await domainFixture()
  await boundAnn(domain)
  await domain.nextWork()
  await domain.full([annThere({ userAccountControl: '514' }), inGroup])
  assert.equal((await domain.user('ann'))?.state, 'ACTIVATED')
  const work = userItem((await domain.nextWork()).items)
  assert.equal(work.guid, guidOf('ann'))
  assert.ok(work.creatingSince !== undefined)
  await report(domain, work, { guid: guidOf('ann'), dn: 'CN=ann', enabled: true, written: ['userAccountControl'] })
  assert.deepEqual((await domain.nextWork()).items, [])
})

test('an account that could be made only in part is still completed by the next try', async () => {
  await using domain = await domainFixture()
  const user = await boundAnn(domain)
  const work = userItem((await domain.nextWork()).items)
  const failure = { kind: 'connection', message: 'Gone.', remedy: 'Wait.', retryable: true }
  await report(domain, work, { guid: guidOf('ann'), dn: 'CN=ann', created: true, failure })
  await domain.bindings.retryAccount(origin, { directoryId: domain.domain.id, userId: user.id })
  const again = userItem((await domain.nextWork()).items)
  assert.equal(again.guid, guidOf('ann'))
  assert.equal(again.creatingSince, work.creatingSince)
})

test('a user renamed while the account is made is still the only one, and the account is renamed afterwards', async () => {
  await using domain = await domainFixture()
  const user = await boundAnn(domain)
  await domain.nextWork()
  await domain.users.change(origin, user.id, { input: { username: 'ann.moved', email: 'moved@hub.example' } })
  assert.equal(userItem((await domain.nextWork()).items).samAccountName, 'ann')
  await domain.full([annThere(), inGroup])
  assert.deepEqual(await domain.usernames(), ['ann.moved'])
  const rename = userItem((await domain.nextWork()).items)
  assert.deepEqual([rename.guid, rename.samAccountName], [guidOf('ann'), 'ann.moved'])
})

test('a name that is taken there is given up when the user is renamed', async () => {
  await using domain = await domainFixture()
  const user = await boundAnn(domain)
  const work = userItem((await domain.nextWork()).items)
  const failure = { kind: 'name_collision', message: 'Taken.', remedy: 'Rename the user.', retryable: false }
  await report(domain, work, { failure })
  await domain.users.change(origin, user.id, { input: { username: 'ann.two' } })
  assert.equal(userItem((await domain.nextWork()).items).samAccountName, 'ann.two')
})

test('a read that is older than the writing changes nobody and is repeated', async () => {
  await using domain = await domainFixture()
  const user = await boundAnn(domain)
  await report(domain, userItem((await domain.nextWork()).items), made)
  const reply = await domain.full([annThere({ userAccountControl: '514' }), inGroup])
  assert.equal((await domain.user('ann'))?.state, 'ACTIVATED')
  assert.deepEqual(reply.wantedGuids, [guidOf('ann')])
  await domain.objects([annThere({ userAccountControl: '514' })])
  assert.equal((await domain.user('ann'))?.state, 'SUSPENDED')
  assert.equal((await domain.user('ann'))?.id, user.id)
})

test('what the hub disabled stays its own to enable when the report is lost', async () => {
  await using domain = await domainFixture()
  const user = await boundAnn(domain)
  await report(domain, userItem((await domain.nextWork()).items), made)
  await domain.full([annThere(), inGroup])
  await domain.users.change(origin, user.id, { input: { state: 'SUSPENDED' } })
  assert.equal(userItem((await domain.nextWork()).items).enabled, 'disable')
  await domain.full([annThere({ userAccountControl: '514' }), inGroup])
  await domain.users.change(origin, user.id, { input: { state: 'ACTIVATED' } })
  await domain.full([annThere({ userAccountControl: '514', title: 'Clerk' }), inGroup])
  assert.equal((await domain.user('ann'))?.state, 'ACTIVATED')
  assert.equal(userItem((await domain.nextWork()).items).enabled, 'enable')
})

test('a user deleted while the account is made is not brought back by it', async () => {
  await using domain = await domainFixture()
  const user = await boundAnn(domain)
  await domain.nextWork()
  await domain.users.remove(origin, user.id, {})
  assert.deepEqual((await domain.nextWork()).items, [])
  await domain.full([annThere(), inGroup])
  assert.deepEqual(await domain.usernames(), [])
  assert.equal(userItem((await domain.nextWork()).items).enabled, 'disable')
})
