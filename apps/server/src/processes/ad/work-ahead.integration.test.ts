// An agent asks for more work while it writes: what it has in hand stays its own, whatever dies or changes meanwhile.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { UserWork, WorkReply } from '@lockstep/contract/agents/protocol'
import { domainFixture, type DomainFixture, guidOf, origin } from '../../../../../tests/domain-fixture.ts'
import type { Agent } from './agent.store.ts'

const batch = 10

async function boundUsers(domain: DomainFixture, count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    const username = `user${index}`
    const user = await domain.users.create(origin, { username, email: `${username}@hub.example` })
    await domain.bindings.bind(origin, { directoryId: domain.domain.id, subjectKind: 'user', subjectId: user.id })
  }
}

async function ask(domain: DomainFixture, rest: { readonly holdsWork?: boolean; readonly agent?: Agent } = {}) {
  const { agent = domain.syncAgent, ...holding } = rest
  const about = { hostname: 'dc1', version: '1', directory: { reachable: true } }
  const question = { ...about, waitMs: 0, maxItems: batch, ...holding }
  return domain.work.next(agent, question, new AbortController().signal)
}

function usersOf({ items }: WorkReply): readonly UserWork[] {
  return items.filter((item): item is UserWork => item.kind === 'user')
}

function idsOf(works: readonly UserWork[]): readonly string[] {
  return works.map(({ accountId }) => accountId).toSorted()
}

function report(domain: DomainFixture, epoch: number, works: readonly UserWork[]) {
  return domain.work.report(domain.syncAgent, {
    epoch,
    outcomes: works.map(({ accountId, revision }) => {
      const made = { guid: guidOf(accountId), dn: `CN=${accountId}`, created: true, enabled: true }
      return { kind: 'user', accountId, revision, ...made }
    }),
  })
}

test('whoever still works is given what nobody has, until there is no more', async () => {
  await using domain = await domainFixture()
  await boundUsers(domain, 25)
  const first = await ask(domain)
  assert.equal(first.mayHoldWork, true)
  const replies = [first, await ask(domain, { holdsWork: true }), await ask(domain, { holdsWork: true })]
  assert.deepEqual(
    replies.map(({ items }) => items.length),
    [batch, batch, 5],
  )
  const given = replies.flatMap(usersOf)
  assert.equal(new Set(idsOf(given)).size, 25)
  assert.deepEqual((await ask(domain, { holdsWork: true })).items, [])
  assert.deepEqual(await report(domain, first.epoch, given), { primary: true })
  assert.deepEqual((await ask(domain)).items, [])
})

test('an agent killed with two batches in hand is given again what it did not report, all of it and nothing else', async () => {
  await using domain = await domainFixture()
  await boundUsers(domain, 20)
  const first = await ask(domain)
  const second = await ask(domain, { holdsWork: true })
  const [firsts, seconds] = [usersOf(first), usersOf(second)]
  const done = [...firsts.slice(0, 7), ...seconds.slice(0, 2)]
  await report(domain, first.epoch, done)
  // It was restarted, and knows nothing of before.
  const again = [...usersOf(await ask(domain)), ...usersOf(await ask(domain, { holdsWork: true }))]
  assert.deepEqual(idsOf([...again, ...done]), idsOf([...firsts, ...seconds]))
  await report(domain, first.epoch, again)
  assert.deepEqual((await ask(domain)).items, [])
})

test('what an agent holds is no other agent’s until its lease is over, and then all of it is', async () => {
  await using domain = await domainFixture()
  await boundUsers(domain, 15)
  const held = [...usersOf(await ask(domain)), ...usersOf(await ask(domain, { holdsWork: true }))]
  const { agent } = await domain.agents.create(origin, domain.domain.id, 'SYNC')
  const successor = { ...agent, domainId: domain.domain.id, paused: false, hostname: 'dc2' } as unknown as Agent
  await domain.database.execute({ text: `update ad_domains set sync_lease_until = now() - interval '1 second'` })
  assert.deepEqual((await ask(domain, { agent: successor })).items, [])
  // The first learns of it with its next report.
  assert.deepEqual(await report(domain, 1, held.slice(0, 3)), { primary: false })
  await domain.database.execute({ text: `update accounts set leased_until = now() - interval '1 second'` })
  const taken = [
    ...usersOf(await ask(domain, { agent: successor })),
    ...usersOf(await ask(domain, { agent: successor, holdsWork: true })),
  ]
  assert.deepEqual(idsOf(taken), idsOf(held.slice(3)))
})

test('an agent that is paused is told so with its next report and its next question, and resumed gets what it left', async () => {
  await using domain = await domainFixture()
  await boundUsers(domain, 15)
  const first = await ask(domain)
  const pausing = (paused: boolean) =>
    domain.agents.change(origin, { domainId: domain.domain.id, agentId: domain.syncAgent.id }, { paused })
  await pausing(true)
  assert.deepEqual(await report(domain, first.epoch, usersOf(first).slice(0, 4)), { primary: false })
  const more = await ask(domain, { holdsWork: true })
  assert.deepEqual([more.role, more.items], ['paused', []])
  await pausing(false)
  const left = [...usersOf(await ask(domain)), ...usersOf(await ask(domain, { holdsWork: true }))]
  assert.equal(new Set(idsOf(left)).size, 11)
})
