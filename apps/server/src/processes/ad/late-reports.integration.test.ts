// A report of an agent that does not hold the work any more says what is in the domain; it settles nothing.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { UserOutcome, WorkItem, WorkReply, WorkReport } from '@lockstep/contract/agents/protocol'
import {
  change,
  domainFixture,
  type DomainFixture,
  groupObject,
  guidOf,
  origin,
  userObject,
} from '../../../../../tests/domain-fixture.ts'
import type { Agent } from './agent.store.ts'

type Outcome = WorkReport['outcomes'][number]

const person = { username: 'ann', email: 'ann@hub.example', firstname: 'Ann', lastname: 'Lee' }

async function boundAnn(domain: DomainFixture) {
  const user = await domain.users.create(origin, person)
  await domain.bindings.bind(origin, { directoryId: domain.domain.id, subjectKind: 'user', subjectId: user.id })
  return user
}

async function anotherSyncAgent(domain: DomainFixture): Promise<Agent> {
  const { agent } = await domain.agents.create(origin, domain.domain.id, 'SYNC')
  return { ...agent, domainId: domain.domain.id, paused: false, hostname: 'dc2', publicKey: 'x' } as unknown as Agent
}

function ask(domain: DomainFixture, agent: Agent): Promise<WorkReply> {
  const about = { hostname: 'dc', version: '1', directory: { reachable: true } }
  return domain.work.next(agent, { ...about, waitMs: 0, maxItems: 50 }, new AbortController().signal)
}

/** The first agent falls silent with work in hand; answers what the second one is given. */
async function takeOver(domain: DomainFixture, successor: Agent): Promise<WorkReply> {
  for (const text of [
    `update ad_domains set sync_lease_until = now() - interval '1 second'`,
    `update accounts set leased_until = now() - interval '1 second'`,
    `update group_accounts set leased_until = now() - interval '1 second'`,
    `update group_member_deliveries set leased_until = now() - interval '1 second'`,
  ])
    await domain.database.execute({ text })
  return ask(domain, successor)
}

async function say(domain: DomainFixture, agent: Agent, epoch: number, outcome: Outcome): Promise<void> {
  await domain.work.report(agent, { epoch, outcomes: [outcome] })
}

function outcomeOf([item]: readonly WorkItem[], rest: Partial<UserOutcome>): UserOutcome {
  assert.ok(item?.kind === 'user')
  return { kind: 'user', accountId: item.accountId, revision: item.revision, ...rest }
}

const made = { guid: guidOf('ann'), dn: 'CN=ann', created: true, enabled: true, written: ['userAccountControl'] }
const failure = { kind: 'name_collision', message: 'Taken.', remedy: 'Rename the user.', retryable: false }

test('a late failure neither fails, delays nor gives up what another agent is making', async () => {
  await using domain = await domainFixture()
  const user = await boundAnn(domain)
  const first = await domain.nextWork()
  const successor = await anotherSyncAgent(domain)
  const second = await takeOver(domain, successor)
  assert.deepEqual([second.items.length, second.epoch], [1, first.epoch + 1])
  await say(domain, domain.syncAgent, first.epoch, outcomeOf(first.items, { failure }))
  const [account] = await domain.bindings.accountsOfUser(origin.actor, user.id)
  assert.deepEqual([account?.error, account?.retryAt, account?.leasedBy], [null, null, successor.id])
  assert.ok(account?.creatingSince instanceof Date)
  await say(domain, successor, second.epoch, outcomeOf(second.items, made))
  assert.deepEqual((await ask(domain, successor)).items, [])
})

test('a late success says whose object it is, and the work is settled by the agent that holds it', async () => {
  await using domain = await domainFixture()
  const user = await boundAnn(domain)
  const first = await domain.nextWork()
  const successor = await anotherSyncAgent(domain)
  await takeOver(domain, successor)
  await say(domain, domain.syncAgent, first.epoch, outcomeOf(first.items, made))
  const [account] = await domain.bindings.accountsOfUser(origin.actor, user.id)
  assert.deepEqual([account?.externalId, account?.appliedRevision, account?.leasedBy], [made.guid, 0, successor.id])
  // The successor died too: what it did not report is still to be done.
  const again = await ask(domain, successor)
  const [item] = again.items
  assert.ok(item?.kind === 'user')
  assert.equal(item.guid, made.guid)
})

test('a late success of an older state leaves the newer one waiting', async () => {
  await using domain = await domainFixture()
  const user = await boundAnn(domain)
  const { items, epoch } = await domain.nextWork()
  await say(domain, domain.syncAgent, epoch, outcomeOf(items, made))
  await domain.users.change(origin, user.id, { input: { jobTitle: 'Clerk' } })
  const first = await domain.nextWork()
  const successor = await anotherSyncAgent(domain)
  await domain.users.change(origin, user.id, { input: { state: 'SUSPENDED' } })
  const second = await takeOver(domain, successor)
  await say(domain, domain.syncAgent, epoch, outcomeOf(first.items, { enabled: true, written: ['title'] }))
  const [account] = await domain.bindings.accountsOfUser(origin.actor, user.id)
  assert.deepEqual([account?.leasedBy, account?.disabledByHub, account?.unseen], [successor.id, true, true])
  await say(
    domain,
    successor,
    second.epoch,
    outcomeOf(second.items, { enabled: false, written: ['title', 'userAccountControl'] }),
  )
  assert.deepEqual((await ask(domain, successor)).items, [])
})

test('an agent that lost its turn settles what nobody else was given', async () => {
  await using domain = await domainFixture()
  await boundAnn(domain)
  const first = await domain.nextWork()
  const successor = await anotherSyncAgent(domain)
  await domain.database.execute({ text: `update ad_domains set sync_lease_until = now() - interval '1 second'` })
  assert.deepEqual((await ask(domain, successor)).items, [])
  await say(domain, domain.syncAgent, first.epoch, outcomeOf(first.items, made))
  assert.deepEqual((await takeOver(domain, successor)).items, [])
})

test('a group that a late report names is known, and is still asked of the agent that holds it', async () => {
  await using domain = await domainFixture()
  const group = await domain.groups.create(origin, { name: 'Aurora' })
  await domain.bindings.bind(origin, { directoryId: domain.domain.id, subjectKind: 'group', subjectId: group.id })
  const first = await domain.nextWork()
  const successor = await anotherSyncAgent(domain)
  await takeOver(domain, successor)
  const outcome = { kind: 'group', groupId: group.id, revision: 1 } as const
  await say(domain, domain.syncAgent, first.epoch, { ...outcome, failure })
  await say(domain, domain.syncAgent, first.epoch, { ...outcome, guid: guidOf('Aurora'), dn: 'CN=Aurora' })
  const [account] = await domain.bindings.accountsOfGroup(origin.actor, group.id)
  assert.deepEqual(
    [account?.externalId, account?.appliedRevision, account?.error, account?.leasedBy],
    [guidOf('Aurora'), 0, null, successor.id],
  )
})

/** Ann in the domain, and a group there that she is not in; the sync agent is given her membership. */
async function membershipInHand(domain: DomainFixture) {
  const group = await domain.groups.create(origin, { name: 'Aurora' })
  await domain.bindings.bind(origin, { directoryId: domain.domain.id, subjectKind: 'group', subjectId: group.id })
  const { items, epoch } = await domain.nextWork()
  assert.equal(items[0]?.kind, 'group')
  const report = { kind: 'group', groupId: group.id, revision: 1, guid: guidOf('Aurora'), dn: 'CN=Aurora' } as const
  await say(domain, domain.syncAgent, epoch, report)
  await domain.full([userObject('ann'), groupObject('Aurora'), groupObject('Lockstep', { members: ['ann', 'Aurora'] })])
  const ann = await domain.user('ann')
  await domain.groups.addMember(origin, group.id, ann?.id ?? '')
  const work = (await domain.nextWork()).items.find((item) => item.kind === 'members')
  assert.equal(work?.add.length, 1)
  const isInMirror = async (): Promise<boolean> =>
    (
      await domain.database.query({
        text: 'select from ad_edges where group_guid = $1 and member_guid = $2',
        values: [guidOf('Aurora'), guidOf('ann')],
      })
    ).length > 0
  const membersRead = work.membersRead === undefined ? {} : { membersRead: work.membersRead }
  const done: Outcome = { kind: 'members', groupId: group.id, added: [ann?.id ?? ''], removed: [], ...membersRead }
  return { done, epoch, isInMirror }
}

test('a late report of a membership does not undo what was read since', async () => {
  await using domain = await domainFixture()
  const { done, epoch, isInMirror } = await membershipInHand(domain)
  // The agent adds ann; somebody takes her out there; both are read before the agent reports.
  await domain.changes([change('Aurora', { removed: ['ann'] })])
  await say(domain, domain.syncAgent, epoch, done)
  assert.equal(await isInMirror(), false)
})

test('a reported membership is in the mirror at once when its group was not read meanwhile', async () => {
  await using domain = await domainFixture()
  const { done, epoch, isInMirror } = await membershipInHand(domain)
  await domain.changes([change('ann', { attributes: { title: 'Chief' } })])
  await say(domain, domain.syncAgent, epoch, done)
  assert.equal(await isInMirror(), true)
})
