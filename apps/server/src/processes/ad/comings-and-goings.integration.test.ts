import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DirectoryUpdate } from '@lockstep/contract/hub/directory'
import {
  change,
  type DomainFixture,
  domainFixture,
  groupObject,
  guidOf,
  origin,
  userObject,
} from '../../../../../tests/domain-fixture.ts'

const five = ['ann', 'bob', 'cho', 'dev', 'eva'] as const
const people = five.map((name) => userObject(name))
const lockstep = (members: readonly string[]) => groupObject('Lockstep', { members })
const set = (domain: DomainFixture, input: DirectoryUpdate) => domain.domains.change(origin, domain.domain.id, input)

const states = async (domain: DomainFixture, names: readonly string[] = five) =>
  Promise.all(names.map(async (name) => (await domain.user(name))?.state))

const problemCodes = async (domain: DomainFixture) =>
  (await domain.domains.problems(origin.actor, domain.domain.id, {})).items.map(({ name, code }) => `${name} ${code}`)

test('moving out of the root container is leaving, also with the container around, and moving back is coming back', async () => {
  await using domain = await domainFixture()
  await domain.full([...people, lockstep(five)])
  await domain.changes([change('ann', { parent: 'elsewhere', dn: 'CN=ann,OU=Elsewhere,DC=corp,DC=example' })])
  assert.deepEqual(await states(domain), ['SUSPENDED', ...five.slice(1).map(() => 'ACTIVATED')])
  await domain.changes([change('ann', { parent: 'root' })])
  await domain.objects([userObject('ann')])
  assert.equal((await domain.user('ann'))?.state, 'ACTIVATED')
  const team = { guid: guidOf('team'), kind: 'container', deleted: false, complete: true, attributes: {} } as const
  await domain.changes([{ ...team, dn: 'OU=Team,OU=Lockstep,DC=corp,DC=example', parentGuid: guidOf('root') }])
  await domain.changes([change('bob', { parent: 'team' })])
  assert.equal((await domain.user('bob'))?.state, 'ACTIVATED', 'a container below the root container is inside')
  await domain.changes([{ ...team, dn: 'OU=Team,OU=Elsewhere,DC=corp,DC=example', parentGuid: guidOf('elsewhere') }])
  assert.equal((await domain.user('bob'))?.state, 'SUSPENDED')
})

test('a deleted account suspends its user, and one restored from the recycle bin is asked for and brings the same user back', async () => {
  await using domain = await domainFixture()
  await domain.full([...people, lockstep(five)])
  const before = await domain.user('ann')
  await domain.changes([change('ann', { deleted: true, dn: 'CN=ann,CN=Deleted Objects,DC=corp,DC=example' })])
  assert.equal((await domain.user('ann'))?.state, 'SUSPENDED')
  const reply = await domain.changes([change('ann', { parent: 'root', attributes: { name: 'ann' } })])
  assert.deepEqual(reply.wantedGuids, [guidOf('ann')])
  const { fullReadWanted } = await domain.agents.importLease(domain.importAgent)
  assert.equal(fullReadWanted, true, 'links of restored objects are not reported')
  await domain.objects([userObject('ann')])
  await domain.full([...people, lockstep(five)])
  assert.deepEqual([(await domain.user('ann'))?.id, (await domain.user('ann'))?.state], [before?.id, 'ACTIVATED'])
})

test('an account made anew under the name of a deleted one is the same user’s, in whatever order both are read', async () => {
  await using domain = await domainFixture()
  await domain.full([...people, lockstep(five)])
  const before = await domain.user('ann')
  for (const again of ['ann-2', 'ann-3', 'ann-4']) {
    const old = again === 'ann-2' ? 'ann' : `ann-${Number(again.slice(4)) - 1}`
    await domain.changes([
      { ...userObject('ann', { attributes: { employeeType: again } }), guid: guidOf(again) },
      change(old, { deleted: true }),
      change('Lockstep', { added: [again], removed: [old] }),
    ])
    const user = await domain.user('ann')
    assert.deepEqual([user?.id, user?.state, user?.attributes['employeeType']], [before?.id, 'ACTIVATED', again])
  }
  assert.deepEqual(await problemCodes(domain), [])
})

test('an integration group that is deleted lets nobody go unseen, and one made anew under its name is taken for it', async () => {
  await using domain = await domainFixture()
  await domain.full([...people, lockstep(five)])
  await domain.changes([change('Lockstep', { deleted: true })])
  assert.deepEqual(
    await states(domain),
    five.map(() => 'ACTIVATED'),
  )
  const [plan] = (await domain.plans.list(origin.actor, { state: 'quarantined' })).items
  assert.equal(plan?.counts['suspend'], 5)
  await domain.changes([{ ...lockstep(five), guid: guidOf('Lockstep anew') }])
  await domain.objects(people)
  assert.deepEqual(
    await states(domain),
    five.map(() => 'ACTIVATED'),
  )
  assert.equal((await domain.plans.list(origin.actor, { state: 'quarantined' })).items.length, 0)
  await domain.changes([
    {
      ...change('Lockstep anew', { removed: ['ann'] }),
      dn: 'CN=Lockstep,OU=Lockstep,DC=corp,DC=example',
    },
  ])
  assert.equal((await domain.user('ann'))?.state, 'SUSPENDED')
})

test('members of a nested group leave with it when it is deleted, in changes and in complete reads', async () => {
  await using domain = await domainFixture()
  const team = groupObject('Team', { members: ['ann'] })
  await domain.full([...people, lockstep(['bob', 'cho', 'dev', 'eva', 'Team']), team])
  await domain.changes([change('Team', { deleted: true })])
  assert.equal((await domain.user('ann'))?.state, 'SUSPENDED')
  await domain.full([...people, lockstep(['bob', 'cho', 'dev', 'eva', 'Team']), team])
  assert.equal((await domain.user('ann'))?.state, 'ACTIVATED')
  await domain.full([...people, lockstep(['bob', 'cho', 'dev', 'eva', 'Team'])])
  assert.equal((await domain.user('ann'))?.state, 'SUSPENDED')
})

test('changes since a position of another database, or of one restored, do not count as all: everything is read', async () => {
  await using domain = await domainFixture()
  const read = (kind: 'full' | 'changes', invocationId: string, highestUsn: string) =>
    domain.reads.accept(
      { domainId: domain.domain.id, agentId: domain.importAgent.id, agentName: 'dc1' },
      {
        ...{ epoch: domain.epoch, kind, readId: domain.readId(), first: true },
        objects: kind === 'full' ? [domain.root, ...people, lockstep(five)] : [],
        end: { cookie: 'AA==', invocationId, highestUsn, objectCount: 0 },
      },
    )
  const wanted = async () => (await domain.agents.importLease(domain.importAgent)).fullReadWanted
  await read('full', 'first', '100')
  await read('changes', 'first', '110')
  assert.equal(await wanted(), false)
  await read('changes', 'first', '105')
  assert.equal(await wanted(), true, 'the number went back')
  await read('full', 'first', '105')
  await read('changes', 'second', '200')
  assert.equal(await wanted(), true)
  await read('full', 'second', '200')
  assert.equal(await wanted(), false)
})

test('an account that expires suspends where the domain is set so, on arrival, by the clock, and until it is extended', async () => {
  await using domain = await domainFixture()
  await set(domain, { behaviour: { expire: 'suspend', disable: 'nothing' } })
  const past = String((Date.now() + 11_644_473_600_000 - 60_000) * 10_000)
  const expired = { attributes: { accountExpires: past } }
  await domain.full([...people.slice(1), userObject('ann', expired), lockstep(five)])
  assert.equal((await domain.user('ann'))?.state, 'SUSPENDED')
  await domain.changes([change('ann', { attributes: { accountExpires: '0' } })])
  assert.equal((await domain.user('ann'))?.state, 'ACTIVATED')
  await set(domain, { behaviour: { expire: 'nothing' } })
  await domain.changes([change('ann', expired)])
  assert.deepEqual(
    [(await domain.user('ann'))?.state, (await domain.user('ann'))?.attributes['password_expired']],
    ['ACTIVATED', false],
  )
  await set(domain, { behaviour: { expire: 'suspend' } })
  await domain.importer.derive(domain.domain.id, origin.actor)
  assert.equal((await domain.user('ann'))?.state, 'SUSPENDED')
})

async function withPassword(domain: DomainFixture, username: string): Promise<string> {
  const user = await domain.users.create(origin, {
    username,
    email: `${username}@hub.example`,
    password: 'Correct-Horse-9',
  })
  return user.id
}

const passwordsOf = async (domain: DomainFixture) =>
  (await domain.database.query<{ id: string }>({ text: 'select user_id as id from user_passwords' })).map(
    ({ id }) => id,
  )

test('a user who exists here is taken over with the password, or without it where the domain is set so', async () => {
  await using domain = await domainFixture()
  const ann = await withPassword(domain, 'ann')
  await domain.full([userObject('ann'), lockstep(['ann'])])
  const kept = await domain.user('ann')
  assert.deepEqual([kept?.id, kept?.homeDirectoryId, kept?.activated], [ann, domain.domain.id, true])
  assert.deepEqual(await passwordsOf(domain), [ann])
  await set(domain, { behaviour: { takeover: 'deactivate' } })
  const bob = await withPassword(domain, 'bob')
  await domain.changes([userObject('bob'), change('Lockstep', { added: ['bob'] })])
  const taken = await domain.user('bob')
  assert.deepEqual([taken?.id, taken?.homeDirectoryId, taken?.activated], [bob, domain.domain.id, false])
  assert.deepEqual(await passwordsOf(domain), [ann])
})

test('a takeover that would take many passwords away waits as a whole until somebody releases it', async () => {
  await using domain = await domainFixture()
  await set(domain, { behaviour: { takeover: 'deactivate' } })
  for (const name of five) await withPassword(domain, name)
  await domain.full([...people, lockstep(five)])
  assert.equal((await passwordsOf(domain)).length, 5)
  assert.equal((await domain.user('ann'))?.homeDirectoryId, null)
  const [plan] = (await domain.plans.list(origin.actor, { state: 'quarantined' })).items
  assert.equal(plan?.counts['pend_password'], 5)
  await domain.importer.derive(domain.domain.id, origin.actor)
  assert.equal((await domain.plans.get(origin.actor, plan?.id ?? '')).itemCount, 5)
  await domain.plans.release(origin, plan?.id ?? '', 'they get new ones')
  await domain.importer.applyReleased(domain.domain.id, origin.actor)
  assert.deepEqual([await passwordsOf(domain), (await domain.user('ann'))?.homeDirectoryId], [[], domain.domain.id])
})

test('a user is found by the e-mail address where the domain is set so', async () => {
  await using domain = await domainFixture()
  const user = await domain.users.create(origin, { username: 'asmith', email: 'ann@corp.example' })
  await domain.full([userObject('ann'), lockstep(['ann'])])
  assert.deepEqual(await problemCodes(domain), ['ann email_taken'])
  await set(domain, { behaviour: { takeoverBy: 'username_or_email' } })
  await domain.importer.derive(domain.domain.id, origin.actor)
  assert.deepEqual([(await domain.user('ann'))?.id, await problemCodes(domain)], [user.id, []])
})

test('built-in accounts, members of privileged groups and marked accounts are refused with the reason', async () => {
  await using domain = await domainFixture()
  const sid = 'S-1-5-21-1-2-3'
  await domain.full([
    userObject('ann', { attributes: { objectSid: `${sid}-1104` } }),
    userObject('guest', { attributes: { objectSid: `${sid}-501` } }),
    userObject('primary', { attributes: { primaryGroupID: '512' } }),
    userObject('marked', { attributes: { adminCount: '1' } }),
    userObject('nested'),
    groupObject('Domain Admins', { attributes: { objectSid: `${sid}-512` }, members: ['Staff'], parent: 'elsewhere' }),
    groupObject('Staff', { members: ['nested'] }),
    lockstep(['ann', 'guest', 'primary', 'marked', 'nested']),
  ])
  assert.deepEqual(await domain.usernames(), ['ann'])
  assert.deepEqual(
    await problemCodes(domain),
    ['guest', 'marked', 'nested', 'primary'].map((name) => `${name} protected_account`),
  )
})

test('a mass deletion that is held is carried out when it is released, and forgotten by the mirror only then', async () => {
  await using domain = await domainFixture()
  const many = Array.from({ length: 30 }, (_, index) => `user${index}`)
  await domain.full([...many.map((name) => userObject(name)), lockstep(many)])
  const deleted = many.slice(0, 20)
  const dn = 'CN=gone,CN=Deleted Objects,DC=corp,DC=example'
  await domain.changes([
    ...deleted.map((name) => change(name, { deleted: true, dn })),
    change('Lockstep', { removed: deleted }),
  ])
  const kept = async (): Promise<number> =>
    (await domain.database.query({ text: 'select guid from ad_objects where deleted' })).length
  assert.equal(await kept(), 20)
  const [plan] = (await domain.plans.list(origin.actor, { state: 'quarantined' })).items
  assert.equal(plan?.counts['suspend'], 20)
  await domain.plans.release(origin, plan?.id ?? '', 'the branch was closed')
  await domain.importer.applyReleased(domain.domain.id, origin.actor)
  const left = await domain.users.list(origin.actor, { state: 'ACTIVATED', sort: [], limit: 1000 })
  assert.deepEqual([left.length, await kept()], [10, 0])
})
