import assert from 'node:assert/strict'
import test, { after, before } from 'node:test'
import { type TestDatabase, testDatabase } from '../../../../../tests/database.ts'
import { type Answer, type HubFixture, hubFixture, organizationId } from './testing/hub-fixture.ts'

let store: TestDatabase
let hub: HubFixture
const missing = '5f0000000000000000000000'
let user = ''
let group = ''
let domain = ''

before(async () => {
  store = await testDatabase()
  hub = await hubFixture(store.database)
  const post = async (path: string, body: object): Promise<string> =>
    (await hub.call('POST', path, { body })).body.id as string
  user = await post('/api/systemusers', { username: 'ada', email: 'ada@example.com' })
  group = await post('/api/v2/usergroups', { name: 'Staff' })
  domain = await post('/api/v2/activedirectories', { domain: 'DC=corp;DC=example' })
})
after(async () => {
  await hub.stop()
  await store.drop()
})

const get = (path: string): Promise<Answer> => hub.call('GET', `/api/v2${path}`)
const post = (path: string, body?: object): Promise<Answer> =>
  hub.call('POST', `/api/v2${path}`, body === undefined ? {} : { body })
const connectionTo = (type: string, id: string): object => ({ attributes: null, to: { attributes: null, id, type } })

test('a domain is connected with 201, in both spellings of its fields, changed, and disconnected with 200', async () => {
  const made = await post('/activedirectories', {
    domain: 'DC=other;DC=example',
    use_case: 'ADASAUTHORITY',
    delegation_state: 'ENABLED',
  })
  assert.equal(made.status, 201)
  const { id, updatedAt, ...rest } = made.body
  assert.match(id, /^[0-9a-f]{24}$/)
  assert.match(updatedAt, /Z$/)
  assert.deepEqual(rest, {
    domain: 'DC=other;DC=example',
    useCase: 'ADASAUTHORITY',
    groupsEnabled: true,
    delegationState: 'PENDING',
    primaryAgent: '',
    primaryImportAgent: '',
    permission: 'PERMISSION_OWNER',
    organizationId,
  })
  const delegate = (delegationState: string, useCase: string) =>
    hub.call('PATCH', `/api/v2/activedirectories/${id}`, { body: { useCase, delegationState } })
  assert.equal((await delegate('DISABLED', 'ADASAUTHORITY')).body.field, 'delegationState')
  assert.equal((await delegate('DISABLED', 'TWOWAYSYNC')).body.delegationState, 'DISABLED')
  assert.equal((await delegate('ENABLED', 'TWOWAYSYNC')).body.delegationState, 'PENDING')
  const changed = await hub.call('PATCH', `/api/v2/activedirectories/${id}`, { body: { useCase: 'JCASAUTHORITY' } })
  assert.deepEqual(
    [changed.status, changed.body.useCase, changed.body.delegationState],
    [200, 'JCASAUTHORITY', 'DISABLED'],
  )
  const unset = await hub.call('PATCH', `/api/v2/activedirectories/${id}`, { body: { useCase: 'UNSET' } })
  assert.equal(unset.body.useCase, 'JCASAUTHORITY')
  assert.deepEqual((await get(`/activedirectories/${id}`)).body.useCase, 'JCASAUTHORITY')
  const gone = await hub.call('DELETE', `/api/v2/activedirectories/${id}`)
  assert.deepEqual([gone.status, gone.body.id], [200, id])
  assert.equal((await get(`/activedirectories/${id}`)).status, 404)
})

test('what a domain cannot be is refused', async () => {
  assert.equal((await post('/activedirectories', {})).body.field, 'domain')
  assert.equal((await post('/activedirectories')).status, 400)
  assert.equal((await post('/activedirectories', { domain: 'DC=x', useCase: 'MAGIC' })).status, 400)
  assert.equal(
    (await post('/activedirectories', { domain: 'DC=x', useCase: 'JCASAUTHORITY', delegationState: 'ENABLED' })).body
      .field,
    'delegationState',
  )
  assert.equal(
    (await post('/activedirectories', { domain: 'DC=x', groupsEnabled: 'false' })).body.field,
    'groupsEnabled',
  )
  assert.equal((await get('/activedirectories/123')).status, 400)
})

test('domains are listed, filtered and sorted', async () => {
  const list = await get('/activedirectories?sort=-domain&limit=5')
  assert.deepEqual([list.body.length, list.headers['x-total-count']], [1, '1'])
  assert.equal((await get('/activedirectories?filter=domain:eq:DC=corp;DC=example&fields=domain')).body[0].id, domain)
  assert.deepEqual((await get('/activedirectories?filter=useCase:eq:ADASAUTHORITY')).body, [])
  const beyond = await get('/activedirectories?skip=4')
  assert.deepEqual([beyond.body, beyond.headers['x-total-count']], [[], '1'])
  assert.equal((await get('/activedirectories?filter=nonsense:eq:1')).status, 400)
  assert.equal((await get('/activedirectories?sort=nonsense')).status, 400)
})

test('agents are made with a connect key that is shown once', async () => {
  const path = `/activedirectories/${domain}/agents`
  const made = await post(path, { agent_type: 'IMPORT' })
  assert.equal(made.status, 201)
  assert.ok(made.body.connectKey)
  const { id } = made.body
  const row = {
    id,
    agentType: 'IMPORT',
    state: 'unsealed',
    contactAt: null,
    hostname: null,
    hostType: null,
    passwordUpdatedAt: null,
    source_ip: null,
    version: null,
    idSourceId: null,
  }
  const list = await get(path)
  assert.deepEqual([list.body, list.headers['x-total-count']], [[row], '1'])
  assert.deepEqual((await get(`${path}/${id}`)).body, row)
  assert.equal((await get(`${path}/${missing}`)).status, 404)
  assert.equal((await get(`/activedirectories/${missing}/agents`)).status, 404)
  assert.equal((await post(path, {})).body.field, 'agentType')
  assert.equal((await post(path, { agentType: 'SPY' })).status, 400)
  assert.equal((await hub.call('DELETE', `/api/v2${path}/${id}`)).status, 204)
  assert.equal((await hub.call('DELETE', `/api/v2${path}/${id}`)).status, 404)
})

test('associations are made from either side, told when repeated, and listed by target', async () => {
  const sides = [
    { path: `/users/${user}/associations`, id: domain, type: 'active_directory' },
    { path: `/activedirectories/${domain}/associations`, id: user, type: 'user' },
  ]
  for (const { path, id, type } of sides) {
    assert.equal((await post(path, { op: 'add', type, id })).status, 204)
    const again = await post(path, { op: 'add', type, id })
    assert.deepEqual([again.status, again.body.message], [409, 'Already Exists'])
    assert.equal((await post(path, { op: 'update', type, id })).status, 204)
    const fromUser = await get(`/users/${user}/associations?targets=active_directory`)
    assert.deepEqual(
      [fromUser.body, fromUser.headers['x-total-count']],
      [[connectionTo('active_directory', domain)], '1'],
    )
    const fromDomain = await get(`/activedirectories/${domain}/associations?targets=user`)
    assert.deepEqual([fromDomain.body, fromDomain.headers['x-total-count']], [[connectionTo('user', user)], '1'])
    const beyond = await get(`/activedirectories/${domain}/associations?targets=user&skip=3`)
    assert.deepEqual([beyond.body, beyond.headers['x-total-count']], [[], '1'])
    assert.equal((await post(path, { op: 'remove', type, id })).status, 204)
    assert.equal((await post(path, { op: 'remove', type, id })).status, 404)
    assert.equal((await post(path, { op: 'update', type, id })).status, 404)
  }
})

test('targets are required and legal; what the hub does not hold is an empty list', async () => {
  for (const path of [`/users/${user}`, `/usergroups/${group}`]) {
    assert.equal((await get(`${path}/associations`)).status, 400)
    assert.equal((await get(`${path}/associations?targets=user_group`)).status, 400)
    assert.equal((await get(`${path}/associations?targets=`)).status, 400)
    const empty = await get(`${path}/associations?targets=office_365`)
    assert.deepEqual([empty.status, empty.body, empty.headers['x-total-count']], [200, [], '0'])
  }
  assert.equal((await get(`/activedirectories/${domain}/associations?targets=system`)).body.field, 'targets')
  const path = `/users/${user}/associations`
  assert.equal((await post(path, { op: 'add', type: 'g_suite', id: missing })).status, 404)
  assert.equal((await post(path, { op: 'add', type: 'active_directory', id: missing })).status, 404)
  assert.equal((await post(path, { op: 'add', type: 'user_group', id: missing })).status, 400)
  assert.equal((await post(path, { op: 'add', id: domain })).status, 400)
  const malformed = await post(path, { op: 'add', type: 'active_directory', id: '123456' })
  assert.equal(malformed.status, 400)
  assert.match(malformed.body.message, /^Bad Request/)
  assert.equal((await get(`/users/${missing}/associations?targets=active_directory`)).status, 404)
  assert.equal((await get(`/activedirectories/${missing}/associations?targets=user`)).status, 404)
})

test('traversals lead through the group that is associated', async () => {
  assert.equal((await post(`/usergroups/${group}/members`, { op: 'add', type: 'user', id: user })).status, 204)
  assert.equal(
    (await post(`/usergroups/${group}/associations`, { op: 'add', type: 'active_directory', id: domain })).status,
    204,
  )
  const groups = await get(`/activedirectories/${domain}/usergroups`)
  assert.deepEqual(groups.body, [
    { id: group, type: 'user_group', compiledAttributes: null, paths: [[connectionTo('user_group', group)]] },
  ])
  assert.equal(groups.headers['x-total-count'], '1')
  assert.deepEqual((await get(`/activedirectories/${domain}/associations?targets=user_group`)).body, [
    connectionTo('user_group', group),
  ])
  await hub.settle([user])
  const users = await get(`/activedirectories/${domain}/users?filter=object_id:eq:${user}`)
  assert.deepEqual(users.body, [
    {
      id: user,
      type: 'user',
      compiledAttributes: null,
      paths: [[connectionTo('user_group', group), connectionTo('user', user)]],
    },
  ])
  assert.equal(users.headers['x-total-count'], '1')
  const ofGroup = await get(`/usergroups/${group}/activedirectories`)
  assert.deepEqual(ofGroup.body, [
    {
      id: domain,
      type: 'active_directory',
      compiledAttributes: null,
      paths: [[connectionTo('active_directory', domain)]],
    },
  ])
  assert.equal((await get(`/activedirectories/${missing}/users`)).status, 404)
})

test('a domain is connected only once', async () => {
  const again = await post('/activedirectories', { domain: 'corp.example' })
  assert.deepEqual([again.status, again.body.field], [409, 'domain'])
})

test('every route names its permission, and refuses who lacks it', async () => {
  const powerless = await hubFixture(store.database, { permissions: [] })
  try {
    for (const { method, path, access } of powerless.server.gateways.flatMap(({ routes }) => routes)) {
      // The descriptions of the interface are for everybody.
      if (path.endsWith('/openapi.json')) continue
      assert.ok(access.scheme === 'administrator' && access.permission !== undefined, path)
      const url = path.replaceAll(/:\w+/g, missing)
      const refused = await powerless.call(method, url, method === 'GET' ? {} : { body: {} })
      assert.equal(refused.status, 403, `${method} ${url}`)
      assert.match(refused.body.message, new RegExp(access.permission.replace('.', '\\.')))
    }
  } finally {
    await powerless.stop()
  }
})

test('the users of a domain tell the state of their accounts when they are asked for it', async () => {
  await post(`/users/${user}/associations`, { op: 'add', type: 'active_directory', id: domain })
  const path = `/activedirectories/${domain}/users`
  const [plain] = (await get(path)).body
  assert.deepEqual([plain.id, plain.syncStatus, plain.externalId], [user, undefined, undefined])
  assert.equal((await get(`${path}?syncStatus=false`)).body[0].syncStatus, undefined)
  const status = async () => (await get(`${path}?syncStatus=true`)).body[0]
  assert.deepEqual(await status(), {
    ...plain,
    syncStatus: { code: 202, message: 'Waiting to be written to the domain.', details: [] },
  })
  const externalId = '0f0e0d0c-0b0a-0908-0706-050403020100'
  const set = (text: string): Promise<number> =>
    store.database.execute({ text: `update accounts set ${text} where user_id = $1`, values: [user] })
  await set(`applied_revision = desired_revision, applied_at = '2026-01-01T00:00:00Z', external_id = '${externalId}'`)
  const done = await status()
  assert.deepEqual([done.externalId, done.syncStatus.code], [externalId, 200])
  assert.equal(done.syncStatus.syncedAt, '2026-01-01T00:00:00.000Z')
  await set(`error = '{"kind":"busy","message":"Busy.","remedy":"Wait.","at":"2026-01-02T00:00:00.000Z"}'`)
  const { syncStatus } = await status()
  assert.deepEqual([syncStatus.code, syncStatus.message, syncStatus.details[0].remedy], [500, 'Busy.', 'Wait.'])
})
