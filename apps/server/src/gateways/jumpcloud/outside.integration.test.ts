import assert from 'node:assert/strict'
import test, { after, before } from 'node:test'
import { type TestDatabase, testDatabase } from '../../../../../tests/database.ts'
import { documentedOperations } from './outside-operations.ts'
import { type HubFixture, hubFixture } from './testing/hub-fixture.ts'

let store: TestDatabase
let hub: HubFixture
before(async () => {
  store = await testDatabase()
  hub = await hubFixture(store.database)
})
after(async () => {
  await hub.stop()
  await store.drop()
})

const id = '5f0000000000000000000000'

test('lists of what the hub does not have are empty in their documented form', async () => {
  const policies = await hub.call('GET', '/api/v2/iplists?limit=5&filter=x')
  assert.deepEqual([policies.status, policies.text, policies.headers['x-total-count']], [200, '[]', '0'])
  const commands = await hub.call('GET', '/api/commands')
  assert.equal(commands.text, '{"totalCount":0,"results":[]}')
  assert.equal(commands.headers['x-total-count'], undefined)
  const results = await hub.call('GET', '/api/V2/Workflows/Templates/')
  assert.deepEqual([results.status, results.body.templates], [200, []])
})

test('a search for what the hub does not have finds nothing', async () => {
  for (const path of ['/api/search/commands', '/api/Search/CommandResults/']) {
    const found = await hub.call('POST', path, { body: { filter: [{ launchType: 'manual' }], fields: 'name' } })
    assert.deepEqual([found.status, found.text], [200, '{"totalCount":0,"results":[]}'], path)
  }
  assert.equal((await hub.call('POST', '/api/search/unheard-of', { body: {} })).status, 404)
})

test('one of them is not found, and changing them is refused', async () => {
  const one = await hub.call('GET', `/api/v2/policies/${id}`)
  assert.deepEqual([one.status, one.body.message], [404, 'Not Found'])
  for (const [method, path] of [
    ['POST', '/api/v2/policies'],
    ['PUT', `/api/commands/${id}`],
    ['PATCH', `/api/v2/iplists/${id}`],
    ['DELETE', `/api/v2/iplists/${id}`],
  ] as const) {
    const { status, body } = await hub.call(method, path, { body: {} })
    assert.deepEqual([status, body.code, body.status], [501, 501, 'UNIMPLEMENTED'], path)
    assert.ok(body.message === body.error && body.message.startsWith('Not Implemented'))
  }
})

test('what nobody documents is not there, and nobody without a key learns either', async () => {
  assert.equal((await hub.call('GET', '/api/v2/unheard-of')).status, 404)
  assert.equal((await hub.call('POST', '/api/unheard/of')).status, 404)
  const bare = await hub.server.fastify.inject({ url: '/api/v2/policies' })
  assert.equal(bare.statusCode, 401)
})

test('every documented operation is answered: a list, a missing thing, or a refusal with words', async () => {
  for (const [method, path] of documentedOperations) {
    const url = path.replaceAll(/\{[^}]+\}/g, id)
    const answer = await hub.call(method as 'GET', url, method === 'GET' ? {} : { raw: '' })
    assert.ok(answer.status < 500 || answer.status === 501, `${method} ${path}: ${answer.status} ${answer.text}`)
    if (answer.status >= 400) assert.equal(answer.body.code, answer.status, `${method} ${path}: ${answer.text}`)
    assert.ok(!answer.text.includes('There is no such address'), `${method} ${path}`)
  }
})
