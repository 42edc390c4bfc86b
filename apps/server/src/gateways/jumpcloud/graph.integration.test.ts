import assert from 'node:assert/strict'
import test, { after, before } from 'node:test'
import { type TestDatabase, testDatabase } from '../../../../../tests/database.ts'
import { type Answer, type HubFixture, hubFixture } from './testing/hub-fixture.ts'

let store: TestDatabase
let hub: HubFixture
const missing = '5f0000000000000000000000'
const cause = { kind: 'demo' } as const

before(async () => {
  store = await testDatabase()
  hub = await hubFixture(store.database)
})
after(async () => {
  await hub.stop()
  await store.drop()
})

async function made(path: string, body: object): Promise<string> {
  const answer = await hub.call('POST', path, { body })
  assert.ok(answer.status < 300, answer.text)
  return answer.body.id as string
}

const user = (username: string): Promise<string> =>
  made('/api/systemusers', { username, email: `${username}@example.com` })
const userGroup = (name: string, more: object = {}): Promise<string> => made('/api/v2/usergroups', { name, ...more })
const systemGroup = (name: string): Promise<string> => made('/api/v2/systemgroups', { name })
const application = (name: string): Promise<string> => made('/api/applications', { name, ssoUrl: '', config: {} })

async function system(hostname: string, attributes = {}): Promise<string> {
  const origin = { actor: hub.actor, cause }
  const [one] = await hub.inventory.systems.create(origin, [{ name: hostname, attributes }])
  assert.ok(one)
  return one.id
}

const edit = (path: string, body: object): Promise<Answer> => hub.call('POST', `/api/v2${path}`, { body })
const get = (path: string): Promise<Answer> => hub.call('GET', `/api/v2${path}`)

async function associate(path: string, type: string, id: string, attributes?: object): Promise<void> {
  const answer = await edit(`${path}/associations`, { op: 'add', type, id, ...(attributes ? { attributes } : {}) })
  assert.deepEqual([answer.status, answer.text], [204, ''])
}

const to = (type: string, id: string): object => ({ attributes: null, to: { attributes: null, id, type } })

test('an association is made once, changed, seen from both ends and ended', async () => {
  const [ann, laptop] = [await user('ann'), await system('laptop')]
  const path = `/users/${ann}/associations`
  const sudo = { sudo: { enabled: true, withoutPassword: false } }
  await associate(`/users/${ann}`, 'system', laptop, sudo)
  const again = await edit(path, { op: 'add', type: 'system', id: laptop })
  assert.deepEqual([again.status, again.body.message], [409, 'Already Exists'])
  const fromUser = await get(`${path}?targets=system`)
  const edge = { attributes: sudo, to: { attributes: null, id: laptop, type: 'system' } }
  assert.deepEqual([fromUser.body, fromUser.headers['x-total-count']], [[edge], '1'])
  const fromSystem = await get(`/systems/${laptop}/associations?targets=user`)
  assert.deepEqual(fromSystem.body, [{ attributes: sudo, to: { attributes: null, id: ann, type: 'user' } }])
  const changed = { sudo: { enabled: true, withoutPassword: true } }
  const update = { op: 'update', type: 'user', id: ann, attributes: changed }
  assert.equal((await edit(`/systems/${laptop}/associations`, update)).status, 204)
  assert.deepEqual((await get(`${path}?targets=system`)).body[0].attributes, changed)
  assert.deepEqual((await get(`${path}?targets=application`)).body, [])
  assert.equal((await edit(path, { op: 'remove', type: 'system', id: laptop })).status, 204)
  assert.equal((await edit(path, { op: 'remove', type: 'system', id: laptop })).status, 404)
  assert.equal((await edit(path, { op: 'update', type: 'system', id: laptop })).status, 404)
})

test('associations that cannot be are refused as clients expect', async () => {
  const [ben, desktop] = [await user('ben'), await system('desktop')]
  const path = `/users/${ben}/associations`
  const statusOf = async (body: object, at = path): Promise<number> => (await edit(at, body)).status
  const malformed = await edit(path, { op: 'add', type: 'system', id: '123456' })
  assert.equal(malformed.status, 400)
  assert.match(malformed.body.message, /^Bad Request/)
  assert.equal(await statusOf({ op: 'add', type: 'system', id: missing }), 404)
  assert.equal(await statusOf({ op: 'add', type: 'g_suite', id: missing }), 404)
  assert.equal(await statusOf({ op: 'add', type: 'user_group', id: missing }), 400)
  assert.equal(await statusOf({ op: 'invite', type: 'system', id: desktop }), 400)
  assert.equal(await statusOf({ op: 'add', type: 'system', id: desktop }, `/users/${missing}/associations`), 404)
  assert.equal(await statusOf({ op: 'add', type: 'system', id: desktop }, `/systems/${desktop}/associations`), 400)
  for (const sudo of [{ enabled: true }, { enabled: false, withoutPassword: true }, 'yes'])
    assert.equal(await statusOf({ op: 'add', type: 'system', id: desktop, attributes: { sudo } }), 400)
  for (const query of ['', '?targets=', '?targets=user_group', '?targets=system,nonsense'])
    assert.equal((await get(`${path}${query}`)).status, 400, query)
  assert.equal((await get(`/systems/123456/associations?targets=user`)).status, 400)
  assert.equal((await get(`/systems/${missing}/associations?targets=user`)).status, 404)
})

test('devices are reached directly and through groups on both sides, every way with its attributes', async () => {
  const [cat, dan] = [await user('cat'), await user('dan')]
  const [near, far] = [await system('near'), await system('far')]
  const admins = await userGroup('Admins', { attributes: { sudo: { enabled: true, withoutPassword: true } } })
  const rack = await systemGroup('Rack')
  await edit(`/usergroups/${admins}/members`, { op: 'add', type: 'user', id: cat })
  await edit(`/usergroups/${admins}/members`, { op: 'add', type: 'user', id: dan })
  for (const id of [near, far])
    assert.equal((await edit(`/systemgroups/${rack}/members`, { op: 'add', type: 'system', id })).status, 204)
  const sudo = { sudo: { enabled: true, withoutPassword: false } }
  await associate(`/users/${cat}`, 'system', near, sudo)
  await associate(`/usergroups/${admins}`, 'system_group', rack)
  await associate(`/systemgroups/${rack}`, 'user', dan)
  const systems = await get(`/users/${cat}/systems`)
  const group = { sudo: { enabled: true, withoutPassword: true } }
  const through = (id: string): object[] => [
    { attributes: null, to: { attributes: group, id: admins, type: 'user_group' } },
    to('system_group', rack),
    to('system', id),
  ]
  const row = (id: string): { paths: object[]; compiledAttributes: unknown; type: string } =>
    systems.body.find((one: { id: string }) => one.id === id)
  assert.deepEqual(Object.keys(systems.body[0]), ['id', 'type', 'compiledAttributes', 'paths'])
  assert.equal(systems.headers['x-total-count'], '2')
  assert.deepEqual(row(near).compiledAttributes, group, 'rights that any way gives')
  assert.equal(row(near).type, 'system')
  assert.equal(row(near).paths.length, 2)
  assert.deepEqual(
    new Set(row(near).paths),
    new Set([[{ attributes: sudo, to: { attributes: null, id: near, type: 'system' } }], through(near)]),
  )
  assert.deepEqual(row(far).paths, [through(far)])
  const users = await get(`/systems/${far}/users`)
  assert.deepEqual(users.body.map(({ id }: { id: string }) => id).toSorted(), [cat, dan].toSorted())
  const ofDan = users.body.find(({ id }: { id: string }) => id === dan)
  assert.equal(ofDan.paths.length, 2)
  assert.deepEqual((await get(`/systems/${far}/usergroups`)).body[0].paths, [
    [to('system_group', rack), { attributes: null, to: { attributes: group, id: admins, type: 'user_group' } }],
  ])
  assert.deepEqual((await get(`/usergroups/${admins}/systems`)).headers['x-total-count'], '2')
  assert.deepEqual((await get(`/usergroups/${admins}/systemgroups`)).body[0].paths, [[to('system_group', rack)]])
  assert.deepEqual((await get(`/users/${cat}/systemgroups`)).headers['x-total-count'], '1')
  assert.equal((await get(`/systemgroups/${rack}/users`)).headers['x-total-count'], '2')
  assert.equal((await get(`/systemgroups/${rack}/usergroups`)).headers['x-total-count'], '1')
  assert.deepEqual((await get(`/systems/${near}/memberof`)).body[0].paths, [[to('system_group', rack)]])
  assert.equal((await get(`/systemgroups/${rack}/membership`)).headers['x-total-count'], '2')
})

test('a page of what is reached has its number, its filter and the address of the next', async () => {
  const group = await userGroup('Pages')
  const machine = await system('paged')
  const members: string[] = []
  for (let index = 0; index < 7; index += 1) {
    const id = await user(`page${index}`)
    members.push(id)
    await edit(`/usergroups/${group}/members`, { op: 'add', type: 'user', id })
  }
  await associate(`/usergroups/${group}`, 'system', machine)
  const path = `/systems/${machine}/users`
  const first = await get(`${path}?limit=3`)
  assert.deepEqual([first.body.length, first.headers['x-total-count']], [3, '7'])
  assert.equal(first.headers['link'], `</api/v2${path}?limit=3&skip=3>; rel="next"`)
  const last = await get(`${path}?limit=3&skip=6`)
  assert.deepEqual([last.body.length, last.headers['link']], [1, undefined])
  const beyond = await get(`${path}?limit=3&skip=60`)
  assert.deepEqual([beyond.status, beyond.body, beyond.headers['x-total-count']], [200, [], '7'])
  const one = await get(`${path}?filter=object_id:eq:${members[2]}`)
  assert.deepEqual([one.body.length, one.body[0].id, one.headers['x-total-count']], [1, members[2], '1'])
  assert.equal((await get(`${path}?filter=type:$eq:user`)).headers['x-total-count'], '7')
  assert.deepEqual((await get(`${path}?filter=type:eq:system`)).body, [])
  assert.equal((await get(`${path}?filter=nonsense:eq:1`)).status, 400)
  assert.equal((await hub.call('GET', `/API/V2/Systems/${machine}/Users/?limit=1`)).body.length, 1)
})

test('applications and domains are reached through groups; what the hub does not hold are empty lists', async () => {
  const eve = await user('eve')
  const group = await userGroup('Apps')
  const wiki = await application('wiki')
  const domain = await made('/api/v2/activedirectories', { domain: 'DC=graph;DC=example' })
  await edit(`/usergroups/${group}/members`, { op: 'add', type: 'user', id: eve })
  await associate(`/applications/${wiki}`, 'user_group', group)
  await associate(`/usergroups/${group}`, 'active_directory', domain)
  const paths = (last: object): object => [[to('user_group', group), last]]
  assert.deepEqual((await get(`/users/${eve}/applications`)).body[0].paths, paths(to('application', wiki)))
  assert.deepEqual((await get(`/users/${eve}/activedirectories`)).body[0].paths, paths(to('active_directory', domain)))
  assert.equal((await get(`/users/${eve}/directories`)).body[0].type, 'active_directory')
  assert.deepEqual((await get(`/usergroups/${group}/applications`)).body[0].paths, [[to('application', wiki)]])
  assert.equal((await get(`/applications/${wiki}/users`)).headers['x-total-count'], '1')
  assert.equal((await get(`/applications/${wiki}/usergroups`)).headers['x-total-count'], '1')
  const both = await get(`/usergroups/${group}/associations?targets=active_directory,application&limit=1&skip=1`)
  assert.deepEqual([both.body, both.headers['x-total-count']], [[to('application', wiki)], '2'])
  for (const end of ['gsuites', 'ldapservers', 'office365s', 'radiusservers', 'policies'])
    for (const path of [`/users/${eve}`, `/usergroups/${group}`]) {
      const answer = await get(`${path}/${end}`)
      assert.deepEqual([answer.status, answer.body, answer.headers['x-total-count']], [200, [], '0'], `${path}/${end}`)
    }
  assert.equal((await get(`/users/${missing}/gsuites`)).status, 404)
  for (const list of ['/ldapservers', '/workdays', '/policies']) assert.deepEqual((await get(list)).body, [])
  const directories = await get('/directories?filter=type:eq:active_directory&fields=name,type')
  assert.deepEqual(directories.body, [{ id: domain, name: 'DC=graph;DC=example', type: 'active_directory' }])
})

test('edges end with what they join', async () => {
  const [fay, gone] = [await user('fay'), await system('gone')]
  const rack = await systemGroup('Short')
  const app = await application('short')
  await associate(`/users/${fay}`, 'system', gone)
  await associate(`/users/${fay}`, 'system_group', rack)
  await associate(`/users/${fay}`, 'application', app)
  assert.equal((await hub.call('DELETE', `/api/systems/${gone}`)).status, 200)
  assert.equal((await hub.call('DELETE', `/api/v2/systemgroups/${rack}`)).status, 204)
  const left = await get(`/users/${fay}/associations?targets=system,system_group,application`)
  assert.deepEqual(left.body, [to('application', app)])
  assert.equal((await hub.call('DELETE', `/api/systemusers/${fay}`)).status, 200)
  assert.deepEqual((await get(`/applications/${app}/associations?targets=user`)).body, [])
})

test('the older bindings of users and devices are lists of ids to add and to remove', async () => {
  const [gil, mac] = [await user('gil'), await system('mac')]
  const put = (path: string, body: object): Promise<Answer> => hub.call('PUT', `/api${path}`, { body })
  assert.equal((await put(`/systemusers/${gil}/systems`, { add: [mac], remove: [] })).status, 200)
  assert.equal((await put(`/systems/${mac}/systemusers`, { add: [gil] })).status, 200, 'again does no harm')
  const systems = await hub.call('GET', `/api/systemusers/${gil}/systems`)
  assert.deepEqual([systems.body.totalCount, systems.body.results[0]._id], [1, mac])
  assert.equal(systems.headers['x-total-count'], undefined)
  assert.equal((await hub.call('GET', `/api/systems/${mac}/users`)).body.results[0]._id, gil)
  assert.equal((await put(`/systems/${mac}/systemusers`, { remove: [gil] })).status, 200)
  assert.deepEqual((await hub.call('GET', `/api/systems/${mac}/systemusers`)).body, { totalCount: 0, results: [] })
  const unknown = await hub.call('GET', '/api/systemusers/invalid-user-id/systems')
  assert.deepEqual([unknown.status, unknown.body.message], [404, 'Not Found'])
})
