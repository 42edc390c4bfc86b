import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { type HubFixture, hubFixture, refusalOf } from '../../../../../tests/hub-fixture.ts'
import { brief, type ChangeReader, changeReader, origin } from '../../../../../tests/support/change-reader.ts'
import { systemActor } from '../../directory/access/access.rules.ts'
import { changeImportedMemberships } from '../../directory/groups/group-import.service.ts'

let hub: HubFixture
let read: ChangeReader

before(async () => {
  hub = await hubFixture()
  read = changeReader(hub)
})
after(() => hub.close())
beforeEach(async () => {
  const text = 'truncate users, groups, systems, directories, journal, journal_blocks, journal_epochs cascade'
  await hub.database.execute({ text })
})

test('the first pages list what there is, kind by kind, and then nothing has changed', async () => {
  const [ada, max] = [await read.make('ada'), await read.make('max')]
  const sales = await hub.groups.create(origin, { name: 'Sales' })
  await hub.groups.addMember(origin, sales.id, max)
  const [laptop] = await hub.systems.create(origin, [{ name: 'laptop' }])
  await read.nowSettled()
  const { items } = await read.readAll('kind=system,user,group,membership', 1)
  assert.deepEqual(items.map(brief), [
    `created user ${ada}`,
    `created user ${max}`,
    `created group ${sales.id}`,
    `created membership ${sales.id}.${max}`,
    `created system ${laptop?.id}`,
  ])
  const first = await read.page('')
  assert.deepEqual([first.listing, first.more], [true, true])
})

test('what changes while the listing is read comes afterwards', async () => {
  const ids = [await read.make('a'), await read.make('b'), await read.make('c')]
  await read.nowSettled()
  const first = await read.page('limit=1&kind=user')
  assert.deepEqual(first.items.map(brief), [`created user ${ids[0]}`])
  await hub.users.change(origin, ids[0] ?? '', { input: { department: 'IT' } })
  await hub.users.remove(origin, ids[1] ?? '', {})
  const late = await read.make('d')
  const second = await read.page(`since=${first.next}&limit=10`)
  assert.deepEqual(
    second.items.map(({ id }) => id),
    [ids[2], late],
  )
  const { items } = await read.readSettled(second.next)
  assert.deepEqual(items.map(brief), [`deleted user ${ids[1]}`, `updated user ${ids[0]}`, `created user ${late}`])
})

test('objects come along when they are asked for, and tombstones say what was there', async () => {
  const since = await read.nowSettled()
  const ada = await read.make('ada')
  await hub.users.change(origin, ada, { input: { department: 'IT' } })
  const sales = await hub.groups.create(origin, { name: 'Sales' })
  await hub.groups.addMember(origin, sales.id, ada)
  const plain = await read.readSettled(since, '&include=object')
  const [user, group, membership] = plain.items
  assert.deepEqual([user?.kind, user?.action, user?.revision], ['user', 'created', 2])
  assert.deepEqual(user?.object && 'fields' in user.object ? [user.object.fields['department'], user.object.id] : [], [
    'IT',
    ada,
  ])
  assert.deepEqual(group?.object && 'name' in group.object ? group.object.name : '', 'Sales')
  assert.deepEqual(membership?.object, {
    groupId: sales.id,
    groupName: 'Sales',
    userId: ada,
    username: 'ada',
    origins: ['hub'],
  })
  assert.equal('object' in ((await read.page(`since=${since}`)).items[0] ?? {}), false)
  await hub.groups.removeMember(origin, sales.id, ada)
  await hub.groups.remove(origin, sales.id)
  await hub.users.remove(origin, ada, {})
  const { items } = await read.readSettled(plain.next)
  const tombstones = items.map(({ deletedAt, ...rest }) => {
    assert.ok(deletedAt !== undefined && deletedAt <= new Date(Date.now() + 1000).toISOString())
    return rest
  })
  assert.deepEqual(tombstones, [
    {
      kind: 'membership',
      id: `${sales.id}.${ada}`,
      action: 'deleted',
      groupId: sales.id,
      userId: ada,
      username: 'ada',
      name: 'Sales',
    },
    { kind: 'group', id: sales.id, action: 'deleted', name: 'Sales' },
    { kind: 'user', id: ada, action: 'deleted', username: 'ada', email: 'ada@example.com' },
  ])
})

test('a group that is deleted takes its memberships along, and one that is taken up again is no tombstone', async () => {
  const ada = await read.make('ada')
  const max = await read.make('max')
  const sales = await hub.groups.create(origin, { name: 'Sales' })
  const it = await hub.groups.create(origin, { name: 'IT' })
  for (const id of [ada, max]) await hub.groups.addMember(origin, sales.id, id)
  await hub.groups.addMember(origin, it.id, ada)
  const since = await read.nowSettled()
  await hub.groups.remove(origin, sales.id)
  await hub.groups.removeMember(origin, it.id, ada)
  await hub.groups.addMember(origin, it.id, ada)
  const { items } = await read.readSettled(since)
  assert.deepEqual(items.map(brief), [
    `deleted membership ${sales.id}.${ada}`,
    `deleted membership ${sales.id}.${max}`,
    `deleted group ${sales.id}`,
    `updated membership ${it.id}.${ada}`,
  ])
})

test('who follows memberships alone is told of deleted users and groups too', async () => {
  const ada = await read.make('ada')
  const sales = await hub.groups.create(origin, { name: 'Sales' })
  await hub.groups.addMember(origin, sales.id, ada)
  const since = await read.nowSettled('&kind=membership')
  await hub.users.change(origin, ada, { input: { department: 'IT' } })
  await hub.users.remove(origin, ada, {})
  const { items } = await read.readSettled(since)
  assert.deepEqual(items.map(brief), [`deleted user ${ada}`])
})

test('no change of concurrent writers is lost, though slow transactions end late', async () => {
  const ids = await Promise.all(Array.from({ length: 20 }, (_, index) => read.make(`user${index}`)))
  let cursor = await read.nowSettled()
  const revisions = new Map<string, number>()
  const writing = { isOn: true }
  const readOn = async (): Promise<void> => {
    const { items, next } = await read.page(`since=${cursor}&limit=7&wait=1&include=object`)
    cursor = next
    for (const { id, revision = 0 } of items) {
      assert.ok(revision >= (revisions.get(id) ?? 0), 'never older than what was told before')
      revisions.set(id, revision)
    }
  }
  const reading = (async () => {
    while (writing.isOn) await readOn()
  })()
  const writers = ids.map(async (id, index) => {
    for (let round = 0; round < 10; round += 1) {
      if (index % 5 !== 0) {
        await hub.users.change(origin, id, { input: { department: `${round}` } })
        continue
      }
      // Written early, ended late: later transactions of others are settled in between.
      await hub.database.transaction(async (transaction) => {
        const draft = { action: 'user.update', subjectKind: 'user', subjectId: id, subject: 'x', changes: {} } as const
        await hub.journal.record(transaction, origin, [draft])
        await transaction.execute({ text: 'select pg_sleep(0.02)' })
        await transaction.execute({ text: 'update users set revision = revision + 1 where id = $1', values: [id] })
      })
    }
  })
  await Promise.all(writers)
  writing.isOn = false
  await reading
  while (ids.some((id) => revisions.get(id) !== 11)) await readOn()
  const stored = await hub.users.findMany(ids)
  assert.deepEqual(new Map(stored.map(({ id, revision }) => [id as string, revision])), revisions)
})

test('ten thousand things that changed are told page by page, each once a page', async () => {
  const since = await read.nowSettled()
  await hub.database.execute({
    text: `with made as (
        insert into systems (id, hostname, attributes, created, updated)
        select lpad(to_hex(n), 24, '0'), 'host' || n, '{}', now(), now() from generate_series(1, 10000) as n returning id, hostname
      )
      insert into journal (actor_kind, actor_id, action, subject_kind, subject_id, details)
      select 'system', 'test', 'system.create', 'system', id, json_build_object('subject', hostname) from made`,
  })
  assert.deepEqual((await read.page(`since=${since}`)).items, [], 'another kind')
  await read.settled()
  const begun = await read.page('since=now&kind=system')
  assert.deepEqual([begun.items, begun.more, begun.listing], [[], false, false])
  await hub.database.execute({
    text: `insert into journal (actor_kind, actor_id, action, subject_kind, subject_id, details)
      select 'system', 'test', 'system.update', 'system', lpad(to_hex(n), 24, '0'), '{}'
      from generate_series(1, 10000) as n, generate_series(1, 2) order by random()`,
  })
  const told = new Map<string, number>()
  let { next } = begun
  while (told.size < 10_000) {
    const answer = await read.page(`since=${next}&limit=1000&wait=1`)
    assert.ok(answer.items.length <= 1000)
    assert.equal(new Set(answer.items.map(({ id }) => id)).size, answer.items.length)
    for (const { id } of answer.items) told.set(id, (told.get(id) ?? 0) + 1)
    next = answer.next
  }
  assert.equal((await read.readAll('kind=system', 1000)).items.length >= 10_000, true)
})

test('a change of many groups at once is told over several pages', async () => {
  const ada = await read.make('ada')
  const groups = await Promise.all(
    Array.from({ length: 7 }, async (_, index) => (await hub.groups.create(origin, { name: `group ${index}` })).id),
  )
  const since = await read.nowSettled()
  await hub.database.transaction(async (transaction) => {
    for (const id of groups)
      await transaction.execute({
        text: `insert into group_members (group_id, user_id, origin) values ($1, $2, 'directory')`,
        values: [id, ada],
      })
    await hub.journal.record(transaction, origin, [
      {
        action: 'user.join_group',
        subjectKind: 'user',
        subjectId: ada,
        subject: 'ada',
        groups: groups.map((id) => ({ id, name: 'x', isMember: true })),
      },
    ])
  })
  const told: string[] = []
  let cursor = since
  while (told.length < groups.length) {
    const answer = await read.page(`since=${cursor}&limit=3&wait=1`)
    assert.ok(answer.items.length <= 3)
    told.push(...answer.items.map(({ groupId = '' }) => groupId))
    cursor = answer.next
  }
  assert.deepEqual(told, groups)
  const after = await read.page(`since=${cursor}`)
  assert.deepEqual([after.items, after.more], [[], false])
})

test('memberships that a directory or a rule decides are told like any other', async () => {
  const [ada, max] = [await read.make('ada'), await read.make('max')]
  const sales = await hub.groups.create(origin, { name: 'Sales' })
  const since = await read.nowSettled()
  const directoryId = 'd'.repeat(24)
  const ways = { groupId: sales.id, groupName: 'Sales', origin: 'directory', directoryId } as const
  const change = (joined: boolean): Promise<void> =>
    hub.database.transaction(async (transaction) => {
      const sides = { joined: joined ? [ways] : [], left: joined ? [] : [ways] }
      const one = { userId: ada, username: 'ada', ...sides, kept: new Set<string>() }
      const drafts = await changeImportedMemberships(transaction, directoryId, [one])
      await hub.journal.record(transaction, origin, drafts)
    })
  await change(true)
  const joined = await read.readSettled(since)
  assert.deepEqual(joined.items.map(brief), [`created membership ${sales.id}.${ada}`])
  await change(false)
  const left = await read.readSettled(joined.next)
  assert.deepEqual(left.items.map(brief), [`deleted membership ${sales.id}.${ada}`])
  const filters = [{ field: 'username', operator: 'eq', value: 'max' }]
  const memberQuery = { queryType: 'FilterQuery', filters }
  const ruled = await hub.groups.create(origin, { name: 'Max', membershipMethod: 'DYNAMIC_AUTOMATED', memberQuery })
  await hub.rules.settleChangedRules()
  const { items, next } = await read.readSettled(left.next)
  assert.deepEqual(items.map(brief), [`created group ${ruled.id}`, `created membership ${ruled.id}.${max}`])
  await hub.groups.removeMember(origin, ruled.id, max)
  const exempted = await read.readSettled(next)
  assert.deepEqual(exempted.items.map(brief), [`deleted membership ${ruled.id}.${max}`, `updated group ${ruled.id}`])
})

test('users and groups of a directory that is removed are told as the hub’s own', async () => {
  const ada = await read.make('ada')
  const sales = await hub.groups.create(origin, { name: 'Sales' })
  const { id } = await hub.domains.create(origin, { domain: 'corp.example' })
  const values = [id]
  await hub.database.execute({
    text: `update users set home_directory_id = $1, state = 'SUSPENDED', suspended_by = $1`,
    values,
  })
  await hub.database.execute({ text: 'update groups set home_directory_id = $1', values })
  const since = await read.nowSettled()
  await hub.domains.remove(origin, id)
  const { items } = await read.readSettled(since, '&include=object')
  assert.deepEqual(items.map(brief), [`updated user ${ada}`, `updated group ${sales.id}`])
  for (const { object = {} } of items) assert.equal('homeDirectoryId' in object, false)
  const explained = await hub.journal.explain(ada)
  assert.deepEqual(explained.fields['suspendedBy']?.after, 'hub')
})

test('an empty answer is held back until something changes', async () => {
  const since = await read.nowSettled()
  const waiting = read.page(`since=${since}&wait=60`)
  while (hub.listeners.size === 0) await new Promise((resolve) => setImmediate(resolve))
  const ada = await read.make('ada')
  assert.deepEqual((await waiting).items.map(brief), [`created user ${ada}`])
  while (hub.listeners.size > 0) await new Promise((resolve) => setImmediate(resolve))
})

test('what is asked for wrongly is refused by its name', async () => {
  const { next } = await read.page('since=now&kind=user')
  const refused = async (query: string, as: 'administrator' | 'nobody' = 'administrator'): Promise<string> =>
    refusalOf(await hub.call(`GET changes?${query}`, { as }))
  assert.equal(await refused('since=nonsense'), '400 invalid_request since')
  assert.equal(await refused(`since=${next}&kind=group`), '400 invalid_request kind')
  assert.equal(await refused('kind=agent'), '400 invalid_request kind')
  assert.equal(await refused('limit=0'), '400 invalid_request limit')
  assert.equal(await refused('wait=61'), '400 invalid_request wait')
  assert.equal(await refused('include=secrets'), '400 invalid_request include')
  assert.equal(await refused('since=now', 'nobody'), '401 unauthenticated')
  assert.equal((await read.page(`since=${next}&kind=user`)).listing, false)
})

test('every kind needs the permission to read it', async () => {
  const request = { limit: 1, waitMs: 0, signal: new AbortController().signal }
  const actor = { ...systemActor('test'), permissions: new Set(['users.read'] as const) }
  const refuses = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'forbidden'
  assert.equal((await hub.changes.read(actor, { ...request, kinds: ['user'] })).listing, true)
  for (const kind of ['group', 'membership', 'system'] as const)
    await assert.rejects(hub.changes.read(actor, { ...request, kinds: ['user', kind] }), refuses)
  await assert.rejects(hub.changes.read(actor, request), refuses)
})
