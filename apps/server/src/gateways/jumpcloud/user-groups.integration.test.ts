import assert from 'node:assert/strict'
import test, { after, before } from 'node:test'
import { type TestDatabase, testDatabase } from '../../../../../tests/database.ts'
import { type Answer, type HubFixture, hubFixture } from './testing/hub-fixture.ts'

let store: TestDatabase
let hub: HubFixture
const missing = '5f0000000000000000000000'
let ada = ''
let bob = ''

before(async () => {
  store = await testDatabase()
  hub = await hubFixture(store.database)
  ada = await user('ada')
  bob = await user('bob')
})
after(async () => {
  await hub.stop()
  await store.drop()
})

async function user(username: string): Promise<string> {
  const made = await hub.call('POST', '/api/systemusers', { body: { username, email: `${username}@example.com` } })
  return made.body.id as string
}

async function group(name: string, more: object = {}): Promise<string> {
  const made = await hub.call('POST', '/api/v2/usergroups', { body: { name, ...more } })
  assert.equal(made.status, 201, made.text)
  return made.body.id as string
}

const edit = (path: string, op: string, id: string, type?: string): Promise<Answer> =>
  hub.call('POST', `/api/v2${path}`, { body: { op, id, ...(type === undefined ? {} : { type }) } })

test('a group is made with 201, read, replaced, merged and deleted with 204', async () => {
  const made = await hub.call('POST', '/api/v2/usergroups', { body: { name: 'Sales', description: 'sells' } })
  assert.equal(made.status, 201)
  const { id } = made.body
  assert.match(
    made.text,
    /^\{"attributes":null,"id":"[0-9a-f]{24}","name":"Sales","type":"user_group","email":"","description":"sells",/,
  )
  assert.equal(made.body._id, undefined)
  assert.deepEqual((await hub.call('GET', `/api/v2/UserGroups/${id}/`)).body, made.body)
  const attributes = { posixGroups: [{ id: 1, name: 'sales' }] }
  const merged = await hub.call('PATCH', `/api/v2/usergroups/${id}`, { body: { attributes } })
  assert.deepEqual([merged.status, merged.body.description, merged.body.attributes], [200, 'sells', attributes])
  const more = await hub.call('PATCH', `/api/v2/usergroups/${id}`, { body: { attributes: { sambaEnabled: true } } })
  assert.deepEqual(more.body.attributes, { ...attributes, sambaEnabled: true })
  const replaced = await hub.call('PUT', `/api/v2/usergroups/${id}`, { body: { name: 'Selling' } })
  assert.deepEqual([replaced.body.name, replaced.body.description, replaced.body.attributes], ['Selling', '', null])
  assert.equal((await hub.call('PUT', `/api/v2/usergroups/${id}`, { body: { description: 'x' } })).status, 400)
  const gone = await hub.call('DELETE', `/api/v2/usergroups/${id}`)
  assert.deepEqual([gone.status, gone.text], [204, ''])
  assert.equal((await hub.call('DELETE', `/api/v2/usergroups/${id}`)).status, 404)
  assert.equal((await hub.call('GET', `/api/v2/usergroups/${id}`)).status, 404)
})

test('a name stands once whatever its letter case; a name is required, and so is the rule of a dynamic group', async () => {
  await group('Once')
  const twice = await hub.call('POST', '/api/v2/usergroups', { body: { name: 'ONCE' } })
  assert.deepEqual([twice.status, twice.body.field], [409, 'name'])
  const post = (body: object): Promise<Answer> => hub.call('POST', '/api/v2/usergroups', { body })
  assert.equal((await post({})).status, 400)
  assert.equal((await post({ name: null })).status, 400)
  assert.equal((await post({ name: 'Rule', membershipMethod: 'DYNAMIC_AUTOMATED' })).body.field, 'memberQuery')
  assert.equal((await post({ name: 'Rule', membershipMethod: 'MAGIC' })).status, 400)
  const malformed = await hub.call('GET', '/api/v2/usergroups/123456')
  assert.equal(malformed.status, 400)
  assert.match(malformed.body.message, /^Bad Request/)
})

test('lists of groups are bare rows with their number in a header', async () => {
  for (const name of ['List A', 'List B', 'List C, and more']) await group(name, { description: 'listed' })
  const list = (query: string): Promise<Answer> => hub.call('GET', `/api/v2/usergroups?${query}`)
  const found = async (query: string): Promise<[string[], unknown]> => {
    const { body, headers } = await list(query)
    return [body.map((row: { name: string }) => row.name), headers['x-total-count']]
  }
  assert.deepEqual(await found('filter=description:eq:listed&sort=-name&limit=1'), [['List C, and more'], '3'])
  assert.deepEqual(await found('filter=description:$eq:listed&sort=name&skip=1&limit=1'), [['List B'], '3'])
  assert.deepEqual(await found('filter=name:eq:List%20C,%20and%20more,type:eq:user_group'), [['List C, and more'], '1'])
  assert.deepEqual(await found('filter=name:in:List%20A|List%20B&sort=name'), [['List A', 'List B'], '2'])
  assert.deepEqual(await found('filter=name:search:ist&filter=description:eq:listed&sort=name&limit=1'), [
    ['List A'],
    '3',
  ])
  assert.deepEqual(await found('filter=name:eq:list%20a'), [[], '0'])
  assert.deepEqual(await found('filter=description:eq:listed&skip=50'), [[], '3'])
  const chosen = await list('filter=name:eq:List%20A&fields=name')
  assert.deepEqual(Object.keys(chosen.body[0]), ['id', 'name'])
  for (const query of [
    'filter=nonsense:eq:1',
    'filter=constructor:eq:1',
    'filter=name:like:x',
    'sort=nonsense',
    'limit=x',
  ])
    assert.equal((await list(query)).status, 400, query)
  assert.equal((await list('limit=500')).status, 200)
})

test('members come and go, and repetition is told', async () => {
  const id = await group('Members')
  const path = `/usergroups/${id}/members`
  assert.deepEqual([(await edit(path, 'add', ada, 'user')).status, (await edit(path, 'add', bob)).status], [204, 204])
  const again = await edit(path, 'add', ada.toUpperCase(), 'user')
  assert.deepEqual([again.status, again.body.message], [409, 'Already Exists'])
  const list = await hub.call('GET', `/api/v2${path}?limit=1`)
  const first = { attributes: null, to: { attributes: null, id: ada, type: 'user' } }
  assert.deepEqual([list.body, list.headers['x-total-count']], [[first], '2'])
  const beyond = await hub.call('GET', `/api/v2${path}?skip=9`)
  assert.deepEqual([beyond.status, beyond.body, beyond.headers['x-total-count']], [200, [], '2'])
  assert.equal((await edit(path, 'update', ada, 'user')).status, 204)
  assert.equal((await edit(path, 'remove', ada, 'user')).status, 204)
  assert.equal((await edit(path, 'remove', ada, 'user')).status, 404)
  assert.equal((await edit(path, 'update', ada, 'user')).status, 404)
  assert.equal((await edit(path, 'add', missing, 'user')).status, 404)
  assert.equal((await edit(`/usergroups/${missing}/members`, 'add', ada, 'user')).status, 404)
  assert.equal((await hub.call('GET', `/api/v2/usergroups/${missing}/members`)).status, 404)
  const malformed = await edit(path, 'add', '123456', 'user')
  assert.equal(malformed.status, 400)
  assert.match(malformed.body.message, /^Bad Request/)
  assert.equal((await edit(path, 'add', ada, 'system')).body.field, 'type')
  assert.equal((await edit(path, 'invite', ada, 'user')).status, 400)
  assert.equal((await hub.call('POST', `/api/v2${path}`)).status, 400)
})

test('membership and memberof show the way, and count what is there now', async () => {
  const id = await group('Ways')
  const membership = `/api/v2/usergroups/${id}/membership`
  assert.equal((await hub.call('GET', membership)).headers['x-total-count'], '0')
  await edit(`/usergroups/${id}/members`, 'add', ada)
  await edit(`/usergroups/${id}/members`, 'add', bob)
  const { body, headers } = await hub.call('GET', `${membership}?filter=object_id:eq:${ada}`)
  const to = { attributes: null, id: ada, type: 'user' }
  assert.deepEqual(body, [{ id: ada, type: 'user', compiledAttributes: null, paths: [[{ attributes: null, to }]] }])
  assert.equal(headers['x-total-count'], '1')
  assert.equal((await hub.call('GET', membership)).headers['x-total-count'], '2')
  assert.equal((await hub.call('GET', `${membership}?filter=type:eq:user&limit=1`)).headers['x-total-count'], '2')
  assert.deepEqual((await hub.call('GET', `${membership}?filter=type:eq:system`)).body, [])
  const memberOf = await hub.call('GET', `/api/v2/users/${ada}/memberof?filter=object_id:eq:${id}`)
  assert.deepEqual(memberOf.body, [
    {
      id,
      type: 'user_group',
      compiledAttributes: null,
      paths: [[{ attributes: null, to: { attributes: null, id, type: 'user_group' } }]],
    },
  ])
  assert.equal(memberOf.headers['x-total-count'], '1')
  assert.equal((await hub.call('GET', `/api/v2/users/${missing}/memberof`)).status, 404)
  assert.equal((await hub.call('GET', `/api/v2/usergroups/${missing}/membership`)).status, 404)
})
