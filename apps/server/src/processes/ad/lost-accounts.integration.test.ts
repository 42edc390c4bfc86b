// Accounts that the hub made and the domain does not have any more: told, and made anew when somebody says so, or by themselves where the hub
// is the authority.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { UserWork } from '@lockstep/contract/agents/protocol'
import { comparisonFixture } from '../../../../../tests/comparison-fixture.ts'
import {
  change,
  domainFixture,
  type DomainFixture,
  groupObject,
  guidOf,
  origin,
  userObject,
} from '../../../../../tests/domain-fixture.ts'

const own = (name: string) =>
  userObject(name, { attributes: { givenName: 'Ann', sn: 'Lee', mail: `${name}@hub.example` } })
const lockstep = (members: readonly string[]) => groupObject('Lockstep', { members })
const others = Array.from({ length: 6 }, (_, index) => `other${index}`)

async function userWorks(domain: DomainFixture): Promise<readonly UserWork[]> {
  return (await domain.nextWork()).items.filter((item) => item.kind === 'user')
}

const reportMade = (domain: DomainFixture, { accountId, revision, samAccountName }: UserWork, again = '') =>
  domain.work.report(domain.syncAgent, {
    epoch: 1,
    outcomes: [
      {
        ...{ kind: 'user', accountId, revision, dn: `CN=${samAccountName}`, created: true, enabled: true, written: [] },
        guid: guidOf(`${samAccountName}${again}`),
      },
    ],
  })

/** Users of the hub with accounts in the domain, beside some of the domain's own. */
async function madeUsers(domain: DomainFixture, names: readonly string[]): Promise<readonly string[]> {
  const ids: string[] = []
  for (const username of names) {
    const person = { username, email: `${username}@hub.example`, firstname: 'Ann', lastname: 'Lee' }
    const { id } = await domain.users.create(origin, person)
    await domain.bindings.bind(origin, { directoryId: domain.domain.id, subjectKind: 'user', subjectId: id })
    ids.push(id)
  }
  for (const work of await userWorks(domain)) await reportMade(domain, work)
  await domain.full([
    ...others.map((name) => userObject(name)),
    ...names.map(own),
    lockstep([...others, ...names]),
    groupObject('Accounting'),
  ])
  return ids
}

const account = async (domain: DomainFixture, userId: string) =>
  (await domain.bindings.accountsOfUser(origin.actor, userId))[0]
const key = (domain: DomainFixture, userId: string) => ({ directoryId: domain.domain.id, userId })

test('an account of the hub’s user that the domain lacks is told, and made anew by one click with its memberships', async () => {
  await using domain = await domainFixture()
  const [ann = ''] = await madeUsers(domain, ['ann'])
  const group = await domain.groups.create(origin, { name: 'Aurora' })
  await domain.bindings.bind(origin, { directoryId: domain.domain.id, subjectKind: 'group', subjectId: group.id })
  await domain.groups.addMember(origin, group.id, ann)
  const groupWork = (await domain.nextWork()).items.find((item) => item.kind === 'group')
  assert.ok(groupWork?.kind === 'group')
  const { groupId, revision } = groupWork
  await domain.work.report(domain.syncAgent, {
    epoch: 1,
    outcomes: [{ kind: 'group', groupId, revision, guid: guidOf('Aurora'), dn: 'CN=Aurora' }],
  })
  await domain.nextWork()
  await domain.work.report(domain.syncAgent, {
    epoch: 1,
    outcomes: [{ kind: 'members', groupId, added: [ann], removed: [] }],
  })
  const aurora = (members: readonly string[]) => groupObject('Aurora', { members })
  await domain.full([
    ...others.map((name) => userObject(name)),
    own('ann'),
    lockstep([...others, 'ann', 'Aurora']),
    aurora(['ann']),
  ])
  // The controller goes back to a copy without her.
  await domain.full([...others.map((name) => userObject(name)), lockstep([...others, 'Aurora']), aurora([])])
  const lost = await account(domain, ann)
  assert.deepEqual([lost?.wanted, lost?.gone, lost?.error?.kind], [false, true, 'object_gone'])
  assert.equal((await domain.user('ann'))?.state, 'ACTIVATED')
  assert.deepEqual(await userWorks(domain), [], 'nothing is made again by itself')

  await domain.bindings.retryAccount(origin, key(domain, ann))
  const [work, ...rest] = await userWorks(domain)
  assert.deepEqual([work?.guid, work?.samAccountName, work?.takeover, rest.length], [undefined, 'ann', true, 0])
  assert.ok(work)
  await reportMade(domain, work, ' anew')
  const members = (await domain.nextWork()).items.find((item) => item.kind === 'members')
  assert.deepEqual(members?.kind === 'members' && members.add, [{ userId: ann, guid: guidOf('ann anew') }])
  await domain.work.report(domain.syncAgent, {
    epoch: 1,
    outcomes: [{ kind: 'members', groupId, added: [ann], removed: [] }],
  })
  const again = { ...own('ann'), guid: guidOf('ann anew') }
  await domain.changes([again, change('Lockstep', { added: ['ann anew'] }), change('Aurora', { added: ['ann anew'] })])
  assert.deepEqual(await domain.membersOf('Aurora'), { ann: ['directory'] })
  const made = await account(domain, ann)
  assert.deepEqual([made?.externalId, made?.gone, made?.error], [guidOf('ann anew'), false, null])
  assert.deepEqual(
    (await domain.usernames()).filter((name) => name === 'ann'),
    ['ann'],
  )
  assert.deepEqual((await domain.nextWork()).items, [])
})

test('a comparison offers to make it anew, and binding anew does it too', async () => {
  await using domain = await domainFixture()
  const [ann = '', ben = ''] = await madeUsers(domain, ['ann', 'ben'])
  const there = [...others.map((name) => userObject(name)), lockstep(others), groupObject('Accounting')]
  await domain.full(there)
  const { compare, rows, comparisons, run } = await comparisonFixture(domain)
  const comparison = await compare(there)
  const missing = (await rows(comparison)).filter(({ kind }) => kind === 'missing_there')
  assert.deepEqual(missing.map(({ subjectName, action }) => `${subjectName} ${action}`).toSorted(), [
    'ann written',
    'ben written',
  ])
  await comparisons.apply(
    origin,
    { directoryId: domain.domain.id, comparisonId: comparison.id },
    { ids: missing.filter(({ subjectId }) => subjectId === ann).map(({ id }) => id) },
  )
  await run()
  assert.deepEqual(
    (await userWorks(domain)).map(({ guid, samAccountName }) => [guid, samAccountName]),
    [[undefined, 'ann']],
  )
  const binding = { directoryId: domain.domain.id, subjectKind: 'user', subjectId: ben } as const
  await domain.bindings.unbind(origin, binding)
  assert.equal((await account(domain, ben))?.error, null, 'whom nothing connects is not told of')
  await domain.bindings.bind(origin, binding)
  assert.deepEqual((await userWorks(domain)).map(({ samAccountName }) => samAccountName).toSorted(), ['ann', 'ben'])
})

test('an account that comes back under its old identity is the same one again', async () => {
  await using domain = await domainFixture()
  const [ann = ''] = await madeUsers(domain, ['ann'])
  await domain.changes([change('ann', { deleted: true }), change('Lockstep', { removed: ['ann'] })])
  assert.equal((await account(domain, ann))?.gone, true)
  await domain.changes([own('ann'), change('Lockstep', { added: ['ann'] })])
  const back = await account(domain, ann)
  assert.deepEqual([back?.externalId, back?.gone, back?.error], [guidOf('ann'), false, null])
})

test('where the hub is the authority what the domain lacks is made anew by itself', async () => {
  await using domain = await domainFixture()
  const [ann = ''] = await madeUsers(domain, ['ann'])
  await domain.domains.change(origin, domain.domain.id, { useCase: 'JCASAUTHORITY' })
  await domain.changes([change('ann', { deleted: true })])
  assert.equal((await account(domain, ann))?.error?.kind, 'object_gone')
  await domain.importer.deriveDue(domain.domain.id, origin.actor)
  assert.deepEqual(
    (await userWorks(domain)).map(({ guid, samAccountName }) => [guid, samAccountName]),
    [[undefined, 'ann']],
  )
})

test('the sync agent’s word that an account is gone counts too, and many wait in a plan for release', async () => {
  await using domain = await domainFixture()
  const names = Array.from({ length: 12 }, (_, index) => `user${index}`)
  const ids = await madeUsers(domain, names)
  await domain.domains.change(origin, domain.domain.id, { useCase: 'JCASAUTHORITY' })
  for (const id of ids) await domain.users.change(origin, id, { input: { jobTitle: 'Clerk' } })
  const failure = { kind: 'object_missing', message: 'Gone.', remedy: 'Try again.', retryable: false }
  for (const { accountId, revision } of await userWorks(domain))
    await domain.work.report(domain.syncAgent, {
      epoch: 1,
      outcomes: [{ kind: 'user', accountId, revision, failure }],
    })
  await domain.importer.deriveDue(domain.domain.id, origin.actor)
  await domain.importer.deriveDue(domain.domain.id, origin.actor)
  assert.deepEqual(await userWorks(domain), [])
  const [plan] = (await domain.plans.list(origin.actor, { state: 'quarantined' })).items
  assert.deepEqual(plan?.counts, { make_again: 12 })
  await domain.plans.release(origin, plan?.id ?? '', 'the controller was restored')
  await domain.importer.applyReleased(domain.domain.id, origin.actor)
  assert.deepEqual(
    (await userWorks(domain)).map(({ guid }) => guid),
    Array.from({ length: 12 }),
  )
  assert.equal((await domain.plans.get(origin.actor, plan?.id ?? '')).state, 'applied')
})

test('an account that the agent made and no read ever saw is asked for, and is gone when the domain does not have it', async () => {
  await using domain = await domainFixture()
  const [ann = '', ben = ''] = await madeUsers(domain, ['ann', 'ben'])
  await domain.database.execute({
    text: 'delete from ad_objects where guid = any($1)',
    values: [[guidOf('ann'), guidOf('ben')]],
  })
  const reply = await domain.full([...others.map((name) => userObject(name)), lockstep([...others, 'ben'])])
  assert.deepEqual(reply.wantedGuids.toSorted(), [guidOf('ann'), guidOf('ben')].toSorted())
  assert.deepEqual((await account(domain, ann))?.gone, false, 'what was not seen may have been made meanwhile')
  await domain.reads.accept(
    { domainId: domain.domain.id, agentId: domain.importAgent.id, agentName: 'dc1' },
    {
      ...{ epoch: domain.epoch, kind: 'objects', readId: domain.readId(), first: true, objects: [own('ben')] },
      ...{ missingGuids: [guidOf('ann')], end: { objectCount: 2 } },
    },
  )
  assert.deepEqual([(await account(domain, ann))?.gone, (await account(domain, ben))?.gone], [true, false])
  assert.equal((await account(domain, ben))?.wanted, true)
})

const groupWork = async (domain: DomainFixture) => (await domain.nextWork()).items.find((item) => item.kind === 'group')

/** A group of the hub with an account’s user in it, made in the domain and read. */
async function madeGroup(domain: DomainFixture, userId: string): Promise<string> {
  const group = await domain.groups.create(origin, { name: 'Aurora' })
  await domain.bindings.bind(origin, { directoryId: domain.domain.id, subjectKind: 'group', subjectId: group.id })
  await domain.groups.addMember(origin, group.id, userId)
  const work = await groupWork(domain)
  assert.ok(work?.kind === 'group')
  const { groupId, revision } = work
  const outcome = { kind: 'group', groupId, revision, guid: guidOf('Aurora'), dn: 'CN=Aurora' } as const
  await domain.work.report(domain.syncAgent, { epoch: 1, outcomes: [outcome] })
  await domain.changes([groupObject('Aurora', { members: ['ann'] }), change('Lockstep', { added: ['Aurora'] })])
  return group.id
}

test('a group of the hub’s that the domain lacks can be bound anew, with its members, and connects as before', async () => {
  await using domain = await domainFixture()
  const [ann = ''] = await madeUsers(domain, ['ann'])
  const id = await madeGroup(domain, ann)
  await domain.changes([change('Aurora', { deleted: true })])
  assert.deepEqual([await domain.bindings.bindingsOf(id), await domain.membersOf('Aurora')], [[], { ann: ['hub'] }])
  await domain.bindings.bind(origin, { directoryId: domain.domain.id, subjectKind: 'group', subjectId: id })
  const again = await groupWork(domain)
  assert.deepEqual(again?.kind === 'group' && [again.name, again.guid], ['Aurora', undefined])
})

test('where the hub is the authority a group that the domain lacks is made anew by itself', async () => {
  await using domain = await domainFixture()
  const [ann = ''] = await madeUsers(domain, ['ann'])
  await madeGroup(domain, ann)
  await domain.domains.change(origin, domain.domain.id, { useCase: 'JCASAUTHORITY' })
  await domain.changes([change('Aurora', { deleted: true })])
  const again = await groupWork(domain)
  assert.deepEqual(again?.kind === 'group' && [again.name, again.guid], ['Aurora', undefined])
  assert.ok(again?.kind === 'group')
  const { groupId, revision } = again
  const outcome = { kind: 'group', groupId, revision, guid: guidOf('Aurora anew'), dn: 'CN=Aurora' } as const
  await domain.work.report(domain.syncAgent, { epoch: 1, outcomes: [outcome] })
  const members = (await domain.nextWork()).items.find((item) => item.kind === 'members')
  assert.deepEqual(members?.kind === 'members' && members.add, [{ userId: ann, guid: guidOf('ann') }])
})

const dropImportAgent = (domain: DomainFixture) =>
  domain.database.execute({ text: 'delete from ad_agents where id = $1', values: [domain.importAgent.id] })
const letSyncAgentRun = (domain: DomainFixture) =>
  domain.database.execute({
    text: `update ad_agents set public_key = 'x', contact_at = now(), directory_reachable = true where id = $1`,
    values: [domain.syncAgent.id],
  })

test('where the hub is the authority and nobody reads the domain, a comparison asks the sync agent for every account', async () => {
  await using domain = await domainFixture()
  const { comparisons, run } = await comparisonFixture(domain)
  const [ann = '', ben = ''] = await madeUsers(domain, ['ann', 'ben'])
  const directoryId = domain.domain.id
  await domain.domains.change(origin, directoryId, { useCase: 'JCASAUTHORITY' })
  await dropImportAgent(domain)
  await domain.database.execute({ text: 'delete from ad_objects' })
  assert.deepEqual((await comparisons.drift(origin.actor, ben)).items[0]?.differences, [])
  await assert.rejects(() => comparisons.start(origin, directoryId), { code: 'domain_unreadable' })
  await letSyncAgentRun(domain)

  const { id } = await comparisons.start(origin, directoryId)
  await run()
  const asked = await userWorks(domain)
  assert.deepEqual(
    asked.map(({ guid = '' }) => guid).toSorted(),
    [...others, 'ann', 'ben'].map(guidOf).toSorted(),
    'of everybody’s account',
  )
  assert.ok(asked.every(({ attributes, enabled }) => Object.keys(attributes).length === 0 && enabled === 'keep'))
  const failure = { kind: 'object_missing', message: 'Gone.', remedy: 'Try again.', retryable: false }
  await domain.work.report(domain.syncAgent, {
    epoch: 1,
    outcomes: asked.map(({ accountId, revision, guid = '' }) => ({
      ...{ kind: 'user', accountId, revision },
      ...(guid === guidOf('ann') ? { failure } : { guid, dn: `CN=${guid}`, enabled: true, written: [] }),
    })),
  })
  await run()
  const key = { directoryId, comparisonId: id }
  const { state, counts } = await comparisons.get(origin.actor, key)
  assert.deepEqual([state, counts], ['done', { missing_there: 1 }])
  assert.equal((await comparisons.differences(origin.actor, key, {})).items[0]?.subjectId, ann)
  assert.deepEqual([(await account(domain, ann))?.gone, (await account(domain, ben))?.gone], [true, false])

  await domain.importer.deriveDue(directoryId, origin.actor)
  assert.deepEqual(
    (await userWorks(domain)).map(({ guid, samAccountName }) => [guid, samAccountName]),
    [[undefined, 'ann']],
  )
})

test('a sync agent that sees nobody any more makes nobody anew before a person says so', async () => {
  await using domain = await domainFixture()
  const { comparisons, run } = await comparisonFixture(domain)
  const names = Array.from({ length: 12 }, (_, index) => `user${index}`)
  await madeUsers(domain, names)
  const directoryId = domain.domain.id
  await domain.domains.change(origin, directoryId, { useCase: 'JCASAUTHORITY' })
  await dropImportAgent(domain)
  await letSyncAgentRun(domain)
  // The domain was never read, as it is where the hub was the authority from the beginning.
  await domain.database.execute({ text: 'delete from ad_objects' })
  await domain.database.execute({ text: 'update ad_domains set last_read_at = null, integration_group_guid = null' })
  const { id } = await comparisons.start(origin, directoryId)
  await run()
  const asked = await userWorks(domain)
  const failure = { kind: 'object_missing', message: 'Gone.', remedy: 'Try again.', retryable: false }
  const report = (works: readonly UserWork[]) =>
    domain.work.report(domain.syncAgent, {
      epoch: 1,
      outcomes: works.map(({ accountId, revision }) => ({ kind: 'user', accountId, revision, failure })),
    })
  const isOwn = ({ guid = '' }: UserWork): boolean => names.some((name) => guidOf(name) === guid)
  // Few enough for the guard by themselves.
  await report(asked.filter(isOwn).slice(0, 4))
  await domain.importer.deriveDue(directoryId, origin.actor)
  await report([...asked.filter(isOwn).slice(4), ...asked.filter((work) => !isOwn(work))])
  await run()
  await domain.importer.deriveDue(directoryId, origin.actor)
  assert.deepEqual(
    (await userWorks(domain)).filter(({ guid }) => guid === undefined),
    [],
  )
  const [plan] = (await domain.plans.list(origin.actor, { state: 'quarantined' })).items
  assert.deepEqual(plan?.counts, { make_again: 12 })

  // A person chooses one of them in the comparison.
  const key = { directoryId, comparisonId: id }
  const [first] = (await comparisons.differences(origin.actor, key, {})).items.filter(
    ({ kind, action }) => kind === 'missing_there' && action === 'written',
  )
  await comparisons.apply(origin, key, { ids: [first?.id ?? -1] })
  await run()
  assert.equal((await comparisons.get(origin.actor, key)).applying, 0)
  const anew = (await userWorks(domain)).filter(({ guid }) => guid === undefined)
  assert.deepEqual(
    anew.map(({ samAccountName }) => samAccountName),
    [first?.subjectName],
  )
})

test('a sync agent that stops answering while it is asked, or another configuration, ends the comparison', async () => {
  await using domain = await domainFixture()
  const { comparisons, run } = await comparisonFixture(domain)
  await madeUsers(domain, ['ann'])
  const directoryId = domain.domain.id
  await domain.domains.change(origin, directoryId, { useCase: 'JCASAUTHORITY' })
  await dropImportAgent(domain)
  await letSyncAgentRun(domain)
  const { id } = await comparisons.start(origin, directoryId)
  await run()
  await domain.database.execute({ text: `update ad_agents set contact_at = now() - interval '1 hour'` })
  await run()
  const ended = async (comparisonId: string) => {
    const { state, error } = await comparisons.get(origin.actor, { directoryId, comparisonId })
    return `${state}: ${error}`
  }
  assert.match(await ended(id), /^failed: The domain cannot be read now. The sync agent: Does not answer/)
  await letSyncAgentRun(domain)
  const { id: second } = await comparisons.start(origin, directoryId)
  await run()
  await domain.domains.change(origin, directoryId, { useCase: 'ADASAUTHORITY' })
  await run()
  assert.match(await ended(second), /^failed: The configuration of the domain was changed meanwhile/)
})
