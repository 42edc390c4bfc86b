// What directories are told of memberships: each directory by itself, and settled by whoever holds it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { MemberWork, ReadObject, WorkReply } from '@lockstep/contract/agents/protocol'
import {
  domainFixture,
  type DomainFixture,
  groupObject,
  guidOf,
  origin,
  userObject,
} from '../../../../../tests/domain-fixture.ts'
import type { Agent } from './agent.store.ts'

interface Side {
  readonly directoryId: string
  readonly agent: Agent
  readonly epoch: number
}

async function secondDomain(domain: DomainFixture): Promise<Side> {
  const { id } = await domain.domains.create(origin, {
    domain: 'other.example',
    rootDn: 'OU=Lockstep,DC=other,DC=example',
    integrationGroupDn: 'CN=Lockstep,OU=Lockstep,DC=other,DC=example',
  })
  const { agent } = await domain.agents.create(origin, id, 'SYNC')
  return {
    directoryId: id,
    agent: { ...agent, domainId: id, paused: false, hostname: 'dc2' } as unknown as Agent,
    epoch: 1,
  }
}

const firstDomain = (domain: DomainFixture): Side => ({
  directoryId: domain.domain.id,
  agent: domain.syncAgent,
  epoch: 1,
})

function ask(domain: DomainFixture, { agent }: Side): Promise<WorkReply> {
  const about = { hostname: 'dc', version: '1', directory: { reachable: true } }
  return domain.work.next(agent, { ...about, waitMs: 0, maxItems: 50 }, new AbortController().signal)
}

/** Does everything but memberships, which it answers: GUIDs are those of the names here. */
async function memberWork(domain: DomainFixture, side: Side): Promise<readonly MemberWork[]> {
  for (;;) {
    const { items } = await ask(domain, side)
    const members = items.filter((item) => item.kind === 'members')
    const others = items.filter((item) => item.kind !== 'members')
    if (others.length === 0) return members
    await domain.work.report(side.agent, {
      epoch: side.epoch,
      outcomes: others.map((item) =>
        item.kind === 'group'
          ? { kind: 'group', groupId: item.groupId, revision: item.revision, guid: guidOf(item.name), dn: 'CN=g' }
          : {
              kind: 'user',
              accountId: item.accountId,
              revision: item.revision,
              guid: item.guid ?? guidOf(item.samAccountName),
              dn: 'CN=u',
              enabled: true,
              created: item.guid === undefined,
            },
      ),
    })
  }
}

/** Says that the members are as asked. */
async function done(domain: DomainFixture, side: Side, work: readonly MemberWork[]): Promise<void> {
  const outcomes = work.map(({ groupId, add, remove }) => ({
    kind: 'members' as const,
    groupId,
    added: add.map(({ userId }) => userId),
    removed: remove.map(({ userId }) => userId),
  }))
  await domain.work.report(side.agent, { epoch: side.epoch, outcomes })
}

const asked = (work: readonly MemberWork[]) => work.map(({ add, remove }) => [add.length, remove.length])

async function rowsOf(domain: DomainFixture, groupId: string) {
  return domain.database.query<{ origin: string; removing: boolean }>({
    text: 'select origin, removing from group_members where group_id = $1 order by origin',
    values: [groupId],
  })
}

/** Ann with an account in each domain, and a group in each that she is not in. */
async function annAndGroup(domain: DomainFixture, sides: readonly Side[]) {
  const user = await domain.users.create(origin, {
    username: 'ann',
    email: 'ann@corp.example',
    firstname: 'Given',
    lastname: 'Surname',
  })
  const group = await domain.groups.create(origin, { name: 'Aurora' })
  for (const { directoryId } of sides) {
    await domain.bindings.bind(origin, { directoryId, subjectKind: 'user', subjectId: user.id })
    await domain.bindings.bind(origin, { directoryId, subjectKind: 'group', subjectId: group.id })
  }
  for (const side of sides) assert.deepEqual(await memberWork(domain, side), [])
  return { user, group }
}

/** Complete reads of a domain that is not the fixture's own. */
async function readerOf(domain: DomainFixture, { directoryId }: Side) {
  const { agent } = await domain.agents.create(origin, directoryId, 'IMPORT')
  const whole = { ...agent, domainId: directoryId, paused: false, hostname: 'dc2', publicKey: 'x' } as unknown as Agent
  const { epoch } = await domain.agents.importLease(whole)
  const root = { guid: guidOf('root'), kind: 'container', deleted: false, dn: 'OU=Lockstep', complete: true } as const
  return async (read: readonly ReadObject[]): Promise<void> => {
    const objects = [{ ...root, attributes: {} }, ...read].map((object) => ({
      ...object,
      dn: `${object.dn?.split(',DC=')[0] ?? ''},DC=other,DC=example`,
    }))
    const end = { cookie: 'AA==', objectCount: objects.length }
    const batch = { epoch, kind: 'full', readId: domain.readId(), first: true, objects, end } as const
    await domain.reads.accept({ domainId: directoryId, agentId: agent.id, agentName: 'dc2' }, batch)
  }
}

const annThere = [userObject('ann'), groupObject('Aurora'), groupObject('Lockstep', { members: ['ann', 'Aurora'] })]

test('each domain is told of an addition and of a removal by itself', async () => {
  await using domain = await domainFixture()
  const sides = [firstDomain(domain), await secondDomain(domain)]
  const { user, group } = await annAndGroup(domain, sides)
  await domain.groups.addMember(origin, group.id, user.id)
  for (const side of sides) {
    const work = await memberWork(domain, side)
    assert.deepEqual(asked(work), [[1, 0]])
    await done(domain, side, work)
    assert.deepEqual(await memberWork(domain, side), [])
  }
  await domain.groups.removeMember(origin, group.id, user.id)
  for (const side of sides) {
    assert.ok((await rowsOf(domain, group.id)).every((row) => row.removing))
    const work = await memberWork(domain, side)
    assert.deepEqual(asked(work), [[0, 1]])
    await done(domain, side, work)
  }
  assert.deepEqual(await rowsOf(domain, group.id), [])
})

test('a read of one domain takes nothing away that the other has not been told', async () => {
  await using domain = await domainFixture()
  const sides = [firstDomain(domain), await secondDomain(domain)] as const
  const { user, group } = await annAndGroup(domain, sides)
  await domain.groups.addMember(origin, group.id, user.id)
  const other = await memberWork(domain, sides[1])
  await done(domain, sides[1], other)
  await domain.full(annThere)
  assert.deepEqual(Object.keys((await domain.membersOf('Aurora')) ?? {}), ['ann'])
  const work = await memberWork(domain, sides[0])
  assert.deepEqual(asked(work), [[1, 0]])
  await done(domain, sides[0], work)
  await domain.full([...annThere.slice(0, 1), groupObject('Aurora', { members: ['ann'] }), ...annThere.slice(2)])
  assert.deepEqual(await domain.membersOf('Aurora'), { ann: ['directory'] })
})

test('a group that a second domain gets is told there with all its members', async () => {
  await using domain = await domainFixture()
  const first = firstDomain(domain)
  const { user, group } = await annAndGroup(domain, [first])
  await domain.groups.addMember(origin, group.id, user.id)
  await done(domain, first, await memberWork(domain, first))
  await domain.full([...annThere.slice(0, 1), groupObject('Aurora', { members: ['ann'] }), ...annThere.slice(2)])
  const second = await secondDomain(domain)
  await domain.bindings.bind(origin, { directoryId: second.directoryId, subjectKind: 'user', subjectId: user.id })
  await domain.bindings.bind(origin, { directoryId: second.directoryId, subjectKind: 'group', subjectId: group.id })
  assert.deepEqual(asked(await memberWork(domain, second)), [[1, 0]])
  assert.deepEqual(await memberWork(domain, first), [])
})

test('an addition that was handed out and is taken back meanwhile is taken out again there', async () => {
  await using domain = await domainFixture()
  const side = firstDomain(domain)
  const { user, group } = await annAndGroup(domain, [side])
  await domain.groups.addMember(origin, group.id, user.id)
  const adding = await memberWork(domain, side)
  await domain.groups.removeMember(origin, group.id, user.id)
  await done(domain, side, adding)
  await domain.full([...annThere.slice(0, 1), groupObject('Aurora', { members: ['ann'] }), ...annThere.slice(2)])
  assert.deepEqual(await domain.membersOf('Aurora'), {})
  const removing = await memberWork(domain, side)
  assert.deepEqual(asked(removing), [[0, 1]])
  await done(domain, side, removing)
  assert.deepEqual(await rowsOf(domain, group.id), [])
})

test('a removal that is taken back and decided again before anybody asks is told', async () => {
  await using domain = await domainFixture()
  const side = firstDomain(domain)
  const { user, group } = await annAndGroup(domain, [side])
  await domain.groups.addMember(origin, group.id, user.id)
  await done(domain, side, await memberWork(domain, side))
  await domain.groups.removeMember(origin, group.id, user.id)
  await domain.groups.addMember(origin, group.id, user.id)
  await domain.groups.removeMember(origin, group.id, user.id)
  const removing = await memberWork(domain, side)
  assert.deepEqual(asked(removing), [[0, 1]])
  await done(domain, side, removing)
  assert.deepEqual(await rowsOf(domain, group.id), [])
})

test('a member whom a read gives another origin at this moment is found and removed', async () => {
  await using domain = await domainFixture()
  const side = firstDomain(domain)
  const { user, group } = await annAndGroup(domain, [side])
  await domain.groups.addMember(origin, group.id, user.id)
  await done(domain, side, await memberWork(domain, side))
  let removing: Promise<void> = Promise.resolve()
  await domain.database.transaction(async (reading) => {
    const values = [group.id, user.id, side.directoryId]
    const row = `insert into group_members (group_id, user_id, origin, directory_id) values ($1, $2, 'directory', $3)`
    await reading.execute({ text: row, values })
    await reading.execute({
      text: `delete from group_members where group_id = $1 and user_id = $2 and origin = 'hub'`,
      values: values.slice(0, 2),
    })
    removing = domain.groups.removeMember(origin, group.id, user.id)
    // It waits for the row by now.
    for (let waits = 0; waits === 0;)
      waits = (await domain.database.query({ text: 'select from pg_locks where not granted' })).length
  })
  await removing
  assert.deepEqual(asked(await memberWork(domain, side)), [[0, 1]])
})

test('an addition that nobody was told of goes without a word', async () => {
  await using domain = await domainFixture()
  const side = firstDomain(domain)
  const { user, group } = await annAndGroup(domain, [side])
  await domain.groups.addMember(origin, group.id, user.id)
  await domain.groups.removeMember(origin, group.id, user.id)
  assert.deepEqual(await memberWork(domain, side), [])
  assert.deepEqual(await rowsOf(domain, group.id), [])
})

test('a removal that was handed out and is taken back meanwhile is added again there', async () => {
  await using domain = await domainFixture()
  const side = firstDomain(domain)
  const { user, group } = await annAndGroup(domain, [side])
  await domain.groups.addMember(origin, group.id, user.id)
  await done(domain, side, await memberWork(domain, side))
  await domain.full([...annThere.slice(0, 1), groupObject('Aurora', { members: ['ann'] }), ...annThere.slice(2)])
  await domain.groups.removeMember(origin, group.id, user.id)
  const removing = await memberWork(domain, side)
  await domain.groups.addMember(origin, group.id, user.id)
  await done(domain, side, removing)
  await domain.full(annThere)
  assert.deepEqual(Object.keys((await domain.membersOf('Aurora')) ?? {}), ['ann'])
  const adding = await memberWork(domain, side)
  assert.deepEqual(asked(adding), [[1, 0]])
  await done(domain, side, adding)
  await domain.full([...annThere.slice(0, 1), groupObject('Aurora', { members: ['ann'] }), ...annThere.slice(2)])
  assert.deepEqual(await domain.membersOf('Aurora'), { ann: ['directory'] })
})

test('an outcome of an older wish settles nothing, although it says what is wanted again', async () => {
  await using domain = await domainFixture()
  const side = firstDomain(domain)
  const { user, group } = await annAndGroup(domain, [side])
  await domain.groups.addMember(origin, group.id, user.id)
  const adding = await memberWork(domain, side)
  await domain.groups.removeMember(origin, group.id, user.id)
  await domain.groups.addMember(origin, group.id, user.id)
  await done(domain, side, adding)
  assert.deepEqual(asked(await memberWork(domain, side)), [[1, 0]])
})

test('what a late agent did to a membership that nobody waits for any more is undone', async () => {
  await using domain = await domainFixture()
  const side = firstDomain(domain)
  const { user, group } = await annAndGroup(domain, [side])
  const report = (added: readonly string[], removed: readonly string[]) =>
    domain.work.report(side.agent, {
      epoch: 0,
      outcomes: [{ kind: 'members', groupId: group.id, added: [...added], removed: [...removed] }],
    })
  await report([user.id], [])
  const removing = await memberWork(domain, side)
  assert.deepEqual(asked(removing), [[0, 1]])
  await done(domain, side, removing)
  assert.deepEqual(await rowsOf(domain, group.id), [])
  await domain.groups.addMember(origin, group.id, user.id)
  await done(domain, side, await memberWork(domain, side))
  await report([], [user.id])
  assert.deepEqual(asked(await memberWork(domain, side)), [[1, 0]])
  await report([], [])
})

test('a failure holds back what the agent has of that group alone', async () => {
  await using domain = await domainFixture()
  const side = firstDomain(domain)
  const { user, group } = await annAndGroup(domain, [side])
  const other = await domain.groups.create(origin, { name: 'Borealis' })
  await domain.bindings.bind(origin, { directoryId: side.directoryId, subjectKind: 'group', subjectId: other.id })
  assert.deepEqual(await memberWork(domain, side), [])
  for (const { id } of [group, other]) await domain.groups.addMember(origin, id, user.id)
  assert.equal((await memberWork(domain, side)).length, 2)
  const failure = { kind: 'busy', message: 'Busy.', remedy: 'Wait.', retryable: true }
  await domain.work.report(side.agent, {
    epoch: 1,
    outcomes: [{ kind: 'members', groupId: group.id, added: [], removed: [], failure }],
  })
  assert.deepEqual(
    (await memberWork(domain, side)).map(({ groupId }) => groupId),
    [other.id],
  )
})

test('an agent’s report settles no membership of a group that its domain does not have', async () => {
  await using domain = await domainFixture()
  const sides = [firstDomain(domain), await secondDomain(domain)] as const
  const { user, group } = await annAndGroup(domain, [sides[1]])
  await domain.groups.addMember(origin, group.id, user.id)
  const work = await memberWork(domain, sides[1])
  await done(domain, sides[0], work)
  assert.deepEqual(asked(await memberWork(domain, sides[1])), [[1, 0]])
  assert.equal((await rowsOf(domain, group.id)).length, 1)
})

test('what one domain brought, a read of another one does not take away, and who is left in one is a member', async () => {
  await using domain = await domainFixture()
  const sides = [firstDomain(domain), await secondDomain(domain)] as const
  const { group } = await annAndGroup(domain, sides)
  const readOther = await readerOf(domain, sides[1])
  const withAurora = (...members: string[]): ReadObject[] => [
    ...['ann', 'bea', 'cat'].map((name) => userObject(name)),
    groupObject('Aurora', { members }),
    groupObject('Lockstep', { members: ['ann', 'bea', 'cat', 'Aurora'] }),
  ]
  const nested = groupObject('Inner', { members: ['ann'] })
  const sources = async (): Promise<readonly string[]> => {
    const rows = await domain.database.query<{ row: string }>({
      text: `select origin || ' ' || directory_id as row from group_members join users on users.id = user_id
        where group_id = $1 and username = 'ann' order by origin, directory_id <> $2`,
      values: [group.id, sides[0].directoryId],
    })
    return rows.map(({ row }) => row)
  }
  const [first, second] = sides.map(({ directoryId }) => directoryId)
  await domain.full(withAurora('ann', 'bea', 'cat'))
  assert.deepEqual(await sources(), [`directory ${first}`])
  await readOther(withAurora())
  assert.deepEqual(await sources(), [`directory ${first}`])
  await readOther([...withAurora('Inner'), nested])
  assert.deepEqual(await sources(), [`directory ${first}`, `nested ${second}`])
  assert.deepEqual((await domain.membersOf('Aurora'))?.['ann'], ['directory', 'nested'])
  await readOther([...withAurora('ann'), groupObject('Inner')])
  assert.deepEqual(await sources(), [`directory ${first}`, `directory ${second}`])
  assert.deepEqual((await domain.membersOf('Aurora'))?.['ann'], ['directory'])
  await domain.full(withAurora('bea', 'cat'))
  assert.deepEqual(await sources(), [`directory ${second}`])
  const journal = await domain.database.query<{ action: string }>({
    text: `select action from journal where subject_id = (select id from users where username = 'ann')
      and details::jsonb -> 'changes' ? 'group:Aurora' order by seq`,
  })
  assert.deepEqual(
    journal.map(({ action }) => action),
    ['user.join_group'],
  )
})

test('when a domain is taken away its members stay, once, and those of the other domain stay its', async () => {
  await using domain = await domainFixture()
  const sides = [firstDomain(domain), await secondDomain(domain)] as const
  const { group, user } = await annAndGroup(domain, sides)
  const readOther = await readerOf(domain, sides[1])
  const annInAurora = [annThere[0], groupObject('Aurora', { members: ['ann'] }), annThere[2]].filter(
    (one) => one !== undefined,
  )
  await domain.full(annInAurora)
  await readOther(annInAurora)
  assert.equal((await rowsOf(domain, group.id)).length, 2)
  await domain.domains.remove(origin, sides[0].directoryId)
  assert.deepEqual(await rowsOf(domain, group.id), [{ origin: 'directory', removing: false }])
  await domain.domains.remove(origin, sides[1].directoryId)
  assert.deepEqual(await rowsOf(domain, group.id), [{ origin: 'hub', removing: false }])
  assert.deepEqual((await domain.groups.groupsOfUser(origin.actor, user.id))[0]?.origins, ['hub'])
})
