// Directory Insights over a running hub, asked as JumpCloud's clients ask.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { json } from '../../../../../tests/support/http-call.ts'
import { type HubInProcess, startHubInProcess } from '../../../../../tests/support/hub-in-process.ts'

interface Event {
  readonly id: string
  readonly event_type: string
  readonly timestamp: string
  readonly success: boolean
  readonly username?: string
  readonly resource: Readonly<Record<string, string>>
  readonly initiated_by: Readonly<Record<string, string>>
  readonly association?: {
    readonly op: string
    readonly connection: Readonly<Record<string, Readonly<Record<string, string>>>>
  }
}

const base = '/insights/directory/v1'
let hub: HubInProcess
/** The ids of what the first test makes. */
const made = { ada: '', eva: '', sales: '', directory: '' }

before(async () => {
  hub = await startHubInProcess({ background: false })
  const { must, caller, owner } = hub
  const create = async (username: string): Promise<string> =>
    (await must('POST', '/hub/v1/users', { username, email: `${username}@example.com` })).id
  made.ada = await create('Ada')
  made.eva = await create('eva')
  await must('PATCH', `/hub/v1/users/${made.ada}`, { department: 'IT' })
  await must('POST', `/hub/v1/users/${made.ada}/suspend`, { reason: 'left' })
  await must('POST', `/hub/v1/users/${made.ada}/activate`, {})
  made.sales = (await must('POST', '/hub/v1/groups', { name: 'Sales' })).id
  await must('PATCH', `/hub/v1/groups/${made.sales}`, { description: 'sell' })
  await must('PUT', `/hub/v1/groups/${made.sales}/members/${made.ada}`)
  made.directory = (await must('POST', '/hub/v1/directories', { domain: 'corp.example' })).id
  await must('PUT', `/hub/v1/users/${made.eva}/directories/${made.directory}`)
  await must('DELETE', `/hub/v1/users/${made.eva}/directories/${made.directory}`)
  await must('DELETE', `/hub/v1/groups/${made.sales}/members/${made.ada}`)
  await must('DELETE', `/hub/v1/users/${made.eva}`)
  const wrong = { email: owner.email, password: 'not the password' }
  const refused = await caller.call({ method: 'POST', path: '/hub/v1/session', ...json(wrong) })
  assert.equal(refused.status, 401)
})
after(() => hub.stop())

const query = { service: ['all'], start_time: '2020-01-01T00:00:00Z' }

function ask(path: string, body: object, headers: Record<string, string> = {}): ReturnType<HubInProcess['call']> {
  const sent = json(body)
  return hub.call({ method: 'POST', path: `${base}${path}`, ...sent, headers: { ...sent.headers, ...headers } })
}

async function events(more: object = {}): Promise<readonly Event[]> {
  const { status, body, text } = await ask('/events', { ...query, ...more })
  assert.equal(status, 200, text)
  return body
}

/** The events that a term finds, as type and name. */
async function found(term: object): Promise<readonly string[]> {
  const list = await events({ search_term: term })
  return list.map(
    ({ event_type: type, resource }) => `${type} ${resource['username'] ?? resource['email'] ?? resource['name']}`,
  )
}

const ofAda = { 'resource.username': 'ada' }

test('what happened is told in JumpCloud’s words', async () => {
  assert.deepEqual(await found({ and: [{ 'resource.type': ['user', 'user_group', 'active_directory'] }] }), [
    'user_create Ada',
    'user_create eva',
    'user_update Ada',
    'user_suspended Ada',
    'user_unsuspended Ada',
    'group_create Sales',
    'group_update Sales',
    'association_change Ada',
    'activedirectory_create corp.example',
    'association_change eva',
    'association_change eva',
    'association_change Ada',
    'user_delete eva',
  ])
  const [joined] = await events({ search_term: { and: [ofAda, { 'association.op': 'add' }] } })
  assert.deepEqual(joined?.association, {
    op: 'add',
    connection: {
      from: { object_id: made.sales, type: 'user_group', name: 'Sales' },
      to: { object_id: made.ada, type: 'user', name: 'Ada' },
    },
  })
  const [bound] = await events({ search_term: { and: [{ 'association.connection.from.type': 'active_directory' }] } })
  assert.equal(bound?.association?.connection['from']?.['name'], 'corp.example')
  assert.deepEqual([bound?.initiated_by['type'], bound?.initiated_by['email']], ['admin', hub.owner.email])
  const failures = await events({ search_term: { and: [{ success: false }] } })
  assert.deepEqual(
    failures.map(({ event_type: type, resource }) => [type, resource['email']]),
    [['admin_login_attempt', hub.owner.email]],
  )
})

test('every operator finds what it says', async () => {
  const one = (field: string, operator: string, value: unknown): object => ({
    and: [ofAda, { field, operator, value }],
  })
  const types = async (field: string, operator: string, value: unknown): Promise<readonly string[]> =>
    (await found(one(field, operator, value))).map((text) => text.split(' ', 1).join(''))
  const all = await types('username', 'eq', 'ADA')
  assert.equal(all.length, 6)
  assert.deepEqual(await types('event_type', 'eq', 'user_update'), ['user_update'])
  assert.deepEqual(await types('event_type', 'ne', 'association_change'), all.slice(0, 4))
  assert.deepEqual(await types('event_type', 'contains', 'suspend'), ['user_suspended', 'user_unsuspended'])
  assert.deepEqual(await types('event_type', 'contains', 'user%'), [], 'nothing stands for anything')
  assert.deepEqual(await types('event_type', 'startsWith', 'assoc'), ['association_change', 'association_change'])
  assert.deepEqual(await types('event_type', 'endsWith', 'UPDATE'), ['user_update'])
  assert.deepEqual(await types('event_type', 'in', ['user_create', 'user_update']), ['user_create', 'user_update'])
  assert.deepEqual(await types('event_type', 'not_in', ['user_create', 'user_update']), all.slice(2))
  assert.deepEqual(await types('success', 'eq', 'true'), all)
  assert.deepEqual(await types('success', 'ne', true), [])
  assert.deepEqual(await types('@version', 'gte', 1), all)
  assert.deepEqual(await types('@version', 'lt', 1), [])
  assert.deepEqual(await types('doc_version', 'gte', 2), [], 'documented, and in no event')
  assert.deepEqual(await types('hostname', 'ne', 'a'), all, 'no value is another value')
  assert.deepEqual(await types('initiated_by.administrator', 'eq', 'TRUE'), all)
  assert.deepEqual(await types('organization', 'ne', 'other'), all)
  const [, second, third] = await events({ search_term: { and: [ofAda] } })
  assert.ok(second !== undefined && third !== undefined)
  assert.ok((await types('timestamp', 'eq', third.timestamp)).includes(third.event_type), 'to the printed millisecond')
  assert.deepEqual(await types('timestamp', 'after', third.timestamp), all.slice(3))
  assert.deepEqual(await types('timestamp', 'before', second.timestamp), all.slice(0, 1))
})

test('terms are joined by and, or and not, and those of nothing find everything', async () => {
  assert.deepEqual(await found({ or: [{ event_type: 'user_delete' }, { event_type: 'group_create' }] }), [
    'group_create Sales',
    'user_delete eva',
  ])
  const both = { and: [{ 'resource.type': 'user' }, { or: [{ username: 'eva' }, { event_type: 'user_update' }] }] }
  assert.equal((await found(both)).length, 5)
  assert.deepEqual(
    await found({
      and: [ofAda],
      not: [{ event_type: 'association_change' }, { field: 'event_type', operator: 'contains', value: 'suspend' }],
    }),
    ['user_create Ada', 'user_update Ada'],
  )
  assert.equal((await found({ and: {}, or: {}, not: {} })).length, (await events()).length)
})

test('full text finds every word, an exact match the words as they stand', async () => {
  const types = (await events({ q: 'suspended ADA' })).map(({ event_type: type }) => type)
  assert.deepEqual(types, ['user_suspended', 'user_unsuspended'])
  assert.equal((await events({ exact_match: 'suspended ada' })).length, 0)
  assert.equal((await events({ exact_match: 'corp.example', search_term: { and: [{ username: 'eva' }] } })).length, 2)
})

test('what cannot be searched by is refused, and what is documented alone finds nothing', async () => {
  for (const field of ['nothing', 'changes', 'useragent', 'system_timestamp', 'resource']) {
    const { status, body } = await ask('/events', { ...query, search_term: { and: [{ [field]: 'a' }] } })
    assert.deepEqual([status, body.code], [400, 400], field)
    assert.ok(body.message.includes(field), body.message)
  }
  assert.deepEqual(await events({ search_term: { and: [{ 'outer.eap_type': 'PEAP' }] } }), [])
})

test('fields are chosen by name and by dots', async () => {
  const [first] = await events({
    fields: ['event_type', 'resource.username', 'initiated_by.email'],
    search_term: { and: [ofAda] },
  })
  assert.deepEqual(first, {
    event_type: 'user_create',
    resource: { username: 'Ada' },
    initiated_by: { email: hub.owner.email },
  })
  for (const fields of [[], ['nothing'], 'username'])
    assert.equal((await ask('/events', { ...query, fields })).status, 400)
  assert.equal((await events({ fields: ['nothing', 'username'] })).length > 0, true)
})

test('a query that is wrong is answered with 400 and what is right', async () => {
  const unknown = await ask('/events', { ...query, service: ['everything'] })
  assert.equal(unknown.status, 400)
  assert.match(unknown.body.message, /service: must be a list of any of all, .*directory.*radius/)
  const wrong: readonly object[] = [
    { service: ['all'] },
    { ...query, start_time: 'yesterday' },
    { ...query, start_time: '2999-01-01T00:00:00Z' },
    { ...query, end_time: '2019-01-01T00:00:00Z' },
    { ...query, search_term: 'ada' },
    { ...query, search_after: ['x'] },
  ]
  for (const body of wrong)
    for (const path of ['/events', '/events/count'])
      assert.equal(
        (await ask(path, body)).status,
        path === '/events' || !('search_after' in body) ? 400 : 200,
        JSON.stringify(body),
      )
  const noJson = await hub.call({
    method: 'POST',
    path: `${base}/events`,
    headers: { 'content-type': 'application/json' },
    body: '{',
  })
  assert.equal(noJson.status, 400)
  // As curl sends it when nobody names a type.
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  const plain = await hub.call({ method: 'POST', path: `${base}/events`, headers, body: JSON.stringify(query) })
  assert.equal(plain.status, 200)
})

test('other services have no events here', async () => {
  const { status, body, headers } = await ask('/events', { ...query, service: ['radius', 'sso'] })
  assert.deepEqual([status, body, headers['x-result-count']], [200, [], '0'])
  assert.deepEqual((await ask('/events/count', { ...query, service: ['ldap'] })).body, { count: 0 })
})

test('a nonsensical limit is the default, and headers tell what was done', async () => {
  for (const limit of ['many', 0, -5, null, 1.5]) {
    const { headers } = await ask('/events', { ...query, limit })
    assert.deepEqual([headers['x-limit'], headers['x-sort']], ['1000', 'ASC'])
  }
  const { headers, body } = await ask('/events', { ...query, limit: 2, sort: 'desc' })
  assert.deepEqual([headers['x-limit'], headers['x-result-count'], headers['x-sort']], ['2', '2', 'DESC'])
  assert.deepEqual(JSON.parse(String(headers['x-search_after'])), [Date.parse(body[1].timestamp), body[1].id])
  assert.ok(String(headers['x-request-id']).length > 0)
})

test('who may not read the journal sees nothing', async () => {
  const path = `${base}/events`
  const none = await hub.caller.call({ method: 'POST', path, ...json(query) })
  assert.deepEqual([none.status, typeof none.body.message], [401, 'string'])
  for (const key of hub.apiKeys.values()) assert.equal((await ask('/events', query, { 'x-api-key': key })).status, 200)
})

/** Thousands of rows, ten of them in every millisecond, in the past. */
async function writeMany(): Promise<number> {
  const rows = 2500
  await hub.database.execute({
    text: `insert into journal (at, actor_kind, actor_id, action, subject_kind, subject_id, details)
      select timestamptz '2024-03-01T00:00:00Z' + (n / 10) * interval '1 millisecond' + (n % 10) * interval '70 microseconds',
        'system', 'hub', 'user.update', 'user', lpad(n::text, 24, '0'), json_build_object('subject', 'user' || n, 'actor', 'hub')
      from generate_series(0, $1::integer - 1) as n order by random()`,
    values: [rows],
  })
  return rows
}

test('pages continue each other in both directions, also within a millisecond', async () => {
  const rows = await writeMany()
  const range = { service: ['directory'], start_time: '2024-03-01T00:00:00Z', end_time: '2024-03-02T00:00:00Z' }
  for (const sort of ['ASC', 'DESC']) {
    const names: string[] = []
    let searchAfter: unknown
    for (;;) {
      const body = { ...range, sort, limit: 333, ...(searchAfter === undefined ? {} : { search_after: searchAfter }) }
      const page = await ask('/events', body)
      assert.equal(page.status, 200, page.text)
      names.push(...page.body.map(({ username }: Event) => username))
      searchAfter = JSON.parse(String(page.headers['x-search_after']))
      if (Number(page.headers['x-result-count']) < Number(page.headers['x-limit'])) break
    }
    const expected = Array.from({ length: rows }, (_, index) => `user${sort === 'ASC' ? index : rows - 1 - index}`)
    assert.deepEqual(names, expected)
    const past = await ask('/events', { ...range, sort, search_after: searchAfter })
    assert.deepEqual([past.body, JSON.parse(String(past.headers['x-search_after']))], [[], searchAfter])
  }
  assert.deepEqual((await ask('/events/count', range)).body, { count: rows })
  const skipped = await ask('/events', { ...range, limit: 1, skip: 1234 })
  assert.equal(skipped.body[0].username, 'user1234')
  // Both ends of the range are in it, to the printed millisecond.
  const instant = { ...range, start_time: '2024-03-01T00:00:00.100Z', end_time: '2024-03-01T00:00:00.100Z' }
  assert.deepEqual((await ask('/events/count', instant)).body, { count: 10 })
})

test('values are counted, the most frequent first, and the rest beyond the buckets', async () => {
  const of2024 = { service: ['all'], start_time: '2024-03-01T00:00:00Z', end_time: '2024-03-02T00:00:00Z' }
  const types = await ask('/events/distinct', {
    ...query,
    start_time: '2026-01-01T00:00:00Z',
    field: 'event_type',
    search_term: { and: [ofAda] },
  })
  assert.deepEqual(types.body, {
    buckets: [
      { key: 'association_change', doc_count: 2 },
      ...['user_create', 'user_suspended', 'user_unsuspended', 'user_update'].map((key) => ({ key, doc_count: 1 })),
    ],
    doc_count_error_upper_bound: 0,
    sum_other_doc_count: 0,
  })
  const names = await ask('/events/distinct', { ...of2024, field: 'username' })
  assert.deepEqual([names.body.buckets.length, names.body.sum_other_doc_count], [1000, 1500])
  const times = await ask('/events/distinct', { ...of2024, field: 'timestamp' })
  assert.deepEqual(times.body.buckets[0], { key: '2024-03-01T00:00:00.000Z', doc_count: 10 })
  const truth = await ask('/events/distinct', { ...of2024, field: 'success' })
  assert.deepEqual(truth.body.buckets, [{ key: 'true', doc_count: 2500 }])
  assert.deepEqual((await ask('/events/distinct', { ...of2024, field: 'hostname' })).body.buckets, [])
  for (const field of ['nothing', 'changes', undefined])
    assert.equal((await ask('/events/distinct', { ...of2024, field })).status, 400)
})

test('intervals begin at midnight of the time zone, and weeks on its Mondays', async () => {
  // A Friday evening in New York, where it is Saturday already in UTC; a Sunday and a Monday.
  const times = ['2023-03-04T02:30:00Z', '2023-03-04T04:59:59.999Z', '2023-03-05T23:00:00Z', '2023-03-06T12:00:00Z']
  for (const time of times)
    await hub.database.execute({
      text: `insert into journal (at, actor_kind, actor_id, action, subject_kind, subject_id, details)
        values ($1, 'system', 'hub', 'user.update', 'user', 'x', '{}')`,
      values: [time],
    })
  const range = { service: ['all'], start_time: '2023-03-01T00:00:00Z', end_time: '2023-04-01T00:00:00Z' }
  const buckets = async (more: object): Promise<readonly (readonly [string, number])[]> => {
    const { body, text, status } = await ask('/events/interval', { ...range, ...more })
    assert.equal(status, 200, text)
    return body.buckets.map((one: { key: number; key_as_string: string; doc_count: number }) => {
      assert.equal(new Date(one.key_as_string).getTime(), one.key)
      return [one.key_as_string, one.doc_count]
    })
  }
  assert.deepEqual(await buckets({ interval_unit: 'd' }), [
    ['2023-03-04T00:00:00.000Z', 2],
    ['2023-03-05T00:00:00.000Z', 1],
    ['2023-03-06T00:00:00.000Z', 1],
  ])
  assert.deepEqual(await buckets({ interval_unit: 'd', timezone: '-0500' }), [
    ['2023-03-03T00:00:00.000-05:00', 2],
    ['2023-03-05T00:00:00.000-05:00', 1],
    ['2023-03-06T00:00:00.000-05:00', 1],
  ])
  assert.deepEqual(await buckets({ interval_unit: 'w' }), [
    ['2023-02-27T00:00:00.000Z', 3],
    ['2023-03-06T00:00:00.000Z', 1],
  ])
  assert.deepEqual(await buckets({ interval_unit: 'w', timezone: '+0200' }), [
    ['2023-02-27T00:00:00.000+02:00', 2],
    ['2023-03-06T00:00:00.000+02:00', 2],
  ])
  assert.deepEqual(await buckets({ interval_unit: 'h', interval_value: '2' }), [
    ['2023-03-04T02:00:00.000Z', 1],
    ['2023-03-04T04:00:00.000Z', 1],
    ['2023-03-05T22:00:00.000Z', 1],
    ['2023-03-06T12:00:00.000Z', 1],
  ])
  assert.equal((await ask('/events/interval', { ...range, interval_unit: 'y' })).status, 400)
})

test('rows whose personal values were erased are told without them', async () => {
  const [before] = await events({ search_term: { and: [{ event_type: 'user_delete' }] } })
  assert.equal(before?.username, 'eva')
  await hub.database.execute({
    text: `update journal set details_digest = sha256(salt || convert_to(details::text, 'utf8')), details = null, salt = null
      where subject_id = $1`,
    values: [made.eva],
  })
  const told = await events({ search_term: { and: [{ 'resource.id': made.eva }] } })
  assert.deepEqual(
    told.map(({ event_type: type }) => type),
    ['user_create', 'association_change', 'association_change', 'user_delete'],
  )
  assert.equal(JSON.stringify(told).includes('eva'), false)
  for (const field of ['association.op', 'association.connection.from.name', 'client_ip', 'auth_method', 'username'])
    assert.equal((await ask('/events/distinct', { ...query, field })).status, 200, field)
  assert.deepEqual(await events({ q: 'eva', search_term: { and: [{ 'resource.id': made.eva }] } }), [])
})

test('reports are none, and asking for one says that there is none', async () => {
  const list = await hub.call({ method: 'GET', path: `${base}/reports` })
  assert.deepEqual([list.status, list.body], [200, []])
  const asked = await hub.call({ method: 'POST', path: `${base}/reports/users-to-user-groups` })
  assert.equal(asked.status, 501)
  assert.equal((await hub.call({ method: 'GET', path: `${base}/reports/1/artifacts/2/content` })).status, 404)
})
