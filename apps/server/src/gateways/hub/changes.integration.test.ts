import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import type { Change, ChangePage } from '@lockstep/contract/hub/change'
import { type HubFixture, hubFixture, refusalOf } from '../../../../../tests/hub-fixture.ts'
import { systemActor } from '../../directory/access/access.rules.ts'
import { changeImportedMemberships } from '../../directory/groups/group-import.service.ts'

let hub: HubFixture
const origin = { actor: systemActor('test'), cause: { kind: 'demo' } } as const

before(async () => {
  hub = await hubFixture()
})
after(() => hub.close())
beforeEach(async () => {
  await hub.database.execute({
    text: 'truncate users, groups, systems, directories, journal, journal_blocks, journal_epochs cascade',
  })
})

async function page(query: string): Promise<ChangePage> {
  const { status, body } = await hub.call<ChangePage>(`GET changes?${query}`)
  assert.equal(status, 200, JSON.stringify(body))
  return body
}

async function make(username: string): Promise<string> {
  return (await hub.users.create(origin, { username, email: `${username}@example.com` })).id
}

const brief = ({ kind, action, id }: Change): string => `${action} ${kind} ${id}`

interface Read {
  readonly items: readonly Change[]
  readonly next: string
  readonly pages: number
}

/** Reads from a cursor until nothing more is there. */
async function readAll(query: string, limit = 200): Promise<Read> {
  const items: Change[] = []
  let pages = 0
  let { next, more, items: found } = await page(`${query}&limit=${limit}`)
  for (;;) {
    pages += 1
    assert.ok(found.length <= limit)
    assert.equal(new Set(found.map(({ kind, id }) => `${kind} ${id}`)).size, found.length, 'each thing once a page')
    items.push(...found)
    if (!more) return { items, next, pages }
    ;({ next, more, items: found } = await page(`since=${next}&limit=${limit}`))
  }
}

/** Resolves once all that was written can be told: a transaction of any database of the server holds the feed back. */
async function settled(): Promise<void> {
  for (;;) {
    const [row] = await hub.database.query<{ isHeld: boolean }>({
      text: `select exists (select from journal where xid >= pg_snapshot_xmin(pg_current_snapshot())) as "isHeld"`,
    })
    if (row?.isHeld === false) return
  }
}

/** A cursor behind everything that was written. */
async function nowSettled(query = ''): Promise<string> {
  await settled()
  return (await page(`since=now${query}`)).next
}

/** What was written since. */
async function readSettled(since: string, query = ''): Promise<ChangePage> {
  await settled()
  const read = await page(`since=${since}&limit=1000${query}`)
  assert.deepEqual([read.more, read.listing], [false, false])
  return read
}

test('the first pages list what there is, kind by kind, and then nothing has changed', async () => {
  const [ada, max] = [await make('ada'), await make('max')]
  const sales = await hub.groups.create(origin, { name: 'Sales' })
  await hub.groups.addMember(origin, sales.id, max)
  const [laptop] = await hub.systems.create(origin, [{ name: 'laptop' }])
  await nowSettled()
  const { items } = await readAll('kind=system,user,group,membership', 1)
  assert.deepEqual(items.map(brief), [
    `created user ${ada}`,
    `created user ${max}`,
    `created group ${sales.id}`,
    `created membership ${sales.id}.${max}`,
    `created system ${laptop?.id}`,
  ])
  const first = await page('')
  assert.deepEqual([first.listing, first.more], [true, true])
})

test('what changes while the listing is read comes afterwards', async () => {
  const ids = [await make('a'), await make('b'), await make('c')]
  await nowSettled()
  const first = await page('limit=1&kind=user')
  assert.deepEqual(first.items.map(brief), [`created user ${ids[0]}`])
  await hub.users.change(origin, ids[0] ?? '', { input: { department: 'IT' } })
  await hub.users.remove(origin, ids[1] ?? '', {})
  const late = await make('d')
  const second = await page(`since=${first.next}&limit=10`)
  assert.deepEqual(
    second.items.map(({ id }) => id),
    [ids[2], late],
  )
  const { items } = await readSettled(second.next)
  assert.deepEqual(items.map(brief), [`deleted user ${ids[1]}`, `updated user ${ids[0]}`, `created user ${late}`])
})

test('objects come along when they are asked for, and tombstones say what was there', async () => {
  const since = await nowSettled()
  const ada = await make('ada')
  await hub.users.change(origin, ada, { input: { department: 'IT' } })
  const sales = await hub.groups.create(origin, { name: 'Sales' })
  await hub.groups.addMember(origin, sales.id, ada)
  const plain = await readSettled(since, '&include=object')
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
  assert.equal('object' in ((await page(`since=${since}`)).items[0] ?? {}), false)
  await hub.groups.removeMember(origin, sales.id, ada)
  await hub.groups.remove(origin, sales.id)
  await hub.users.remove(origin, ada, {})
  const { items } = await readSettled(plain.next)
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
  const ada = await make('ada')
  const max = await make('max')
  const sales = await hub.groups.create(origin, { name: 'Sales' })
  const it = await hub.groups.create(origin, { name: 'IT' })
  for (const id of [ada, max]) await hub.groups.addMember(origin, sales.id, id)
  await hub.groups.addMember(origin, it.id, ada)
  const since = await nowSettled()
  await hub.groups.remove(origin, sales.id)
  await hub.groups.removeMember(origin, it.id, ada)
  await hub.groups.addMember(origin, it.id, ada)
  const { items } = await readSettled(since)
  assert.deepEqual(items.map(brief), [
    `deleted membership ${sales.id}.${ada}`,
    `deleted membership ${sales.id}.${max}`,
    `deleted group ${sales.id}`,
    `updated membership ${it.id}.${ada}`,
  ])
})

test('who follows memberships alone is told of deleted users and groups too', async () => {
  const ada = await make('ada')
  const sales = await hub.groups.create(origin, { name: 'Sales' })
  await hub.groups.addMember(origin, sales.id, ada)
  const since = await nowSettled('&kind=membership')
  await hub.users.change(origin, ada, { input: { department: 'IT' } })
  await hub.users.remove(origin, ada, {})
  const { items } = await readSettled(since)
  assert.deepEqual(items.map(brief), [`deleted user ${ada}`])
})

test('no change of concurrent writers is lost, though slow transactions end late', async () => {
  const ids = await Promise.all(Array.from({ length: 20 }, (_, index) => make(`user${index}`)))
  let cursor = await nowSettled()
  const revisions = new Map<string, number>()
  const writing = { isOn: true }
  const read = async (): Promise<void> => {
    const { items, next } = await page(`since=${cursor}&limit=7&wait=1&include=object`)
    cursor = next
    for (const { id, revision = 0 } of items) {
      assert.ok(revision >= (revisions.get(id) ?? 0), 'never older than what was told before')
      revisions.set(id, revision)
    }
  }
  const reading = (async () => {
    while (writing.isOn) await read()
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
  while (ids.some((id) => revisions.get(id) !== 11)) await read()
  const stored = await hub.users.findMany(ids)
  assert.deepEqual(new Map(stored.map(({ id, revision }) => [id as string, revision])), revisions)
})

test('ten thousand changes are told page by page, each once', async () => {
  const since = await nowSettled()
  await hub.database.execute({
    text: `with made as (
        insert into systems (id, hostname, attributes, created, updated)
        select lpad(to_hex(n), 24, '0'), 'host' || n, '{}', now(), now() from generate_series(1, 10000) as n returning id, hostname
      )
      insert into journal (actor_kind, actor_id, action, subject_kind, subject_id, details)
      select 'system', 'test', 'system.create', 'system', id, json_build_object('subject', hostname) from made`,
  })
  assert.deepEqual((await page(`since=${since}`)).items, [], 'another kind')
  await settled()
  const begun = await page('since=now&kind=system')
  assert.deepEqual([begun.items, begun.more, begun.listing], [[], false, false])
  await hub.database.execute({
    text: `insert into journal (actor_kind, actor_id, action, subject_kind, subject_id, details)
      select 'system', 'test', 'system.update', 'system', lpad(to_hex(n), 24, '0'), '{}'
      from generate_series(1, 10000) as n, generate_series(1, 2) order by random()`,
  })
  const told = new Map<string, number>()
  let { next } = begun
  while (told.size < 10_000) {
    const read = await page(`since=${next}&limit=1000&wait=1`)
    assert.ok(read.items.length <= 1000)
    for (const { id } of read.items) told.set(id, (told.get(id) ?? 0) + 1)
    next = read.next
  }
  assert.equal((await readAll('kind=system', 1000)).items.length >= 10_000, true)
})

test('a change of many groups at once is told over several pages', async () => {
  const ada = await make('ada')
  const groups = await Promise.all(
    Array.from({ length: 7 }, async (_, index) => (await hub.groups.create(origin, { name: `group ${index}` })).id),
  )
  const since = await nowSettled()
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
    const read = await page(`since=${cursor}&limit=3&wait=1`)
    assert.ok(read.items.length <= 3)
    told.push(...read.items.map(({ groupId = '' }) => groupId))
    cursor = read.next
  }
  assert.deepEqual(told, groups)
  const after = await page(`since=${cursor}`)
  assert.deepEqual([after.items, after.more], [[], false])
})

test('memberships that a directory or a rule decides are told like any other', async () => {
  const [ada, max] = [await make('ada'), await make('max')]
  const sales = await hub.groups.create(origin, { name: 'Sales' })
  const since = await nowSettled()
  const ways = { groupId: sales.id, groupName: 'Sales', origin: 'directory' } as const
  const change = (joined: boolean): Promise<void> =>
    hub.database.transaction(async (transaction) => {
      const one = { userId: ada, username: 'ada', joined: joined ? [ways] : [], left: joined ? [] : [ways] }
      await hub.journal.record(transaction, origin, await changeImportedMemberships(transaction, [one]))
    })
  await change(true)
  const joined = await readSettled(since)
  assert.deepEqual(joined.items.map(brief), [`created membership ${sales.id}.${ada}`])
  await change(false)
  const left = await readSettled(joined.next)
  assert.deepEqual(left.items.map(brief), [`deleted membership ${sales.id}.${ada}`])
  const filters = [{ field: 'username', operator: 'eq', value: 'max' }]
  const memberQuery = { queryType: 'FilterQuery', filters }
  const ruled = await hub.groups.create(origin, { name: 'Max', membershipMethod: 'DYNAMIC_AUTOMATED', memberQuery })
  await hub.rules.settleChangedRules()
  const { items, next } = await readSettled(left.next)
  assert.deepEqual(items.map(brief), [`created group ${ruled.id}`, `created membership ${ruled.id}.${max}`])
  await hub.groups.removeMember(origin, ruled.id, max)
  const exempted = await readSettled(next)
  assert.deepEqual(exempted.items.map(brief), [`deleted membership ${ruled.id}.${max}`, `updated group ${ruled.id}`])
})

test('users and groups of a directory that is removed are told as the hub’s own', async () => {
  const ada = await make('ada')
  const sales = await hub.groups.create(origin, { name: 'Sales' })
  const { id } = await hub.domains.create(origin, { domain: 'corp.example' })
  const values = [id]
  await hub.database.execute({
    text: `update users set home_directory_id = $1, state = 'SUSPENDED', suspended_by = $1`,
    values,
  })
  await hub.database.execute({ text: 'update groups set home_directory_id = $1', values })
  const since = await nowSettled()
  await hub.domains.remove(origin, id)
  const { items } = await readSettled(since, '&include=object')
  assert.deepEqual(items.map(brief), [`updated user ${ada}`, `updated group ${sales.id}`])
  for (const { object = {} } of items) assert.equal('homeDirectoryId' in object, false)
  const explained = await hub.journal.explain(ada)
  assert.deepEqual(explained.fields['suspendedBy']?.after, 'hub')
})

test('an empty answer is held back until something changes', async () => {
  const since = await nowSettled()
  const waiting = page(`since=${since}&wait=60`)
  while (hub.listeners.size === 0) await new Promise((resolve) => setImmediate(resolve))
  const ada = await make('ada')
  assert.deepEqual((await waiting).items.map(brief), [`created user ${ada}`])
  while (hub.listeners.size > 0) await new Promise((resolve) => setImmediate(resolve))
})

test('a cursor of a database that was restored is refused, and beginning again helps', async () => {
  await make('ada')
  await nowSettled()
  const { next } = await page('since=now')
  assert.deepEqual((await page(`since=${next}`)).items, [])
  // An older copy of the same files: the newest rows are not there any more, and others have their numbers.
  await hub.database.execute({ text: 'delete from journal where seq = (select max(seq) from journal)' })
  const expired = await hub.call(`GET changes?since=${next}`)
  assert.equal(refusalOf(expired), '410 cursor_expired since')
  assert.match(expired.body.detail, /Begin again/)
  const again = (await page('since=now')).next
  // Another cluster, or another timeline of it.
  await hub.database.execute({ text: `update journal_epochs set server = 'another'` })
  assert.equal(refusalOf(await hub.call(`GET changes?since=${again}`)), '410 cursor_expired since')
  const listed = await readAll('kind=user')
  assert.equal(listed.items.length, 1)
  assert.deepEqual((await page(`since=${listed.next}`)).items, [])
})

test('rows of another cluster are numbered anew, and nobody is led past what they have not seen', async () => {
  await make('ada')
  await make('max')
  await settled()
  await hub.chain.seal()
  await hub.groups.create(origin, { name: 'not sealed' })
  await nowSettled()
  const foreign = '(xid::text::bigint + 1000000000000)::text::xid8'
  await hub.database.execute({
    text: `update journal_blocks set last_xid = ${foreign.replace('xid', 'last_xid')}`,
  })
  await hub.database.execute({
    text: `insert into journal_followers (name, xid, seq) select 'test', xid, seq from journal order by xid, seq limit 1`,
  })
  await hub.database.execute({ text: `update journal set xid = ${foreign}` })
  await hub.database.execute({ text: `update journal_followers set xid = ${foreign}` })
  await hub.database.execute({ text: `update journal_epochs set server = 'another'` })
  const before = await hub.journal.readFeed({ xid: '0', seq: 0 }, 100)
  assert.deepEqual(before, [], 'all of it is still to come')
  const since = (await page('since=now')).next
  const rows = await hub.journal.readFeed({ xid: '0', seq: 0 }, 100)
  assert.deepEqual(
    rows.map(({ subjectKind }) => subjectKind),
    ['user', 'user', 'group'],
  )
  const [follower] = await hub.database.query<{ xid: string; seq: number }>({
    text: `select xid::text as xid, seq from journal_followers where name = 'test'`,
  })
  assert.ok(follower)
  assert.equal((await hub.journal.readFeed(follower, 100)).length, 2)
  const eva = await make('eva')
  assert.deepEqual((await readSettled(since)).items.map(brief), [`created user ${eva}`])
  await hub.database.execute({ text: `delete from journal_followers where name = 'test'` })
  assert.equal(await hub.chain.seal(), 2, 'what was not sealed, and what came since')
  const { ok, rowsChecked, rowsUnsealed, faults } = await hub.chain.verify()
  assert.deepEqual([ok, rowsChecked, rowsUnsealed, faults], [true, 4, 0, []])
})

test('what is asked for wrongly is refused by its name', async () => {
  const { next } = await page('since=now&kind=user')
  const refused = async (query: string, as: 'administrator' | 'nobody' = 'administrator'): Promise<string> =>
    refusalOf(await hub.call(`GET changes?${query}`, { as }))
  assert.equal(await refused('since=nonsense'), '400 invalid_request since')
  assert.equal(await refused(`since=${next}&kind=group`), '400 invalid_request kind')
  assert.equal(await refused('kind=agent'), '400 invalid_request kind')
  assert.equal(await refused('limit=0'), '400 invalid_request limit')
  assert.equal(await refused('wait=61'), '400 invalid_request wait')
  assert.equal(await refused('include=secrets'), '400 invalid_request include')
  assert.equal(await refused('since=now', 'nobody'), '401 unauthenticated')
  assert.equal((await page(`since=${next}&kind=user`)).listing, false)
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
