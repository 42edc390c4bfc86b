import assert from 'node:assert/strict'
import { test } from 'node:test'
import { change, domainFixture, groupObject, guidOf, origin, userObject } from '../../../../../tests/domain-fixture.ts'

const five = ['ann', 'bob', 'cho', 'dev', 'eva'] as const
const people = five.map((name) => userObject(name))
const lockstep = (members: readonly string[]) => groupObject('Lockstep', { members })

test('the first read brings the users and groups of the integration group, and nobody else', async () => {
  await using domain = await domainFixture()
  await domain.full([
    ...people,
    userObject('fay'),
    lockstep(['ann', 'Team']),
    groupObject('Team', { members: ['bob', 'cho'] }),
  ])
  assert.deepEqual(await domain.usernames(), ['ann', 'bob', 'cho'])
  assert.deepEqual(await domain.membersOf('Team'), { bob: ['directory'], cho: ['directory'] })
  assert.equal((await domain.user('ann'))?.attributes['firstname'], 'Given')
  const kept = await domain.database.query<{ attributes: unknown }>({
    text: 'select attributes, dn from ad_objects where guid = $1',
    values: [guidOf('fay')],
  })
  assert.deepEqual(kept, [{ attributes: null, dn: null }], 'objects out of scope keep no personal values')
})

test('nested groups are flattened as the documented example says, and cycles end', async () => {
  await using domain = await domainFixture()
  await domain.full([
    ...people,
    lockstep(['Group1']),
    groupObject('Group1', { members: ['ann', 'bob', 'Group2'] }),
    groupObject('Group2', { members: ['cho', 'dev', 'Group1'] }),
  ])
  assert.deepEqual(await domain.membersOf('Group1'), {
    ann: ['directory'],
    bob: ['directory'],
    cho: ['nested'],
    dev: ['nested'],
  })
  assert.deepEqual(await domain.membersOf('Group2'), {
    ann: ['nested'],
    bob: ['nested'],
    cho: ['directory'],
    dev: ['directory'],
  })
})

test('a renamed, moved and changed user stays the same user', async () => {
  await using domain = await domainFixture()
  await domain.full([...people, lockstep(five)])
  const before = await domain.user('ann')
  await domain.changes([
    change('ann', {
      dn: 'CN=anna,OU=Lockstep,DC=corp,DC=example',
      attributes: { sAMAccountName: 'anna', title: 'Engineer', givenName: 'Anna' },
    }),
  ])
  const after = await domain.user('anna')
  assert.equal(after?.id, before?.id)
  assert.equal(after?.attributes['jobTitle'], 'Engineer')
  assert.equal(after?.attributes['firstname'], 'Anna')
})

test('a disabled account suspends its user and an enabled one brings the user back', async () => {
  await using domain = await domainFixture()
  await domain.full([
    ...people,
    userObject('gil', { attributes: { userAccountControl: '514' } }),
    lockstep([...five, 'gil']),
  ])
  assert.equal((await domain.user('gil'))?.state, 'SUSPENDED', 'disabled ones are imported as suspended')
  await domain.changes([change('ann', { attributes: { userAccountControl: '514' } })])
  assert.equal((await domain.user('ann'))?.state, 'SUSPENDED')
  await assert.rejects(
    domain.users.change(origin, (await domain.user('ann'))?.id ?? '', { input: { state: 'ACTIVATED' } }),
    (error) => (error as { code?: string }).code === 'suspended_by_directory',
  )
  await domain.changes([change('ann', { attributes: { userAccountControl: '512' } })])
  assert.equal((await domain.user('ann'))?.state, 'ACTIVATED')
})

test('leaving the group suspends, coming back activates; a user who was never there is not touched', async () => {
  await using domain = await domainFixture()
  await domain.full([...people, lockstep(five)])
  await domain.changes([change('Lockstep', { removed: ['ann'] })])
  assert.equal((await domain.user('ann'))?.state, 'SUSPENDED')
  await domain.changes([change('Lockstep', { added: ['ann'] })])
  assert.equal((await domain.user('ann'))?.state, 'SUSPENDED', 'attributes were dropped and are asked for first')
  const reply = await domain.objects([userObject('ann')])
  assert.deepEqual(reply.wantedGuids, [])
  assert.equal((await domain.user('ann'))?.state, 'ACTIVATED')
})

test('somebody put into the group later is asked for and then imported', async () => {
  await using domain = await domainFixture()
  await domain.full([...people, userObject('hal'), lockstep(five)])
  const reply = await domain.changes([change('Lockstep', { added: ['hal'] })])
  assert.deepEqual(reply.wantedGuids, [guidOf('hal')])
  await domain.objects([userObject('hal')])
  assert.ok((await domain.usernames()).includes('hal'))
})

test('an unfinished read changes nobody, and the next one repeats what was missed', async () => {
  await using domain = await domainFixture()
  await domain.full([...people, lockstep(five)])
  const reader = { domainId: domain.domain.id, agentId: domain.importAgent.id, agentName: 'dc1' }
  const { epoch } = domain
  await domain.reads.accept(reader, {
    epoch,
    kind: 'changes',
    readId: domain.readId(),
    first: true,
    objects: [change('Lockstep', { removed: ['ann', 'bob'] })],
  })
  await domain.importer.derive(domain.domain.id, origin.actor)
  assert.equal((await domain.user('ann'))?.state, 'ACTIVATED')
  await domain.changes([change('Lockstep', { added: ['ann', 'bob'] })])
  assert.equal((await domain.user('bob'))?.state, 'ACTIVATED')
})

test('an object that is told twice in one batch is what was told of it last', async () => {
  await using domain = await domainFixture()
  await domain.full([
    userObject('ann'),
    change('ann', { attributes: { title: 'Clerk' } }),
    groupObject('Lockstep', { members: [] }),
    change('Lockstep', { added: ['ann'] }),
  ])
  assert.equal((await domain.user('ann'))?.attributes['jobTitle'], 'Clerk')
  await domain.changes([change('ann', { attributes: { title: 'Engineer' } }), change('ann', { deleted: true })])
  assert.equal((await domain.user('ann'))?.state, 'SUSPENDED')
})

test('an agent that lost its lease writes nothing', async () => {
  await using domain = await domainFixture()
  const reader = { domainId: domain.domain.id, agentId: domain.importAgent.id, agentName: 'dc1' }
  const batch = { kind: 'full' as const, readId: domain.readId(), first: true, objects: [], end: { objectCount: 0 } }
  await assert.rejects(
    domain.reads.accept(reader, { ...batch, epoch: domain.epoch + 1 }),
    (error) => (error as { code?: string }).code === 'lease_lost',
  )
})

test('a mass exit waits in quarantine until a person releases it, and everything else flows on', async () => {
  await using domain = await domainFixture()
  const many = Array.from({ length: 40 }, (_, index) => `user${index}`)
  await domain.full([...many.map((name) => userObject(name)), lockstep(many)])
  await domain.changes([
    change('Lockstep', { removed: many.slice(0, 30) }),
    change('user35', { attributes: { title: 'Chief' } }),
  ])
  const active = await domain.users.list(origin.actor, { state: 'ACTIVATED', sort: [], limit: 1000 })
  assert.equal(active.length, 40)
  assert.equal((await domain.user('user35'))?.attributes['jobTitle'], 'Chief')
  const { items } = await domain.plans.list(origin.actor, { state: 'quarantined' })
  assert.equal(items.length, 1)
  assert.equal(items[0]?.counts['suspend'], 30)
  await domain.plans.release(origin, items[0]?.id ?? '', 'the branch was closed')
  await domain.importer.applyReleased(domain.domain.id, origin.actor)
  const left = await domain.users.list(origin.actor, { state: 'ACTIVATED', sort: [], limit: 1000 })
  assert.equal(left.length, 10)
  assert.equal((await domain.plans.get(origin.actor, items[0]?.id ?? '')).state, 'applied')
})

test('held exits are withdrawn when the users come back, and kept ones stay kept', async () => {
  await using domain = await domainFixture()
  const many = Array.from({ length: 30 }, (_, index) => `user${index}`)
  await domain.full([...many.map((name) => userObject(name)), lockstep(many)])
  await domain.changes([change('Lockstep', { removed: many.slice(0, 20) })])
  await domain.changes([change('Lockstep', { added: many.slice(0, 20) })])
  await domain.objects(many.slice(0, 20).map((name) => userObject(name)))
  const { items } = await domain.plans.list(origin.actor, { state: 'quarantined' })
  assert.equal(items.length, 0)
  await domain.changes([change('Lockstep', { removed: many.slice(0, 20) })])
  const [held] = (await domain.plans.list(origin.actor, { state: 'quarantined' })).items
  await domain.plans.dismiss(origin, held?.id ?? '', 'a mistake in the domain')
  await domain.importer.derive(domain.domain.id, origin.actor)
  assert.equal((await domain.users.list(origin.actor, { state: 'ACTIVATED', sort: [], limit: 1000 })).length, 30)
})

test('a complete read that is suddenly small takes nobody away', async () => {
  await using domain = await domainFixture()
  const many = Array.from({ length: 30 }, (_, index) => `user${index}`)
  await domain.full([...many.map((name) => userObject(name)), lockstep(many)])
  await domain.full([lockstep([])])
  assert.equal((await domain.users.list(origin.actor, { state: 'ACTIVATED', sort: [], limit: 1000 })).length, 30)
  assert.equal((await domain.plans.list(origin.actor, { state: 'quarantined' })).items.length, 1)
})

test('objects with faults are skipped with the reason, and the rest goes on', async () => {
  await using domain = await domainFixture()
  const faulty = [
    userObject('no-first', { attributes: { givenName: '' } }),
    userObject('no-last', { attributes: { sn: '' } }),
    userObject('admin', { attributes: { adminCount: '1' } }),
    userObject('long', { attributes: { title: 'x'.repeat(2000) } }),
    { ...userObject('odd'), unreadable: ['sn'] },
    userObject('outside', { parent: 'elsewhere' }),
    userObject('double', { attributes: { mail: 'ann@corp.example' } }),
  ]
  await domain.full([...people, lockstep(five)])
  await domain.full([
    ...people,
    ...faulty,
    lockstep([...five, 'no-first', 'no-last', 'admin', 'long', 'odd', 'outside', 'double']),
  ])
  assert.deepEqual(await domain.usernames(), [...five])
  const { items } = await domain.domains.problems(origin.actor, domain.domain.id, {})
  assert.deepEqual(Object.fromEntries(items.map((problem) => [problem.name, problem.code])), {
    'no-first': 'no_first_name',
    'no-last': 'no_last_name',
    admin: 'protected_account',
    long: 'invalid_request',
    odd: 'unreadable_attribute',
    outside: 'outside_root',
    double: 'email_taken',
  })
  assert.ok(items.every((problem) => problem.remedy !== ''))
  await domain.changes([change('no-first', { attributes: { givenName: 'Noor' } })])
  assert.ok((await domain.usernames()).includes('no-first'))
})

test('managers are tied whichever of the two comes first', async () => {
  await using domain = await domainFixture()
  await domain.full([
    userObject('ann', { attributes: { manager: guidOf('bob') } }),
    userObject('bob'),
    lockstep(['ann']),
  ])
  assert.equal((await domain.user('ann'))?.manager, null)
  await domain.changes([change('Lockstep', { added: ['bob'] })])
  await domain.objects([userObject('bob')])
  assert.equal((await domain.user('ann'))?.manager, (await domain.user('bob'))?.id)
})

test('a user deleted in the hub is reported and not imported again', async () => {
  await using domain = await domainFixture()
  await domain.full([...people, lockstep(five)])
  await domain.users.remove(origin, (await domain.user('ann'))?.id ?? '', {})
  await domain.changes([change('ann', { attributes: { title: 'Back' } })])
  assert.equal(await domain.user('ann'), undefined)
  const { items } = await domain.domains.problems(origin.actor, domain.domain.id, {})
  assert.deepEqual(
    items.map((problem) => problem.code),
    ['user_deleted_in_hub'],
  )
  const { items: work } = await domain.nextWork()
  assert.deepEqual(
    work.map((item) => item.kind === 'user' && item.enabled),
    ['disable'],
  )
})

test('a group that leaves the scope stays with its members as the hub’s own', async () => {
  await using domain = await domainFixture()
  await domain.full([...people, lockstep([...five, 'Team']), groupObject('Team', { members: ['ann', 'bob'] })])
  await domain.changes([change('Lockstep', { removed: ['Team'] })])
  assert.deepEqual(await domain.membersOf('Team'), { ann: ['hub'], bob: ['hub'] })
})

test('the same group name here and there is a conflict, told with the remedy', async () => {
  await using domain = await domainFixture()
  await domain.groups.create(origin, { name: 'team' })
  await domain.full([...people, lockstep([...five, 'Team']), groupObject('Team', { members: ['ann'] })])
  const { items } = await domain.domains.problems(origin.actor, domain.domain.id, {})
  assert.deepEqual(
    items.map((problem) => problem.code),
    ['group_name_taken'],
  )
})

test('disabling removes or unbinds the user where the domain is set so, and the user stays away until enabled', async () => {
  await using domain = await domainFixture()
  await domain.full([...people, lockstep(five)])
  await domain.domains.change(origin, domain.domain.id, { behaviour: { disable: 'unbind' } })
  await domain.changes([change('ann', { attributes: { userAccountControl: '514' } })])
  const ann = await domain.user('ann')
  assert.equal(ann?.state, 'ACTIVATED')
  assert.equal(ann?.homeDirectoryId, null)
  await domain.domains.change(origin, domain.domain.id, { behaviour: { disable: 'remove' } })
  await domain.changes([change('bob', { attributes: { userAccountControl: '514' } })])
  assert.equal(await domain.user('bob'), undefined)
  await domain.domains.change(origin, domain.domain.id, { behaviour: { disable: 'nothing' } })
  await domain.changes([change('cho', { attributes: { userAccountControl: '514' } })])
  assert.equal((await domain.user('cho'))?.state, 'ACTIVATED')
})

test('leaving the group deletes or unbinds where the domain is set so', async () => {
  await using domain = await domainFixture()
  await domain.full([...people, lockstep(five)])
  await domain.domains.change(origin, domain.domain.id, { behaviour: { dissociation: 'unbind' } })
  await domain.changes([change('Lockstep', { removed: ['ann'] })])
  const ann = await domain.user('ann')
  assert.equal(ann?.state, 'ACTIVATED')
  assert.deepEqual(ann.attributes['restrictedFields'], [])
  await domain.domains.change(origin, domain.domain.id, { behaviour: { dissociation: 'remove' } })
  await domain.changes([change('Lockstep', { removed: ['bob'] })])
  assert.equal(await domain.user('bob'), undefined)
})

test('a domain that is only written to brings and changes nobody', async () => {
  await using domain = await domainFixture()
  await domain.domains.change(origin, domain.domain.id, { useCase: 'JCASAUTHORITY' })
  await domain.full([...people, lockstep([...five, 'Team']), groupObject('Team', { members: ['ann'] })])
  assert.deepEqual(await domain.usernames(), [])
  assert.equal(await domain.membersOf('Team'), undefined)
})

test('fields that the domain owns are refused here, and its present values are no change', async () => {
  await using domain = await domainFixture()
  await domain.full([...people, lockstep(five)])
  const ann = await domain.user('ann')
  const change = (input: Record<string, string>) => domain.users.change(origin, ann?.id ?? '', { input })
  await assert.rejects(change({ firstname: 'Other' }), (error) => (error as { field?: string }).field === 'firstname')
  assert.equal((await change({ firstname: 'Given', costCenter: '12' })).attributes['costCenter'], '12')
})

test('an account whose validity ends by itself expires its user without a change in the domain', async () => {
  await using domain = await domainFixture()
  const hourMs = 3_600_000
  const ends = (Date.now() + 11_644_473_600_000 + hourMs) * 10_000
  await domain.full([
    userObject('ann', { attributes: { accountExpires: String(ends) } }),
    groupObject('Lockstep', { members: ['ann'] }),
  ])
  assert.equal((await domain.user('ann'))?.attributes['password_expired'], false)
  domain.passTime(hourMs)
  await domain.importer.deriveDue(domain.domain.id, origin.actor)
  assert.equal((await domain.user('ann'))?.attributes['password_expired'], true)
})

test('names that move from one user to another in one read end where the domain has them, also in a circle', async () => {
  await using domain = await domainFixture()
  const names = ['ann', 'ben', 'cid', 'dan', 'eve']
  await domain.full([...names.map((name) => userObject(name)), groupObject('Lockstep', { members: names })])
  const before = await Promise.all(names.map(async (name) => (await domain.user(name))?.id))
  const renamed = (name: string, to: string) =>
    change(name, { attributes: { sAMAccountName: to, mail: `${to}@corp.example` } })
  await domain.changes([
    renamed('ann', 'ben'),
    renamed('ben', 'ann'),
    renamed('cid', 'dan'),
    renamed('dan', 'eve'),
    renamed('eve', 'fay'),
  ])
  const after = await Promise.all(
    ['ben', 'ann', 'dan', 'eve', 'fay'].map(async (name) => (await domain.user(name))?.id),
  )
  assert.deepEqual(after, before)
})

test('a name that somebody keeps is told, everything else is taken over, and the name comes when it is free', async () => {
  await using domain = await domainFixture()
  await domain.full([userObject('ann'), userObject('ben'), groupObject('Lockstep', { members: ['ann', 'ben'] })])
  const rival = await domain.users.create(origin, { username: 'taken', email: 'taken@hub.example' })
  await domain.changes([
    change('ann', { attributes: { sAMAccountName: 'taken', sn: 'Young' } }),
    change('ben', { attributes: { sn: 'Old' } }),
  ])
  assert.deepEqual(await domain.usernames(), ['ann', 'ben', 'taken'])
  assert.equal((await domain.user('ann'))?.attributes['lastname'], 'Young')
  assert.equal((await domain.user('ben'))?.attributes['lastname'], 'Old')
  const problems = await domain.domains.problems(origin.actor, domain.domain.id, {})
  assert.deepEqual(
    problems.items.map(({ code }) => code),
    ['username_taken'],
  )
  await domain.users.remove(origin, rival.id, {})
  await domain.changes([change('ben', { attributes: { sn: 'Older' } })])
  assert.deepEqual(await domain.usernames(), ['ben', 'taken'])
})
