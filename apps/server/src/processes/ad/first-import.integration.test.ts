import assert from 'node:assert/strict'
import { test } from 'node:test'
import { change, domainFixture, groupObject, guidOf, origin, userObject } from '../../../../../tests/domain-fixture.ts'

const names = Array.from({ length: 1300 }, (_, index) => `user-${String(index).padStart(4, '0')}`)

test('a first import of more people than one transaction takes brings each of them once, with group and manager', async () => {
  await using domain = await domainFixture()
  await domain.full([
    ...names.map((name, index) =>
      userObject(name, index === 0 ? {} : { attributes: { manager: guidOf('user-0000') } }),
    ),
    groupObject('Lockstep', { members: ['Team', ...names.slice(1)] }),
    groupObject('Team', { members: ['user-0000', 'user-0001'] }),
  ])
  const [found] = await domain.database.query({
    text: `select count(*) as users, count(distinct lower(username)) as names, count(manager_id) as managed,
        (select count(*) from accounts where wanted and applied_revision = desired_revision) as accounts,
        (select count(*) from journal where action = 'user.create') as noted,
        (select count(*) from ad_objects where dirty or wanted or manager_pending) as unsettled
      from users`,
  })
  assert.deepEqual(found, {
    users: 1300,
    names: 1300,
    managed: 1299,
    accounts: 1300,
    noted: 1300,
    unsettled: 0,
  })
  assert.deepEqual(await domain.membersOf('Team'), { 'user-0000': ['directory'], 'user-0001': ['directory'] })
})

test('of people of a first import who share an address one comes, and the others are told', async () => {
  await using domain = await domainFixture()
  await domain.full([
    ...names.map((name) => userObject(name, { attributes: { mail: `${name.slice(0, -1)}@corp.example` } })),
    groupObject('Lockstep', { members: names }),
  ])
  const [found] = await domain.database.query({
    text: `select (select count(*) from users) as users, (select count(*) from accounts) as accounts,
      (select count(*) from ad_problems where code in ('email_taken', 'username_taken')) as told`,
  })
  assert.deepEqual(found, { users: 130, accounts: 130, told: 1170 })
})

test('a first import takes over who is there already, and what it would clear there waits for a person', async () => {
  await using domain = await domainFixture()
  for (const name of names.slice(0, 60))
    await domain.users.create(origin, {
      username: name,
      email: `${name}@corp.example`,
      firstname: 'Given',
      lastname: 'Surname',
      department: 'Sales',
    })
  await domain.full([...names.map((name) => userObject(name)), groupObject('Lockstep', { members: names })])
  const [found] = await domain.database.query<{ users: number; taken: number; kept: number; held: number }>({
    text: `select count(*) as users, count(*) filter (where home_directory_id = $1) as taken,
        count(*) filter (where attributes ->> 'department' = 'Sales') as kept,
        (select count(*) from plan_items where kind = 'clear_field' and state = 'waiting') as held
      from users`,
    values: [domain.domain.id],
  })
  assert.ok(found)
  assert.deepEqual([found.users, found.taken], [1300, 1300])
  // The guard lets a twentieth of the people pass at most.
  assert.ok(found.kept > 0 && found.kept <= 60, `${found.kept} of 60 departments are kept`)
  assert.equal(found.held, found.kept)
})

test('the journal names the directory instead of listing its fields for everybody it brings', async () => {
  await using domain = await domainFixture()
  await domain.full([userObject('ann'), groupObject('Lockstep', { members: ['ann'] })])
  const user = await domain.user('ann')
  assert.ok(Array.isArray(user?.attributes['restrictedFields']) && user.attributes['restrictedFields'].length > 0)
  const rows = await domain.database.query<{ fields: string[]; directoryId: string }>({
    text: `select array(select json_object_keys(details -> 'changes')) as fields, details #>> '{cause,directoryId}' as "directoryId"
      from journal where action = 'user.create'`,
  })
  assert.equal(rows[0]?.directoryId, domain.domain.id)
  assert.ok(rows[0]?.fields.includes('username') && !rows[0].fields.includes('restrictedFields'))
})

test('a domain that is removed takes its mirror along', async () => {
  await using domain = await domainFixture()
  await domain.full([userObject('ann'), groupObject('Lockstep', { members: ['ann'] })])
  await domain.changes([change('ann', { attributes: { title: 'Engineer' } })])
  await domain.database.execute({ text: 'delete from directories where id = $1', values: [domain.domain.id] })
  const [left] = await domain.database.query({
    text: 'select (select count(*) from ad_objects) as objects, (select count(*) from ad_edges) as edges',
  })
  assert.deepEqual(left, { objects: 0, edges: 0 })
})
