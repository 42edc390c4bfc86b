import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ReadObject } from '@lockstep/contract/agents/protocol'
import type { DifferenceRow } from '@lockstep/contract/hub/comparison'
import { systemClock } from '@lockstep/kernel/clock'
import { comparisonFixture as fixture } from '../../../../../tests/comparison-fixture.ts'
import { domainFixture, groupObject, guidOf, origin, userObject } from '../../../../../tests/domain-fixture.ts'

const short = (row: DifferenceRow): string =>
  [
    row.kind,
    row.subjectName,
    row.field ?? '-',
    row.hubValue ?? '-',
    row.domainValue ?? '-',
    row.action,
    row.takesAway ? 'takes' : 'gives',
  ].join(' | ')

const people = (): ReadObject[] => [
  userObject('anna', { attributes: { title: 'Engineer', department: 'R&D', telephoneNumber: '123' } }),
  userObject('bert', { attributes: { title: 'Clerk' } }),
  userObject('cleo'),
  userObject('dora'),
  groupObject('team', { members: ['anna', 'bert'] }),
  groupObject('Lockstep', { members: ['anna', 'bert', 'cleo', 'dora', 'team'] }),
]

test('two sides that agree have no differences', async () => {
  await using domain = await domainFixture()
  await domain.full(people())
  const { compare, rows } = await fixture(domain)
  const comparison = await compare(people())
  assert.equal(comparison.state, 'done')
  assert.deepEqual(await rows(comparison), [])
  assert.equal(comparison.found, 0)
  assert.equal(comparison.compared, comparison.total)
})

test('differences planted in the database are found, each once, and nothing is changed by that', async () => {
  await using domain = await domainFixture()
  await domain.full(people())
  const { database } = domain
  const { compare, rows, run, comparisons } = await fixture(domain)
  // The hub's own user with an account that the hub made.
  const [anna, bert, cleo, dora] = await Promise.all(['anna', 'bert', 'cleo', 'dora'].map((name) => domain.user(name)))
  assert.ok(anna && bert && cleo && dora)
  const set = (id: string, fields: object): Promise<number> =>
    database.execute({
      text: 'update users set attributes = attributes || $2 where id = $1',
      values: [id, JSON.stringify(fields)],
    })
  await set(anna.id, { jobTitle: 'Planted' })
  await set(bert.id, { department: 'Only here' })
  await database.execute({
    text: `update users set state = 'SUSPENDED', suspended_by = 'hub' where id = $1`,
    values: [cleo.id],
  })
  await database.execute({
    text: `delete from group_members where user_id = $1 and group_id in (select id from groups where name = 'team')`,
    values: [anna.id],
  })
  await database.execute({
    text: `insert into group_members (group_id, user_id, origin, directory_id)
      select id, $1, 'directory', $2 from groups where name = 'team'`,
    values: [dora.id, domain.domain.id],
  })
  // The change itself asked for a look at the accounts, which found nothing to write.
  await database.execute({ text: 'update accounts set applied_revision = desired_revision' })
  const comparison = await compare(people())
  assert.equal(comparison.state, 'done')
  const found = (await rows(comparison)).map(short).toSorted()
  assert.deepEqual(found, [
    'field | anna | jobTitle | Planted | Engineer | taken_over | gives',
    'field | bert | department | Only here |  | taken_over | takes',
    'member_missing_here | anna | team | - | - | taken_over | gives',
    'member_missing_there | dora | team | - | - | taken_over | takes',
    'state | cleo | - | disabled | enabled | written | takes',
  ])
  assert.equal((await domain.user('anna'))?.attributes['jobTitle'], 'Planted', 'a comparison changes nothing')

  const drift = await comparisons.drift(origin.actor, anna.id)
  assert.deepEqual(
    drift.items.map(({ differences }) => differences.map(({ kind, field }) => `${kind} ${field ?? ''}`)),
    [['field jobTitle', 'member_missing_here team']],
  )

  await comparisons.apply(origin, { directoryId: domain.domain.id, comparisonId: comparison.id }, { all: true })
  await run()
  assert.equal(
    (await domain.user('anna'))?.attributes['jobTitle'],
    'Engineer',
    'what takes nothing away is done at once',
  )
  assert.equal(
    (await domain.user('bert'))?.attributes['department'],
    'Only here',
    'a value is not cleared without release',
  )
  assert.deepEqual(Object.keys((await domain.membersOf('team')) ?? {}).toSorted(), ['anna', 'bert', 'dora'])
  const waiting = await domain.plans.list(origin.actor, { state: 'quarantined' })
  assert.deepEqual(Object.fromEntries(waiting.items.map(({ sourceKind, counts }) => [sourceKind, counts])), {
    comparison: { suspend: 1 },
    directory: { clear_field: 1, remove_member: 1 },
  })
  assert.deepEqual(
    (await rows(comparison))
      .map(({ kind, subjectName, outcome }) => `${kind} ${subjectName} ${outcome ?? ''}`)
      .toSorted(),
    [
      'field anna applied',
      'field bert held',
      'member_missing_here anna applied',
      'member_missing_there dora held',
      'state cleo held',
    ],
  )

  for (const { id } of waiting.items) await domain.plans.release(origin, id, 'Checked with the branch office')
  await domain.importer.applyReleased(domain.domain.id, origin.actor)
  const fresh = await fixture(domain)
  await fresh.work.applyReleased()
  assert.equal((await domain.user('bert'))?.attributes['department'], '')
  assert.deepEqual(Object.keys((await domain.membersOf('team')) ?? {}).toSorted(), ['anna', 'bert'])
  const work = await domain.nextWork()
  assert.deepEqual(
    work.items.map((item) => (item.kind === 'user' ? [item.guid, item.enabled] : item.kind)),
    [[guidOf('cleo'), 'disable']],
  )
})

test('accounts that are missing on either side are told', async () => {
  await using domain = await domainFixture()
  await domain.full(people())
  const { database } = domain
  const { compare, rows } = await fixture(domain)
  const [anna] = [await domain.user('anna')]
  assert.ok(anna)
  // Somebody whose object is nobody's any more, one whose account never existed, and one who was deleted here.
  await database.execute({
    text: `update accounts set external_id = $2 where user_id = $1`,
    values: [anna.id, guidOf('ghost')],
  })
  const made = await domain.users.create(origin, {
    username: 'eve',
    email: 'eve@corp.example',
    firstname: 'E',
    lastname: 'V',
  })
  await domain.bindings.bind(origin, { subjectKind: 'user', subjectId: made.id, directoryId: domain.domain.id })
  const bert = await domain.user('bert')
  assert.ok(bert)
  await domain.users.remove(origin, bert.id, {})
  const comparison = await compare(people())
  const found = (await rows(comparison))
    .map(({ kind, subjectName, action }) => `${kind} ${subjectName} ${action}`)
    .toSorted()
  assert.deepEqual(found, [
    'extra bert nothing',
    'missing_here anna nothing',
    'missing_there anna nothing',
    'missing_there eve written',
    'waiting CN=bert,OU=Lockstep,DC=corp,DC=example nothing',
  ])
})

test('what the hub decides is written again, and nothing of it is cleared or removed there before release', async () => {
  await using domain = await domainFixture()
  const object = userObject('ann', {
    attributes: { givenName: 'Ann', sn: 'Lee', title: 'Engineer', department: 'R&D' },
  })
  const objects = [
    object,
    userObject('nadia'),
    groupObject('inner', { members: ['nadia'] }),
    groupObject('outer', { members: ['inner'], attributes: { description: 'There' } }),
    groupObject('Lockstep', { members: ['ann', 'outer', 'inner'] }),
  ]
  // The hub's own user, whose account stands there already and is taken over by the binding.
  const user = await domain.users.create(origin, {
    ...{ username: 'ann', email: 'ann@corp.example', firstname: 'Ann', lastname: 'Lee' },
    ...{ jobTitle: 'Engineer', department: 'R&D' },
  })
  await domain.bindings.bind(origin, { directoryId: domain.domain.id, subjectKind: 'user', subjectId: user.id })
  const [asked] = (await domain.nextWork()).items
  assert.ok(asked?.kind === 'user')
  const { accountId, revision } = asked
  const outcome = {
    kind: 'user',
    accountId,
    revision,
    guid: object.guid,
    dn: object.dn,
    created: true,
    enabled: true,
  } as const
  await domain.work.report(domain.syncAgent, { epoch: 1, outcomes: [{ ...outcome, written: [] }] })
  await domain.full(objects)
  const { compare, rows, run, work, comparisons } = await fixture(domain)
  const inStep = (): Promise<number> =>
    domain.database.execute({ text: 'update accounts set applied_revision = desired_revision, error = null' })
  await inStep()
  assert.deepEqual((await rows(await compare(objects))).map(short), [], 'a nested member is no difference')

  await domain.database.execute({
    text: `update users set attributes = attributes || '{"jobTitle": "Director", "department": ""}' where id = $1`,
    values: [user.id],
  })
  await domain.database.execute({ text: `update groups set description = 'Planted' where name = 'outer'` })
  await inStep()
  const found = await compare(objects)
  assert.deepEqual((await rows(found)).map(short).toSorted(), [
    'field | ann | department |  | R&D | written | takes',
    'field | ann | jobTitle | Director | Engineer | written | gives',
    'field | outer | description | Planted | There | taken_over | gives',
  ])
  const key = { directoryId: domain.domain.id, comparisonId: found.id }
  const title = (await rows(found)).find(({ field }) => field === 'jobTitle')
  await comparisons.apply(origin, key, { ids: [title?.id ?? -1] })
  await run()
  assert.deepEqual((await domain.nextWork()).items, [], 'writing one field would clear the other with it')
  const [plan, ...others] = (await domain.plans.list(origin.actor, { state: 'quarantined' })).items
  assert.deepEqual([plan?.sourceKind, plan?.counts, others.length], ['comparison', { clear_field: 1 }, 0])
  await domain.plans.release(origin, plan?.id ?? '', 'The department was dissolved')
  await work.applyReleased()
  const [write] = (await domain.nextWork()).items
  assert.ok(write?.kind === 'user')
  assert.deepEqual(write.attributes, { title: 'Director', department: '' })
  assert.equal((await domain.plans.get(origin.actor, plan?.id ?? '')).state, 'applied')

  await comparisons.apply(origin, key, { all: true, kind: 'field', search: 'outer' })
  await run()
  const [outer] = await domain.groups.list(origin.actor, {
    ...{ condition: { field: 'name', operator: 'eq', values: ['outer'] }, sort: [], limit: 1 },
  })
  assert.equal(outer?.description, 'There')
})

test('a domain that nobody can read is not compared', async () => {
  await using domain = await domainFixture()
  await domain.full(people())
  const { comparisons, work } = await fixture(domain)
  const { id } = await comparisons.start(origin, domain.domain.id)
  await assert.rejects(() => comparisons.start(origin, domain.domain.id), { code: 'comparison_running' })
  await domain.database.execute({
    text: `update ad_agents set contact_at = now() - interval '1 hour' where id = $1`,
    values: [domain.importAgent.id],
  })
  await work.work()
  const ended = await comparisons.get(origin.actor, { directoryId: domain.domain.id, comparisonId: id })
  assert.equal(ended.state, 'failed')
  assert.match(ended.error ?? '', /^The domain cannot be read now/)
  await assert.rejects(() => comparisons.start(origin, domain.domain.id), { code: 'domain_unreadable' })
})

test('a comparison is cancelled and begun by the clock, and old ones go', async () => {
  await using domain = await domainFixture()
  await domain.full(people())
  const { comparisons, work, run } = await fixture(domain)
  const directoryId = domain.domain.id
  const { id } = await comparisons.start(origin, directoryId)
  const cancelled = await comparisons.cancel(origin, { directoryId, comparisonId: id })
  assert.equal(cancelled.state, 'cancelled')
  await domain.full(people())
  await run()
  assert.equal((await comparisons.get(origin.actor, { directoryId, comparisonId: id })).state, 'cancelled')

  const hour = systemClock.now().getUTCHours()
  await comparisons.schedule(origin, directoryId, { enabled: false, hour })
  await work.beginDue()
  assert.equal((await comparisons.list(origin.actor, directoryId)).items.length, 1)
  await comparisons.schedule(origin, directoryId, { enabled: true, hour })
  await work.beginDue()
  await work.beginDue()
  const { items } = await comparisons.list(origin.actor, directoryId)
  assert.deepEqual(
    items.map(({ state, scheduled }) => [state, scheduled]),
    [
      ['reading', true],
      ['cancelled', false],
    ],
  )
  await domain.full(people())
  await run()
  for (let count = 0; count < 6; count += 1) {
    const begun = await comparisons.start(origin, directoryId)
    await comparisons.cancel(origin, { directoryId, comparisonId: begun.id })
  }
  await comparisons.schedule(origin, directoryId, { enabled: false, hour })
  await work.beginDue()
  const rows = await domain.database.query({ text: 'select id from ad_comparisons' })
  assert.equal(rows.length, 5)
})

test('a comparison whose hour passed while nothing ran is made up for once, and none of before its hour was chosen', async () => {
  await using domain = await domainFixture()
  await domain.full(people())
  const { comparisons, work } = await fixture(domain)
  const directoryId = domain.domain.id
  const scheduled = async (): Promise<number> =>
    (await comparisons.list(origin.actor, directoryId)).items.filter((item) => item.scheduled).length
  await comparisons.schedule(origin, directoryId, { enabled: true, hour: (systemClock.now().getUTCHours() + 22) % 24 })
  await work.beginDue()
  assert.equal(await scheduled(), 0)
  await domain.database.execute({ text: `update ad_comparison_schedules set chosen = now() - interval '3 days'` })
  await domain.database.execute({ text: `update ad_agents set contact_at = now() - interval '1 hour'` })
  await work.beginDue()
  assert.equal(await scheduled(), 0, 'nobody reads the domain yet')
  await domain.database.execute({ text: `update ad_agents set contact_at = now()` })
  await work.beginDue()
  await work.beginDue()
  assert.equal(await scheduled(), 1)
})
