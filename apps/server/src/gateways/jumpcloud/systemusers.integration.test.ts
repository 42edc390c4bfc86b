import assert from 'node:assert/strict'
import test, { after, before } from 'node:test'
import { type TestDatabase, testDatabase } from '../../../../../tests/database.ts'
import { type Answer, type HubFixture, hubFixture, organizationId } from './testing/hub-fixture.ts'

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

async function create(username: string, more: object = {}): Promise<string> {
  const made = await hub.call('POST', '/api/systemusers', {
    body: { username, email: `${username}@example.com`, ...more },
  })
  assert.equal(made.status, 200, made.text)
  return made.body._id as string
}

const names = (answer: Answer): string[] => answer.body.results.map((row: { username: string }) => row.username)

test('creation answers 200 with the whole user, arrays present though empty, and no password', async () => {
  const { status, body, headers, text } = await hub.call('POST', '/api/systemusers', {
    body: {
      username: 'grace',
      email: 'Grace@example.com',
      firstname: 'Grace',
      password: 'Correct-horse-7',
      nonsense: 1,
    },
  })
  assert.equal(status, 200)
  assert.equal(headers['content-type'], 'application/json; charset=utf-8')
  assert.match(body._id, /^[0-9a-f]{24}$/)
  assert.equal(body.id, body._id)
  assert.match(body.created, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  assert.deepEqual([body.addresses, body.attributes, body.phoneNumbers, body.ssh_keys], [[], [], [], []])
  assert.deepEqual([body.lastname, body.employeeIdentifier, body.account_locked_date], ['', null, null])
  assert.deepEqual(
    [body.organization, body.state, body.suspended, body.activated],
    [organizationId, 'ACTIVATED', false, true],
  )
  assert.equal(body.email, 'Grace@example.com')
  assert.ok(body.unix_uid >= 5001)
  assert.doesNotMatch(text, /horse|"password":/)
  assert.doesNotMatch(text, /": |, "/)
  const read = await hub.call('GET', `/api/systemusers/${body._id}?limit=1&skip=5`)
  assert.deepEqual(read.body, body)
  assert.doesNotMatch(read.text, /": |, "/)
})

test('taken and missing values are 400 and name the field', async () => {
  await create('taken', { employeeIdentifier: 'E1' })
  const attempt = (body: object): Promise<Answer> => hub.call('POST', '/api/systemusers', { body })
  const cases: [object, string][] = [
    [{ username: 'TAKEN', email: 'other@example.com' }, 'username'],
    [{ username: 'other', email: 'Taken@Example.com' }, 'email'],
    [{ username: 'other', email: 'other@example.com', employeeIdentifier: 'E1' }, 'employeeIdentifier'],
    [{ username: 'other' }, 'email'],
    [{ email: 'other@example.com' }, 'username'],
    [{ username: 'o ther', email: 'other@example.com' }, 'username'],
    [{ username: 'other', email: 'no address' }, 'email'],
    [{ username: 'other', email: 'other@example.com', attributes: [{ name: 'a b', value: '1' }] }, 'attributes.0.name'],
    [{ username: 'other', email: 'other@example.com', manager: missing }, 'manager'],
  ]
  for (const [body, field] of cases) {
    const refused = await attempt(body)
    assert.equal(refused.status, 400, refused.text)
    assert.equal(refused.body.field, field)
    assert.equal(refused.body.status, 'INVALID_ARGUMENT')
    assert.equal(refused.body.message, refused.body.error)
  }
  assert.match(
    (await attempt({ username: 'm', email: 'm@example.com', manager: 'x' })).body.message,
    /Cast to ObjectId failed/,
  )
  assert.equal((await hub.call('POST', '/api/systemusers')).status, 400)
  assert.equal((await hub.call('POST', '/api/systemusers', { raw: '{"username":' })).status, 400)
  assert.equal((await hub.call('POST', '/api/systemusers', { raw: '[]' })).status, 400)
})

test('a refused password is told in detail when asked for', async () => {
  const body = { username: 'weak', email: 'weak@example.com', password: 'short' }
  const plain = await hub.call('POST', '/api/systemusers', { body })
  assert.deepEqual([plain.status, plain.body.field, plain.body.details], [400, 'password', undefined])
  const detailed = await hub.call('POST', '/api/systemusers?fullValidationDetails=password', { body })
  assert.equal(detailed.status, 400)
  assert.equal(detailed.body.message, 'Password validation fail')
  assert.equal(detailed.body.status, 'INVALID_ARGUMENT')
  assert.deepEqual(detailed.body.details, [
    {
      fieldViolationsList: ['minLength', 'uppercase', 'number', 'specialCharacter'].map((description) => ({
        field: 'password',
        description,
      })),
      '@type': 'type.googleapis.com/google.rpc.BadRequest',
    },
  ])
})

test('a leaked password is refused although it has every kind of character', async () => {
  const body = { username: 'leaked', email: 'leaked@example.com', password: 'Welcome2026!!' }
  const refused = await hub.call('POST', '/api/systemusers?fullValidationDetails=password', { body })
  assert.equal(refused.status, 400)
  assert.deepEqual(refused.body.details[0].fieldViolationsList, [{ field: 'password', description: 'common' }])
  const accepted = { ...body, password: 'Right-Horse-Battery-7' }
  assert.equal((await hub.call('POST', '/api/systemusers', { body: accepted })).status, 200)
})

test('a change touches the named fields alone, with text for numbers and booleans', async () => {
  const id = await create('changing', { firstname: 'A', lastname: 'B' })
  const changed = await hub.call('PUT', `/api/systemusers/${id}`, {
    body: { lastname: null, unix_uid: '7001', sudo: 'True', attributes: [{ name: 'seat', value: 12 }] },
  })
  assert.equal(changed.status, 200)
  const { firstname, lastname, unix_uid: uid, sudo, attributes } = changed.body
  assert.deepEqual([firstname, lastname, uid, sudo], ['A', '', 7001, true])
  assert.deepEqual(attributes, [{ _id: attributes[0]._id, name: 'seat', value: '12' }])
  const again = await hub.call('PUT', `/api/systemusers/${id}`, {
    body: { attributes: [{ name: 'seat', value: '12' }] },
  })
  assert.deepEqual(again.body.attributes, attributes)
  assert.deepEqual((await hub.call('PUT', `/api/systemusers/${id}`, { body: changed.body })).body, changed.body)
  assert.equal((await hub.call('PUT', `/api/systemusers/${missing}`, { body: { lastname: 'x' } })).status, 404)
  assert.equal((await hub.call('PUT', '/api/systemusers/nobody', { body: { lastname: 'x' } })).status, 404)
  assert.equal((await hub.call('PUT', `/api/systemusers/${id}`, { body: { sudo: 'perhaps' } })).status, 400)
})

test('state and the older suspended go together', async () => {
  const id = await create('resting')
  const put = (body: object): Promise<Answer> => hub.call('PUT', `/api/systemusers/${id}`, { body })
  const suspended = await put({ suspended: 'true' })
  assert.deepEqual([suspended.body.state, suspended.body.suspended], ['SUSPENDED', true])
  const conflict = await put({ ...suspended.body, suspended: false })
  assert.equal(conflict.status, 400)
  assert.match(conflict.body.message, /conflicting state and suspended/)
  assert.equal((await put({ state: 'STAGED' })).status, 400)
  assert.deepEqual(
    (await hub.call('POST', `/api/systemusers/${id}/state/activate`, { body: { email: false } })).body,
    'OK',
  )
  assert.equal((await hub.call('GET', `/api/systemusers/${id}`)).body.state, 'ACTIVATED')
  assert.equal((await hub.call('POST', `/api/systemusers/${id}/state/suspend`)).status, 200)
  assert.equal((await hub.call('GET', `/api/systemusers/${id}`)).body.suspended, true)
  await put({ account_locked: true })
  assert.equal((await hub.call('POST', `/api/systemusers/${id}/unlock`)).status, 200)
  assert.equal((await hub.call('GET', `/api/systemusers/${id}`)).body.account_locked, false)
  assert.equal((await hub.call('POST', `/api/systemusers/${missing}/state/suspend`)).status, 404)
})

test('deletion answers the user as it was; reports need a choice', async () => {
  const chief = await create('chief')
  const deputy = await create('deputy', { manager: chief })
  const clerk = await create('clerk', { manager: deputy.toUpperCase() })
  const remove = (id: string, query = ''): Promise<Answer> => hub.call('DELETE', `/api/systemusers/${id}${query}`)
  const refused = await remove(deputy)
  assert.deepEqual([refused.status, refused.body.code, refused.body.status], [409, 409, 'FAILED_PRECONDITION'])
  assert.equal((await remove(deputy, '?cascade_manager=chief')).status, 400)
  assert.equal((await remove(deputy, `?cascade_manager=${missing}`)).status, 400)
  const removed = await remove(deputy, `?cascade_manager=${chief}`)
  assert.deepEqual([removed.status, removed.body.username], [200, 'deputy'])
  assert.equal((await hub.call('GET', `/api/systemusers/${clerk}`)).body.manager, chief)
  assert.equal((await remove(chief, '?cascade_manager=null')).status, 200)
  assert.equal((await hub.call('GET', `/api/systemusers/${clerk}`)).body.manager, null)
  assert.equal((await remove(clerk, '?cascade_manager=null')).status, 200)
  assert.equal((await remove(clerk)).status, 404)
})

test('the unknown, the malformed and the unauthorised are refused in words that clients look for', async () => {
  const unknown = await hub.call('GET', `/api/systemusers/${missing}`)
  assert.deepEqual([unknown.status, unknown.body.message], [404, 'Not Found'])
  assert.equal((await hub.call('GET', '/api/systemusers/invalid-user-id')).status, 404)
  assert.match((await hub.call('GET', '/api/nothing/here')).body.message, /^Not Found/)
  const stranger = await hub.call('GET', '/api/systemusers', { headers: { 'x-api-key': 'wrong' } })
  assert.deepEqual([stranger.status, stranger.body.message, stranger.body.error], [401, 'Unauthorized', 'Unauthorized'])
  assert.equal((await hub.call('GET', `/api/systemusers/${'9'.repeat(400)}`)).status, 404)
  assert.equal((await hub.call('GET', '/api/systemusers/%00')).status, 400)
})

test('paths in any letter case, a trailing slash, an empty organization and bodies without content are taken', async () => {
  const id = await create('tolerated')
  const headers = { 'x-org-id': '' }
  assert.equal((await hub.call('GET', `/api/SystemUsers/${id.toUpperCase()}/`, { headers })).body._id, id)
  assert.equal((await hub.call('GET', '/API/systemusers/?query=x&filter=')).status, 200)
  assert.equal((await hub.call('DELETE', `/api/Systemusers/${id}`, { headers: { 'content-length': '0' } })).status, 200)
})

test('lists page, sort, project and count, and are empty beyond the end', async () => {
  for (const number of [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
    await create(`page${String(number).padStart(2, '0')}`, { company: 'Pages', location: number % 2 ? 'Oslo' : 'Rome' })
  const list = (query: string): Promise<Answer> => hub.call('GET', `/api/systemusers?filter=company:$eq:Pages&${query}`)
  const first = await list('')
  assert.match(first.text, /^\{"totalCount":12,"results":\[\{"_id":"/)
  assert.equal(first.body.results.length, 10)
  assert.equal(first.headers['x-total-count'], undefined)
  assert.deepEqual(names(await list('sort=-username&limit=2')), ['page12', 'page11'])
  assert.deepEqual(names(await list('sort=location%20-username&limit=1&skip=1')), ['page09'])
  assert.deepEqual(names(await list('sort=_id&skip=10&limit=1000')), ['page11', 'page12'])
  const beyond = await list('skip=100')
  assert.deepEqual([beyond.status, beyond.text], [200, '{"totalCount":12,"results":[]}'])
  const chosen = await list('limit=1&fields=username%20location')
  assert.deepEqual(Object.keys(chosen.body.results[0]), ['_id', 'id', 'username', 'location'])
  assert.deepEqual(names(await hub.call('GET', '/api/systemusers?search=AGE07')), ['page07'])
  for (const query of ['sort=nonsense', 'sort=constructor', 'limit=ten', 'skip=-1'])
    assert.equal((await list(query)).status, 400, query)
  assert.equal((await list('limit=99999')).body.results.length, 12)
})

test('filters in every spelling', async () => {
  const id = await create('filtered', { department: 'R|D', firstname: 'Fil', sudo: true, email: 'Fil.Ter@example.com' })
  await create('sifted', { department: 'Sales', manager: id, sudo: false, costCenter: 'Fil' })
  const found = async (query: string): Promise<string[]> => {
    const answer = await hub.call('GET', `/api/systemusers?sort=username&limit=100&${query}`)
    assert.equal(answer.status, 200, answer.text)
    assert.equal(answer.body.totalCount, answer.body.results.length)
    return names(answer)
  }
  assert.deepEqual(await found('filter=username:$eq:filtered'), ['filtered'])
  assert.deepEqual(await found('filter=username:eq:filtered'), ['filtered'])
  assert.deepEqual(await found('filter=firstname:Fil'), ['filtered'])
  assert.deepEqual(await found('filter=email:eq:fil.ter@example.com'), [])
  assert.deepEqual(await found(`filter=_id:$in:${id}|${missing}`), ['filtered'])
  assert.deepEqual(await found(`filter=manager:$eq:${id}`), ['sifted'])
  assert.deepEqual(await found('filter=department:$in:R%5C%7CD%7CSales'), ['filtered', 'sifted'])
  assert.deepEqual(await found('filter%5B0%5D=department:$in:Sales|x&filter%5B1%5D=sudo:eq:false'), ['sifted'])
  assert.deepEqual(await found('filter[or][0]=firstname:Fil&filter[or][1]=costCenter:Fil'), ['filtered', 'sifted'])
  assert.deepEqual(await found('filter=username:$sw:filt&filter=sudo:true'), ['filtered'])
  assert.deepEqual(await found('filter=username:$sw:filt&filter=sudo:false'), [])
  assert.deepEqual(await found('filter=costCenter:$eq:Fil&filter=created:$lt:2000-01-01T00:00:00Z'), [])
  assert.deepEqual(await found('filter=costCenter:$eq:Fil&filter=created:$gt:2000-01-01T00:00:00Z'), ['sifted'])
  assert.deepEqual(await found('filter=mfa.configured:eq:false&filter=username:sifted'), ['sifted'])
  const bad: [string, RegExp][] = [
    ['filter=nonsense:$eq:x', /nonsense/],
    ['filter=constructor:$eq:x', /constructor/],
    ['filter=username:$like:x', /like/],
    ['filter=username', /username/],
    ['filter=suspended:$eq:perhaps', /suspended/],
    ['filter=created:$gt:soon', /created/],
    ['filter=unix_uid:$gt:many', /unix_uid/],
    ['filter[xor][0]=username:x', /xor/],
  ]
  for (const [query, message] of bad) {
    const refused = await hub.call('GET', `/api/systemusers?${query}`)
    assert.equal(refused.status, 400, query)
    assert.match(refused.body.message, message)
  }
})

test('the journal tells who changed what through which door', async () => {
  const id = await create('noted')
  await hub.call('PUT', `/api/systemusers/${id}`, { body: { jobTitle: 'Clerk' } })
  const { items } = await hub.journal.list({ subjectId: id })
  assert.deepEqual(
    items.map(({ action, actor, reason }) => [action, actor, reason]),
    [
      ['user.update', 'ada@example.com', 'JumpCloud API'],
      ['user.create', 'ada@example.com', 'JumpCloud API'],
    ],
  )
  assert.match(items[0]?.correlationId ?? '', /^[0-9a-f-]{36}$/)
})
