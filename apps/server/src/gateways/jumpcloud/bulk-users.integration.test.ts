import assert from 'node:assert/strict'
import test, { after, before } from 'node:test'
import { type TestDatabase, testDatabase } from '../../../../../tests/database.ts'
import { type Answer, type HubFixture, hubFixture } from './testing/hub-fixture.ts'

let store: TestDatabase
let hub: HubFixture
const missing = '5f0000000000000000000000'

before(async () => {
  store = await testDatabase()
  hub = await hubFixture(store.database)
})
after(async () => {
  await hub.stop()
  await store.drop()
})

/** What the workers of a hub do, until nothing waits. */
async function workAll(): Promise<void> {
  while (await hub.bulk.bulkJobs.work());
}

async function start(method: 'POST' | 'PATCH', path: string, rows: unknown, headers = {}): Promise<string> {
  const answer = await hub.call(method, `/api/v2/bulk/${path}`, { body: rows, headers })
  assert.equal(answer.status, 201, answer.text)
  assert.deepEqual(Object.keys(answer.body), ['jobId'])
  return answer.body.jobId
}

const results = async (jobId: string, query = 'limit=100'): Promise<Answer> =>
  hub.call('GET', `/api/v2/bulk/users/${jobId}/results?${query}`)
const outcomes = async (jobId: string): Promise<[string, string][]> =>
  (await results(jobId)).body.map((row: { status: string; statusMsg: string }) => [row.status, row.statusMsg])
const person = (name: string, more: object = {}): object => ({ username: name, email: `${name}@example.com`, ...more })
const read = async (id: string): Promise<Answer['body']> => (await hub.call('GET', `/api/systemusers/${id}`)).body
async function create(name: string, more: object = {}): Promise<string> {
  const made = await hub.call('POST', '/api/systemusers', { body: person(name, more) })
  assert.equal(made.status, 200, made.text)
  return made.body._id
}

test('users of a job are created, and a row that cannot be says why without stopping the others', async () => {
  await create('taken')
  const manager = await create('boss')
  const jobId = await start('POST', 'users', [
    person('first', { department: 'Research', manager, attributes: [{ name: 'EmployeeID', value: '0000' }] }),
    person('Taken', { email: 'other@example.com' }),
    person('second', { email: 'FIRST@example.com' }),
    { email: 'nameless@example.com' },
    person('third', { manager: missing }),
    person('fourth', { password: 'short' }),
    person('fifth', { password: 'Correct-horse-1' }),
    person('sixth', { state: 'STAGED' }),
  ])
  assert.deepEqual((await outcomes(jobId))[0], ['pending', 'Waiting'])
  await workAll()
  const rows = (await results(jobId)).body
  assert.deepEqual(
    rows.map((row: { status: string; meta: { field?: string } }) => [row.status, row.meta.field]),
    [
      ['finished', undefined],
      ['failed', 'username'],
      ['failed', 'email'],
      ['failed', 'username'],
      ['failed', 'manager'],
      ['failed', 'password'],
      ['finished', undefined],
      ['finished', undefined],
    ],
  )
  assert.match(rows[1].statusMsg, /Another user has this username/)
  assert.match(rows[4].statusMsg, /there is no such user/)
  assert.equal(rows[0].persistedFields.username, 'first')
  assert.equal(rows[1].persistedFields, null)
  const first = await read(rows[0].persistedFields.id)
  assert.deepEqual(
    [first.department, first.manager, first.state, first.attributes[0].value],
    ['Research', manager, 'ACTIVATED', '0000'],
  )
  assert.equal((await read(rows[6].persistedFields.id)).activated, true)
  assert.equal((await read(rows[7].persistedFields.id)).state, 'STAGED')
  const { items } = await hub.journal.list({ subjectId: first._id })
  assert.deepEqual([items[0]?.actor, items[0]?.action], ['ada@example.com', 'user.create'])
  assert.equal(items[0]?.reason, `Bulk job ${jobId}`)
})

test('what a row asked for, and its password, is stored no longer than it waits, and the password never in the clear', async () => {
  const stored = (): Promise<readonly object[]> => store.database.query({ text: 'select * from bulk_job_rows' })
  const jobId = await start('POST', 'users', [person('secretive', { password: 'Correct-horse-2', lastname: 'Byron' })])
  const before = JSON.stringify(await stored())
  assert.doesNotMatch(before, /Correct-horse/)
  assert.match(before, /Byron/)
  await workAll()
  assert.doesNotMatch(JSON.stringify(await stored()), /Byron|v1\.[0-9a-f]{12}\./)
  assert.deepEqual(await outcomes(jobId), [['finished', 'User created']])
})

test('a change names what changes; a value that the user has, an unknown user and a bad value are told apart', async () => {
  const [ann, bob] = [await create('ann', { phoneNumbers: [{ type: 'home', number: '1' }] }), await create('bob')]
  const jobId = await start('PATCH', 'users', [
    {
      id: ann,
      firstname: 'Ann',
      phoneNumbers: [
        { type: 'home', number: '1' },
        { type: 'work', number: '2' },
      ],
    },
    { id: ann, costCenter: '7' },
    { id: bob, username: 'bob' },
    { id: missing, firstname: 'Nobody' },
    { id: 'nonsense', firstname: 'Nobody' },
    { firstname: 'Nobody' },
    { id: bob, email: 'ann@example.com' },
    { id: bob, manager: bob },
    { id: bob, state: 'SUSPENDED' },
  ])
  await workAll()
  assert.deepEqual((await outcomes(jobId)).map(([status]) => status), [
    'finished', 'finished', 'finished', 'failed', 'failed', 'failed', 'failed', 'failed', 'finished',
  ]) // prettier-ignore
  assert.equal((await outcomes(jobId))[2]?.[1], 'Nothing to change')
  const [changed, suspended] = [await read(ann), await read(bob)]
  assert.deepEqual([changed.firstname, changed.costCenter, changed.phoneNumbers.length], ['Ann', '7', 2])
  assert.equal(suspended.state, 'SUSPENDED')
})

test('a name that one row gives up is free for a later row, and taken for an earlier one', async () => {
  const [left, right] = [await create('leftie'), await create('rightie')]
  const jobId = await start('PATCH', 'users', [
    { id: left, username: 'rightie' },
    { id: right, username: 'elsewhere' },
    { id: left, username: 'rightie' },
  ])
  await workAll()
  assert.deepEqual(
    (await outcomes(jobId)).map(([status]) => status),
    ['failed', 'finished', 'finished'],
  )
  assert.equal((await read(left)).username, 'rightie')
})

test('passwords expire and locks end by jobs', async () => {
  const [ann, bob] = [await create('lockedann', { password: 'Correct-horse-3' }), await create('lockedbob')]
  await hub.call('PUT', `/api/systemusers/${bob}`, { body: { account_locked: true } })
  const expiring = await start('POST', 'user/expires', [{ id: ann }, { id: missing }])
  const unlocking = await start('POST', 'user/unlocks', [{ id: bob }, { id: bob }])
  await workAll()
  assert.deepEqual((await outcomes(expiring))[0], ['finished', 'Password expired'])
  assert.equal((await outcomes(expiring))[1]?.[0], 'failed')
  assert.deepEqual(await outcomes(unlocking), [
    ['finished', 'User unlocked'],
    ['finished', 'Nothing to change'],
  ])
  assert.equal((await read(ann)).password_expired, true)
  assert.equal((await read(bob)).account_locked, false)
})

test('the creation source decides on the state of new users that name none', async () => {
  const made = async (name: string, source: string): Promise<string> => {
    const jobId = await start('POST', 'users', [person(name)], { 'creation-source': source })
    await workAll()
    const user = await read((await results(jobId)).body[0].persistedFields.id)
    assert.equal(user.creationSource, source)
    return user.state
  }
  assert.equal(await made('bycsv', 'jumpcloud:bulk'), 'ACTIVATED')
  assert.equal(await made('byhr', 'jumpcloud:workday'), 'STAGED')
})

test('results come in pages in the order of the rows, with their exact number', async () => {
  const jobId = await start(
    'POST',
    'users',
    Array.from({ length: 25 }, (_, index) => person(`paged${index}`)),
  )
  await workAll()
  const page = await results(jobId, 'limit=10&skip=20')
  assert.equal(page.headers['x-total-count'], '25')
  assert.deepEqual(
    page.body.map((row: { meta: { row: number } }) => row.meta.row),
    [21, 22, 23, 24, 25],
  )
  assert.match(String((await results(jobId, 'limit=10')).headers['link']), /skip=10>; rel="next"/)
  assert.deepEqual((await results(jobId, 'skip=1000')).body, [])
  assert.equal((await results(missing)).status, 404)
  assert.equal((await results('nonsense')).status, 400)
})

test('a job without rows is refused instead of being done at once', async () => {
  for (const body of [[], {}, 'text', null]) {
    const answer = await hub.call('POST', '/api/v2/bulk/users', { body })
    assert.equal(answer.status, 400, answer.text)
  }
})

test('a request that is repeated under its key starts one job', async () => {
  const headers = { 'idempotency-key': 'bulk-1' }
  const first = await start('POST', 'users', [person('bulkonce')], headers)
  assert.equal(await start('POST', 'users', [person('bulkonce')], headers), first)
  await workAll()
})

test('who may write but not suspend cannot suspend by a job', async () => {
  const own = await testDatabase()
  const helpful = await hubFixture(own.database, { permissions: ['users.read', 'users.write'] })
  try {
    const made = await helpful.call('POST', '/api/systemusers', { body: person('kept') })
    const id = String(made.body._id)
    const body = [
      { id, state: 'SUSPENDED' },
      { id, firstname: 'K' },
    ]
    const { jobId } = (await helpful.call('PATCH', '/api/v2/bulk/users', { body })).body
    while (await helpful.bulk.bulkJobs.work());
    const { body: rows } = await helpful.call('GET', `/api/v2/bulk/users/${jobId}/results`)
    assert.deepEqual(
      rows.map((row: { status: string }) => row.status),
      ['failed', 'finished'],
    )
    assert.match(rows[0].statusMsg, /needs the permission users.suspend/)
    const { state, firstname } = (await helpful.call('GET', `/api/systemusers/${id}`)).body
    assert.deepEqual([state, firstname], ['ACTIVATED', 'K'])
    const body2 = { user_ids: [id], state: 'SUSPENDED', start_date: '2999-01-01T00:00:00Z' }
    assert.equal((await helpful.call('POST', '/api/v2/bulk/userstates', { body: body2 })).status, 403)
  } finally {
    await helpful.stop()
    await own.drop()
  }
})
