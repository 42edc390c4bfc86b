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

type Fields = Parameters<HubFixture['inventory']['systems']['create']>[1][number]

async function systems(...inputs: readonly Fields[]): Promise<readonly string[]> {
  const made = await hub.inventory.systems.create({ actor: hub.actor, cause: { kind: 'demo' } }, inputs)
  return made.map(({ id }) => id)
}

const namesOf = ({ body }: Answer): readonly string[] =>
  body.results.map(({ hostname }: { hostname: string }) => hostname).toSorted()

test('a device is listed, read, changed and deleted as version 1 does', async () => {
  const [id = ''] = await systems({ name: 'alpha', displayName: 'Alpha', attributes: { os: 'Ubuntu' } })
  const read = await hub.call('GET', `/api/Systems/${id}/`)
  assert.match(read.text, /^\{"_id":"[0-9a-f]{24}","id":"[0-9a-f]{24}","hostname":"alpha","displayName":"Alpha"/)
  assert.deepEqual(read.body.fde, { active: false, keyPresent: false })
  const body = {
    displayName: 'A',
    allowSshRootLogin: 'true',
    hostname: 'other',
    tags: ['x'],
    attributes: [{ name: 'rack', value: '7' }],
  }
  const changed = await hub.call('PUT', `/api/systems/${id}`, { body })
  assert.equal(changed.status, 200, changed.text)
  const { displayName, allowSshRootLogin, hostname, tags, attributes } = changed.body
  assert.deepEqual([displayName, allowSshRootLogin, hostname, tags], ['A', true, 'alpha', ['x']])
  assert.deepEqual([attributes[0].name, attributes[0].value], ['rack', '7'])
  const twice = {
    attributes: [
      { name: 'a', value: '' },
      { name: 'a', value: '' },
    ],
  }
  assert.equal((await hub.call('PUT', `/api/systems/${id}`, { body: twice })).status, 400)
  const list = await hub.call('GET', '/api/systems?fields=hostname&limit=1')
  assert.match(list.text, /^\{"totalCount":1,"results":\[\{"_id":/)
  assert.deepEqual(Object.keys(list.body.results[0]), ['_id', 'id', 'hostname'])
  assert.equal(list.headers['x-total-count'], undefined)
  const gone = await hub.call('DELETE', `/api/systems/${id}`)
  assert.deepEqual([gone.status, gone.body._id], [200, id])
  assert.equal((await hub.call('GET', `/api/systems/${id}`)).status, 404)
  assert.equal((await hub.call('GET', '/api/systems/nonsense')).status, 404)
})

test('devices are filtered, sorted and searched', async () => {
  await systems(
    { name: 'web-1', displayName: 'Front', attributes: { os: 'Ubuntu', active: true } },
    { name: 'web-2', displayName: 'Front two', attributes: { os: 'Mac OS X' } },
    { name: 'db-1', displayName: 'Store', attributes: { os: 'Ubuntu', osVersionDetail: { major: '24' } } },
  )
  const list = (query: string): Promise<Answer> => hub.call('GET', `/api/systems?${query}`)
  assert.deepEqual(namesOf(await list('filter=os:$eq:Ubuntu')), ['db-1', 'web-1'])
  assert.deepEqual(namesOf(await list('filter[0]=os:eq:Ubuntu&filter[1]=active:eq:true')), ['web-1'])
  assert.deepEqual(namesOf(await list('filter=osVersionDetail.major:24')), ['db-1'])
  assert.deepEqual((await list('sort=-hostname&limit=1')).body.results[0].hostname, 'web-2')
  assert.deepEqual(namesOf(await list('search=front')), ['web-1', 'web-2'])
  assert.deepEqual((await list('skip=50')).body, { totalCount: 3, results: [] })
  for (const query of ['filter=nonsense:eq:1', 'sort=nonsense', 'filter=active:eq:maybe'])
    assert.equal((await list(query)).status, 400, query)
  const search = (body: object): Promise<Answer> => hub.call('POST', '/api/search/systems', { body })
  assert.deepEqual(namesOf(await search({ filter: { or: [{ hostname: 'web-1' }, { hostname: 'db-1' }] } })), [
    'db-1',
    'web-1',
  ])
  assert.deepEqual(namesOf(await search({ searchFilter: { searchTerm: 'WEB', fields: ['hostname'] } })), [
    'web-1',
    'web-2',
  ])
  assert.deepEqual(namesOf(await search({ searchFilter: 'store' })), ['db-1'])
  assert.deepEqual(namesOf(await search({ filter: [{ hostname: { $regex: '(?i)(^WEB)' } }], fields: 'hostname' })), [
    'web-1',
    'web-2',
  ])
  const both = { searchFilter: { searchTerm: ['web', 'db'], fields: ['hostname'] }, filter: { and: ['os:$eq:Ubuntu'] } }
  assert.deepEqual(namesOf(await search({ ...both, limit: 1, sort: 'hostname' })), ['db-1'])
  assert.equal((await search({})).body.totalCount, 3)
  assert.equal((await search({ filter: [{ shoe: 'x' }] })).status, 400)
})

test('a group of devices is kept by hand or by a rule', async () => {
  const post = (body: object, headers = {}): Promise<Answer> =>
    hub.call('POST', '/api/v2/systemgroups', { body, headers })
  const made = await post({ name: 'Rack', description: 'tall' })
  assert.equal(made.status, 201, made.text)
  const { id } = made.body
  assert.deepEqual(
    [made.body.type, made.body.membershipMethod, made.body.memberQuery],
    ['system_group', 'STATIC', null],
  )
  assert.equal((await post({ name: 'RACK' })).status, 409)
  const [one = '', two = ''] = await systems(
    { name: 'one', attributes: { osFamily: 'linux' } },
    { name: 'two', attributes: { osFamily: 'darwin' } },
  )
  const edit = (op: string, systemId: string): Promise<Answer> =>
    hub.call('POST', `/api/v2/systemgroups/${id}/members`, { body: { op, type: 'system', id: systemId } })
  assert.deepEqual([(await edit('add', one)).status, (await edit('add', one)).status], [204, 409])
  assert.deepEqual([(await edit('update', one)).status, (await edit('update', two)).status], [204, 404])
  assert.deepEqual(
    [(await edit('remove', two)).status, (await edit('add', missing)).status, (await edit('add', '12')).status],
    [404, 404, 400],
  )
  const members = async (): Promise<readonly string[]> =>
    (await hub.call('GET', `/api/v2/systemgroups/${id}/members`)).body.map((row: { to: { id: string } }) => row.to.id)
  const put = (body: object, headers = {}): Promise<Answer> =>
    hub.call('PUT', `/api/v2/systemgroups/${id}`, { body, headers })
  const linux = { queryType: 'FilterQuery', filters: [{ field: 'osFamily', operator: 'in', value: 'darwin|windows' }] }
  assert.equal((await put({ name: 'Rack', membershipMethod: 'DYNAMIC_AUTOMATED', memberQuery: linux })).status, 200)
  assert.deepEqual(await members(), [two])
  const [three = ''] = await systems({
    name: 'three',
    attributes: { osFamily: 'windows', osVersionDetail: { majorNumber: 11 } },
  })
  assert.deepEqual(await members(), [two, three])
  // What is done by hand holds against the rule, and the journal says so.
  assert.deepEqual([(await edit('remove', three)).status, (await edit('add', three)).status], [204, 204])
  const [exempted] = await store.database.query<{ changes: object }>({
    text: `select details::jsonb -> 'changes' as changes from journal
      where subject_id = $1 and action = 'system_group.update' order by seq desc limit 1`,
    values: [id],
  })
  assert.deepEqual(exempted?.changes, { memberQueryExemptions: { before: [], after: [three] } })
  const newer = { filters: [{ field: 'system.osVersionDetail.majorNumber', operation: 'greater_than', value: 10 }] }
  const v2 = { 'x-query-dsl': 'v2' }
  assert.equal(
    (await put({ name: 'Rack', membershipMethod: 'DYNAMIC_REVIEW_REQUIRED', memberQuery: newer }, v2)).status,
    200,
  )
  assert.deepEqual(await members(), [two, three])
  const path = `/api/v2/systemgroups/${id}/suggestions`
  const object = { attributes: null, id: two, type: 'system' }
  assert.deepEqual((await hub.call('GET', path)).body, [{ object, op: 'remove' }])
  const applied = await hub.call('POST', path, { body: { object_ids: [two, one] } })
  assert.deepEqual(applied.body, { suggestions_found: [two], suggestions_not_found: [one] })
  assert.deepEqual(await members(), [three])
  const bad = { filters: [{ field: 'system.shoe', operation: 'equals', value: 1 }] }
  assert.equal((await put({ name: 'Rack', memberQuery: bad }, v2)).body.field, 'memberQuery.filters.0.field')
  const merged = await hub.call('PATCH', `/api/v2/systemgroups/${id}`, { body: { attributes: { a: 1 } } })
  assert.deepEqual([merged.body.attributes, merged.body.description], [{ a: 1 }, ''])
})

test('groups of every kind are one list', async () => {
  await hub.call('POST', '/api/v2/usergroups', { body: { name: 'All users' } })
  await hub.call('POST', '/api/v2/systemgroups', { body: { name: 'All systems' } })
  const list = await hub.call('GET', '/api/v2/groups?filter=name:sw:All&sort=name&fields=name,type')
  const shown = list.body.map(({ name, type }: { name: string; type: string }) => [name, type])
  assert.deepEqual(shown, [
    ['All systems', 'system_group'],
    ['All users', 'user_group'],
  ])
  assert.deepEqual([list.headers['x-total-count'], list.headers['x-unfiltered-total-count']], ['2', undefined])
  const counted = await hub.call('GET', '/api/v2/groups?filter=type:eq:user_group', {
    headers: { 'x-unfiltered-total-count': '1' },
  })
  assert.deepEqual([counted.headers['x-total-count'], counted.headers['x-unfiltered-total-count']], ['1', '3'])
  assert.deepEqual((await hub.call('GET', '/api/v2/groups?skip=9')).body, [])
})

test('an application is made, replaced, read by both versions and deleted', async () => {
  const body = { name: 'bookmark', displayLabel: 'Wiki', ssoUrl: 'https://wiki.example', config: {}, color: '#005466' }
  const made = await hub.call('POST', '/api/applications', { body })
  assert.equal(made.status, 200, made.text)
  const id = made.body._id as string
  assert.deepEqual([made.body.displayLabel, made.body.active, made.body.sso.type], ['Wiki', true, ''])
  assert.equal((await hub.call('POST', '/api/applications', { body: { ssoUrl: '' } })).status, 400)
  const replaced = await hub.call('PUT', `/api/applications/${id}`, {
    body: { name: 'bookmark', ssoUrl: '', config: {} },
  })
  assert.deepEqual([replaced.body.displayLabel, replaced.body.color], ['', ''])
  assert.equal((await hub.call('GET', '/api/applications')).body.totalCount, 1)
  const listed = await hub.call('GET', '/api/v2/applications?filter=name:eq:bookmark&fields=name')
  assert.deepEqual([listed.body[0].name, listed.headers['x-total-count']], ['bookmark', '1'])
  assert.equal((await hub.call('GET', `/api/v2/applications/${id}`)).body._id, id)
  assert.equal((await hub.call('GET', '/api/v2/applications/123456')).status, 400)
  assert.equal((await hub.call('DELETE', `/api/applications/${id}`)).body._id, id)
  assert.equal((await hub.call('GET', `/api/applications/${id}`)).status, 404)
})
