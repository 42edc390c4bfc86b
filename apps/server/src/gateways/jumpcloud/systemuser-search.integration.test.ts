import assert from 'node:assert/strict'
import test, { after, before } from 'node:test'
import { type TestDatabase, testDatabase } from '../../../../../tests/database.ts'
import { type Answer, type HubFixture, hubFixture } from './testing/hub-fixture.ts'

let store: TestDatabase
let hub: HubFixture
const groupId = '5f00000000000000000000b1'
const ids = new Map<string, string>()

const people: readonly Record<string, unknown>[] = [
  { username: 'admin.ada', firstname: 'Ada', department: 'IT', employeeIdentifier: 'E1', sudo: true },
  { username: 'admin.bob', firstname: 'Bob', department: 'Sales', state: 'STAGED' },
  {
    username: 'carol',
    firstname: 'Carol',
    lastname: "O'Brien-Łukasz",
    department: 'IT',
    addresses: [
      { type: 'work', locality: 'Oslo' },
      { type: 'home', locality: 'Rome' },
    ],
    attributes: [{ name: 'shirtSize', value: 'M' }],
    recoveryEmail: { address: 'carol@home.example' },
  },
  { username: 'dave', firstname: 'Dave', department: 'R.D', attributes: [{ name: 'seat', value: '12' }] },
  { username: 'erin', password: 'Correct-horse-7', state: 'SUSPENDED', tags: ['blue', 'red'] },
]

before(async () => {
  store = await testDatabase()
  hub = await hubFixture(store.database)
  for (const person of people) {
    const made = await hub.call('POST', '/api/systemusers', {
      body: { ...person, email: `${String(person['username'])}@ex.test` },
    })
    assert.equal(made.status, 200, made.text)
    ids.set(String(person['username']), made.body._id)
  }
  await store.database.execute({
    text: `insert into groups (id, name, created, updated) values ($1, 'Staff', now(), now())`,
    values: [groupId],
  })
  await store.database.execute({
    text: `insert into group_members (group_id, user_id, origin) values ($1, $2, 'hub')`,
    values: [groupId, ids.get('carol')],
  })
})
after(async () => {
  await hub.stop()
  await store.drop()
})

async function search(body: unknown, query = ''): Promise<Answer> {
  return hub.call('POST', `/api/search/systemusers${query}`, body === undefined ? {} : { body })
}

async function found(filter: unknown, more: object = {}): Promise<string[]> {
  const answer = await search({ filter, sort: 'username', limit: 1000, ...more })
  assert.equal(answer.status, 200, answer.text)
  assert.equal(answer.body.totalCount, answer.body.results.length)
  return answer.body.results.map((row: { username: string }) => row.username)
}
const everybody = people.map(({ username }) => username)

test('no filter, an empty one and null match everybody', async () => {
  for (const filter of [undefined, null, {}, [], '', { and: [] }]) assert.deepEqual(await found(filter), everybody)
  assert.equal((await search(undefined)).body.totalCount, 5)
})

test('filters in every form that clients send', async () => {
  const two = ['admin.ada', 'carol']
  assert.deepEqual(await found({ department: 'IT' }), two)
  assert.deepEqual(await found([{ department: 'IT' }, { firstname: 'Ada' }]), ['admin.ada'])
  assert.deepEqual(await found({ department: 'IT', firstname: 'Ada' }), ['admin.ada'])
  assert.deepEqual(await found({ and: ['department:$eq:IT', { firstname: 'Ada' }] }), ['admin.ada'])
  assert.deepEqual(await found({ or: [`_id:$eq:${ids.get('dave')}`, { username: { $eq: 'erin' } }] }), ['dave', 'erin'])
  assert.deepEqual(await found({ or: [{ department: 'IT' }, { department: 'Sales' }] }), [
    'admin.ada',
    'admin.bob',
    'carol',
  ])
  assert.deepEqual(await found({ department: { $in: ['IT', 'R.D'] } }), ['admin.ada', 'carol', 'dave'])
  assert.deepEqual(await found({ department: { $nin: ['IT', 'R.D'] } }), ['admin.bob', 'erin'])
  assert.deepEqual(await found({ department: { $ne: 'IT' } }), ['admin.bob', 'dave', 'erin'])
  for (const field of ['username', 'department', 'created', 'memberof', 'tags', 'addresses.locality']) {
    assert.deepEqual(await found({ [field]: { $in: [] } }), [], field)
    assert.deepEqual(await found({ [field]: { $nin: [] } }), everybody, field)
  }
  assert.deepEqual(await found({ sudo: true }), ['admin.ada'])
  assert.deepEqual(await found([{ activated: false, employeeIdentifier: 'E1', email: 'admin.ada@ex.test' }]), [
    'admin.ada',
  ])
  assert.deepEqual(await found({ activated: true }), ['erin'])
  assert.deepEqual(await found({ state: 'STAGED' }), ['admin.bob'])
  assert.deepEqual(await found({ suspended: true }), ['erin'])
  assert.deepEqual(await found({ employeeIdentifier: { $exists: true } }), ['admin.ada'])
  assert.deepEqual(await found({ employeeIdentifier: null }), everybody.slice(1))
  assert.deepEqual(await found({ unix_uid: { $gte: 5001, $lt: 5003 } }), ['admin.ada', 'admin.bob'])
  assert.deepEqual(await found({ email: { $sw: 'admin.' } }), ['admin.ada', 'admin.bob'])
  assert.deepEqual(await found({ email: 'ADMIN.ada@ex.test' }), [])
  assert.deepEqual(await found({ lastname: { $co: 'Brien-Łu' } }), ['carol'])
})

test('dotted names reach into objects and rows, and custom attributes go by their names', async () => {
  assert.deepEqual(await found({ 'recoveryEmail.address': 'carol@home.example' }), ['carol'])
  assert.deepEqual(await found({ 'addresses.locality': 'Rome' }), ['carol'])
  assert.deepEqual(await found({ 'addresses.locality': { $ne: 'Rome' } }), ['admin.ada', 'admin.bob', 'dave', 'erin'])
  assert.deepEqual(await found({ 'addresses.0.locality': 'Oslo' }), ['carol'])
  assert.deepEqual(await found({ 'attributes.name': 'seat' }), ['dave'])
  assert.deepEqual(await found({ 'attributes.value': { $in: ['12', 'M'] } }), ['carol', 'dave'])
  assert.deepEqual(await found({ 'attributes.shirtSize': 'M' }), ['carol'])
  assert.deepEqual(await found({ 'attributes.shirtSize': 'L' }), [])
  assert.deepEqual(await found({ 'attributes.seat': { $regex: '^1' } }), ['dave'])
  assert.deepEqual(await found({ 'mfa.configured': false }), everybody)
  assert.deepEqual(await found({ tags: 'red' }), ['erin'])
  assert.deepEqual(await found({ memberof: groupId }), ['carol'])
})

test('dates are compared as times, in any form', async () => {
  assert.deepEqual(await found({ created: { $gt: '2000-01-01' } }), everybody)
  assert.deepEqual(await found({ created: { $lt: '2000-01-01T00:00:00+02:00' } }), [])
  assert.deepEqual(await found({ password_date: { $gt: '2020-01-01' } }), ['erin'])
  const { created } = (await hub.call('GET', `/api/systemusers/${ids.get('dave')}`)).body
  assert.ok((await found({ created: { $lte: created } })).includes('dave'))
  assert.ok((await found({ created })).includes('dave'))
})

test('patterns match as JavaScript’s do, with the letter case ignored on request', async () => {
  assert.deepEqual(await found([{ username: { $regex: '(?i)(^ADM)' } }], { fields: '_id username' }), [
    'admin.ada',
    'admin.bob',
  ])
  assert.deepEqual(await found({ username: { $regex: '^ADM' } }), [])
  assert.deepEqual(await found({ username: { $regex: '^ADM', $options: 'i' } }), ['admin.ada', 'admin.bob'])
  assert.deepEqual(await found({ username: { $regex: 'a$' } }), ['admin.ada'])
  assert.deepEqual(await found({ username: { $regex: '^[^.]+$' } }), ['carol', 'dave', 'erin'])
  assert.deepEqual(await found({ firstname: { $regex: '\\bDav' } }), ['dave'])
  assert.deepEqual(await found({ lastname: { $regex: '(?i)o.brien' } }), ['carol'])
  assert.deepEqual(await found({ department: { $regex: 'R\\.D' } }), ['dave'])
  for (const pattern of ['', '(?i)', '|', '.*', '^', '$', 'a*|'])
    assert.deepEqual(await found({ username: { $regex: pattern } }), everybody, pattern)
})

test('a text is looked for in any of the fields, beside the filter', async () => {
  const text = (searchTerm: unknown, fields?: unknown, filter?: unknown): Promise<string[]> =>
    found(filter, { searchFilter: { searchTerm, ...(fields === undefined ? {} : { fields }) } })
  assert.deepEqual(await text('ADMIN', ['username', 'email']), ['admin.ada', 'admin.bob'])
  assert.deepEqual(await text(['admin', 'dave'], 'username'), ['admin.ada', 'admin.bob', 'dave'])
  assert.deepEqual(await text('admin', ['username'], { department: 'IT' }), ['admin.ada'])
  assert.deepEqual(await text('r.d', ['department']), ['dave'])
  assert.deepEqual(await text('.', ['username']), ['admin.ada', 'admin.bob'])
  assert.deepEqual(await text('@ex.test'), everybody)
  assert.deepEqual(await text(''), everybody)
  const inAddress = await hub.call(
    'GET',
    '/api/systemusers?search[searchTerm]=ADMIN&search[fields][]=username&sort=username',
  )
  assert.equal(inAddress.body.totalCount, 2, inAddress.text)
})

test('pages, projections and groups', async () => {
  const answer = await search({ filter: null, fields: ['email', 'username'], limit: '2', skip: 1, sort: ['-username'] })
  assert.match(answer.text, /^\{"totalCount":5,"results":\[/)
  assert.deepEqual(
    answer.body.results.map((row: object) => Object.keys(row)),
    [
      ['_id', 'id', 'username', 'email'],
      ['_id', 'id', 'username', 'email'],
    ],
  )
  assert.deepEqual(
    answer.body.results.map((row: { username: string }) => row.username),
    ['dave', 'carol'],
  )
  const inAddress = await search({}, '?limit=1&skip=4&sort=username&filter=username:$sw:e')
  assert.deepEqual(inAddress.body, { totalCount: 1, results: [] })
  const [carol] = (await search({ filter: { username: 'carol' } })).body.results
  assert.deepEqual(carol.memberof, [groupId])
  const [dave] = (await search({ filter: { username: 'dave' } })).body.results
  assert.deepEqual(dave.memberof, [])
})

test('what is not understood is refused with the term', async () => {
  const refused: [unknown, RegExp][] = [
    [{ nonsense: 'x' }, /nonsense/],
    [{ username: { $like: 'x' } }, /\$like/],
    [{ username: { $regex: '(?=x)' } }, /pattern/],
    [{ username: { $regex: '(x' } }, /not closed/],
    [{ username: { $regex: '[b-a]' } }, /regex/],
    [{ username: {} }, /username/],
    [{ 'addresses.nonsense': 'x' }, /addresses\.nonsense/],
    [{ department: { $in: 'IT' } }, /list/],
    [{ suspended: 'perhaps' }, /suspended/],
    [{ password_date: { $gt: 'soon' } }, /password_date/],
    [{ memberof: { $co: 'x' } }, /memberof/],
    [5, /5/],
    ['username', /username/],
    [JSON.parse(`${'['.repeat(20)}${']'.repeat(20)}`), /levels/],
  ]
  for (const [filter, message] of refused) {
    const answer = await search({ filter })
    assert.equal(answer.status, 400, JSON.stringify(filter))
    assert.match(answer.body.message, message)
  }
  assert.equal((await search({ sort: 'nonsense' })).status, 400)
  assert.equal((await search({ searchFilter: { searchTerm: 'x', fields: ['nonsense'] } })).status, 400)
})

test('a pattern that takes too long is ended and told, and hurts nobody', async () => {
  // Waiting for a lock counts as matching does.
  const session = await store.database.session()
  await session.execute({ text: 'begin' })
  await session.execute({ text: 'lock table users in access exclusive mode' })
  const answer = await search({ filter: { description: { $regex: 'slow' } } })
  assert.equal(answer.status, 400)
  assert.match(answer.body.message, /takes too long/)
  await session.execute({ text: 'rollback' })
  await session.close()
  assert.deepEqual(await found({ username: 'dave' }), ['dave'])
})
