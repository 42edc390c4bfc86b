import assert from 'node:assert/strict'
import test, { after, before } from 'node:test'
import { type TestDatabase, testDatabase } from '../../../../../tests/database.ts'
import { type Answer, type HubFixture, hubFixture } from './testing/hub-fixture.ts'

let store: TestDatabase
let hub: HubFixture
const missing = '5f0000000000000000000000'
const ids = new Map<string, string>()

before(async () => {
  store = await testDatabase()
  hub = await hubFixture(store.database)
})
after(async () => {
  await hub.stop()
  await store.drop()
})

async function user(username: string, fields: object): Promise<string> {
  const body = { username, email: `${username}@example.com`, ...fields }
  const made = await hub.call('POST', '/api/systemusers', { body })
  assert.equal(made.status, 200, made.text)
  ids.set(made.body.id, username)
  return made.body.id as string
}

const post = (body: object, headers: Record<string, string> = {}): Promise<Answer> =>
  hub.call('POST', '/api/v2/usergroups', { body, headers })
const v2 = { 'x-query-dsl': 'v2' }

/** Names of the members, as the API lists them. */
async function membersOf(group: string): Promise<readonly string[]> {
  const { body } = await hub.call('GET', `/api/v2/usergroups/${group}/members?limit=100`)
  return body.map((row: { to: { id: string } }) => ids.get(row.to.id)).toSorted()
}

async function change(id: string, fields: object): Promise<void> {
  const { status, text } = await hub.call('PUT', `/api/systemusers/${id}`, { body: fields })
  assert.equal(status, 200, text)
  await hub.settleRules([id])
}

const edit = (group: string, op: string, id: string): Promise<Answer> =>
  hub.call('POST', `/api/v2/usergroups/${group}/members`, { body: { op, id, type: 'user' } })

const where = (field: string, operator: string, value: unknown): object => ({
  queryType: 'FilterQuery',
  filters: [{ field, operator, value }],
})

async function dynamic(name: string, memberQuery: object, more: object = {}): Promise<string> {
  const made = await post({ name, membershipMethod: 'DYNAMIC_AUTOMATED', memberQuery, ...more })
  assert.equal(made.status, 201, made.text)
  await hub.settleRules([])
  return made.body.id as string
}

test('members of an automated group are whom its rule names, as users change', async () => {
  const ann = await user('ann', { department: 'Sales', jobTitle: 'Clerk' })
  const ben = await user('ben', { department: 'Research' })
  const group = await dynamic('By department', where('department', 'eq', 'Sales'))
  assert.deepEqual(await membersOf(group), ['ann'])
  await change(ben, { department: 'Sales' })
  assert.deepEqual(await membersOf(group), ['ann', 'ben'])
  await change(ann, { department: 'sales' })
  assert.deepEqual(await membersOf(group), ['ben'], 'the first language minds letter case')
  const late = await user('late', { department: 'Sales' })
  await hub.settleRules([late])
  assert.deepEqual(await membersOf(group), ['ben', 'late'])
  const rows = await store.database.query<{ origin: string }>({
    text: 'select origin from group_members where group_id = $1',
    values: [group],
  })
  assert.deepEqual(new Set(rows.map(({ origin }) => origin)), new Set(['rule']))
  const shown = await hub.call('GET', `/api/v2/usergroups/${group}`)
  assert.deepEqual(shown.body.memberQuery, where('department', 'eq', 'Sales'))
  assert.equal(shown.body.membershipMethod, 'DYNAMIC_AUTOMATED')
  const listed = await hub.call('GET', '/api/v2/usergroups?filter=membershipMethod:eq:DYNAMIC_AUTOMATED')
  assert.equal(listed.headers['x-total-count'], '1')
})

test('every documented operator and field decides', async () => {
  const eve = await user('eve', {
    company: 'Acme',
    costCenter: '42',
    description: 'x',
    employeeType: 'Contractor',
    jobTitle: 'Engineer II',
    location: 'Bern|Thun',
    attributes: [{ name: 'shirt', value: 'XL' }],
  })
  await hub.call('POST', `/api/systemusers/${eve}/state/suspend`)
  const holds = async (query: object, headers: Record<string, string> = {}): Promise<boolean> => {
    const body = { name: `Rule ${JSON.stringify(query)}`, membershipMethod: 'DYNAMIC_AUTOMATED', memberQuery: query }
    const made = await post(body, headers)
    assert.equal(made.status, 201, made.text)
    await hub.settleRules([])
    const isNamed = (await membersOf(made.body.id)).includes('eve')
    await hub.call('DELETE', `/api/v2/usergroups/${made.body.id}`)
    return isNamed
  }
  assert.equal(await holds(where('company', 'eq', 'Acme')), true)
  assert.equal(await holds(where('company', 'ne', 'Acme')), false)
  assert.equal(await holds(where('costCenter', 'in', '41|42')), true)
  assert.equal(await holds(where('costCenter', '$in', ['42'])), true)
  assert.equal(await holds(where('location', 'in', String.raw`Bern\|Thun|x`)), true)
  assert.equal(await holds(where('userState', 'eq', 'suspended')), true)
  assert.equal(await holds(where('userState', 'in', ['active', 'staged'])), false)
  assert.equal(await holds(where('attributes.shirt', 'eq', 'XL')), true)
  assert.equal(await holds(where('attributes.shoe', 'ne', 'XL')), true, 'what is not there is not that')
  assert.equal(await holds({ queryType: 'FilterQuery', filters: [] }), false, 'no filter names nobody')
  const one = (field: string, operation: string, value: unknown): object => ({ filters: [{ field, operation, value }] })
  assert.equal(await holds(one('user.user_company', 'equals', 'ACME'), v2), true, 'the second does not')
  assert.equal(await holds(one('user.company', 'equals_case_sensitive', 'ACME'), v2), false)
  assert.equal(await holds(one('user.job_title', 'starts_with', 'engineer'), v2), true)
  assert.equal(await holds(one('user.job_title', 'not_contains', 'INEER'), v2), false)
  assert.equal(await holds(one('user.department', 'is_empty', true), v2), true)
  assert.equal(await holds(one('user.cost_center', 'not_in', ['42']), v2), false)
  const either = {
    filters: [
      {
        operation: 'or',
        filters: [
          { field: 'user.company', operation: 'equals', value: 'none' },
          { field: 'user.location', operation: 'ends_with', value: 'THUN' },
        ],
      },
    ],
  }
  assert.equal(await holds(either, v2), true)
})

test('a rule that is not understood is refused with the term at fault', async () => {
  const refused = async (memberQuery: unknown, headers: Record<string, string> = {}): Promise<string> => {
    const answer = await post({ name: 'Refused', membershipMethod: 'DYNAMIC_AUTOMATED', memberQuery }, headers)
    assert.equal(answer.status, 400, answer.text)
    return answer.body.field
  }
  assert.equal(await refused(where('shoeSize', 'eq', '9')), 'memberQuery.filters.0.field')
  assert.equal(await refused(where('constructor', 'eq', '9')), 'memberQuery.filters.0.field')
  assert.equal(await refused(where('company', 'like', '9')), 'memberQuery.filters.0.operator')
  assert.equal(await refused(where('company', 'constructor', '9')), 'memberQuery.filters.0.operator')
  assert.equal(await refused(where('company', 'eq', { a: 1 })), 'memberQuery.filters.0.value')
  assert.equal(await refused(where('userState', 'eq', 'asleep')), 'memberQuery.filters.0.value')
  assert.equal(await refused({ queryType: 'Magic', filters: [] }), 'memberQuery.queryType')
  assert.equal(await refused({ filters: [] }), 'memberQuery.queryType')
  assert.match(
    (await post({ name: 'x', memberQuery: { filters: [] } })).body.message,
    /memberQuery.queryType is required/,
  )
  assert.equal(await refused(where('company', 'eq', 'x'), v2), 'memberQuery.queryType')
  const term = { field: 'user.company', operation: 'resembles', value: 'x' }
  assert.equal(await refused({ filters: [term] }, v2), 'memberQuery.filters.0.operation')
})

test('whom the rule does not decide about stay as they are', async () => {
  const [fay, gus] = [await user('fay', { department: 'Law' }), await user('gus', { department: 'Law' })]
  const query = where('department', 'eq', 'Law')
  const exemption = (id: string, type = 'USER'): object => ({ id, type })
  const group = await dynamic('Lawyers', query, { memberQueryExemptions: [exemption(gus)] })
  assert.deepEqual(await membersOf(group), ['fay'])
  const shown = await hub.call('GET', `/api/v2/usergroups/${group}`)
  assert.deepEqual(
    shown.body.memberQueryExemptions.map(({ id, type }: { id: string; type: string }) => [id, type]),
    [[gus, 'USER']],
  )
  const put = (body: object): Promise<Answer> => hub.call('PUT', `/api/v2/usergroups/${group}`, { body })
  const same = { name: 'Lawyers', membershipMethod: 'DYNAMIC_AUTOMATED', memberQuery: query }
  // From here on nothing decides about fay: she stays, though she leaves the department.
  assert.equal((await put({ ...same, memberQueryExemptions: [exemption(fay, 'user')] })).status, 200)
  await hub.settleRules([])
  assert.deepEqual(await membersOf(group), ['fay', 'gus'])
  await change(fay, { department: 'Sales' })
  assert.deepEqual(await membersOf(group), ['fay', 'gus'])
  assert.equal((await put({ ...same, memberQueryExemptions: [] })).status, 200)
  await hub.settleRules([])
  assert.deepEqual(await membersOf(group), ['gus'])
  assert.equal((await put({ ...same, memberQueryExemptions: [exemption(missing)] })).status, 404)
  assert.equal((await put({ ...same, memberQueryExemptions: [exemption(fay, 'SYSTEM')] })).status, 400)
  assert.equal((await put({ ...same, memberQueryExemptions: [{ type: 'USER', id: '12' }] })).status, 400)
})

test('a static member whom the rule names too is a member in both ways, and one when the rule goes', async () => {
  const hal = await user('hal', { department: 'Ops' })
  const ida = await user('ida', { department: 'Other' })
  const made = await post({ name: 'Both' })
  const group = made.body.id as string
  for (const id of [hal, ida]) assert.equal((await edit(group, 'add', id)).status, 204)
  const put = (body: object): Promise<Answer> => hub.call('PUT', `/api/v2/usergroups/${group}`, { body })
  await put({ name: 'Both', membershipMethod: 'DYNAMIC_AUTOMATED', memberQuery: where('department', 'eq', 'Ops') })
  await hub.settleRules([])
  assert.deepEqual(await membersOf(group), ['hal'], 'whom the rule does not name goes')
  const originsOf = async (): Promise<readonly string[]> =>
    (
      await store.database.query<{ origin: string }>({
        text: 'select origin from group_members where group_id = $1 and user_id = $2 order by origin',
        values: [group, hal],
      })
    ).map(({ origin }) => origin)
  assert.deepEqual(await originsOf(), ['hub', 'rule'])
  const list = await hub.call('GET', `/api/v2/usergroups/${group}/members`)
  assert.deepEqual([list.body.length, list.headers['x-total-count']], [1, '1'])
  await put({ name: 'Both' })
  await hub.settleRules([])
  assert.deepEqual(await originsOf(), ['hub'])
  await change(hal, { department: 'Other' })
  assert.deepEqual(await membersOf(group), ['hal'], 'a static group keeps its members')
})

test('what is done by hand in an automated group holds against its rule', async () => {
  const jan = await user('jan', { department: 'HR' })
  const kim = await user('kim', { department: 'Other' })
  const group = await dynamic('By hand', where('department', 'eq', 'HR'))
  assert.equal((await edit(group, 'add', jan)).status, 409)
  assert.equal((await edit(group, 'add', kim)).status, 204)
  assert.equal((await edit(group, 'remove', jan)).status, 204)
  await hub.settleRules([jan, kim])
  assert.deepEqual(await membersOf(group), ['kim'])
  const { body } = await hub.call('GET', `/api/v2/usergroups/${group}`)
  assert.deepEqual(new Set(body.memberQueryExemptions.map(({ id }: { id: string }) => id)), new Set([jan, kim]))
  await hub.call('DELETE', `/api/systemusers/${kim}`)
  const later = await hub.call('GET', `/api/v2/usergroups/${group}`)
  assert.deepEqual(
    later.body.memberQueryExemptions.map(({ id }: { id: string }) => id),
    [jan],
  )
})

test('a reviewed group suggests, and does what is applied', async () => {
  const lea = await user('lea', { department: 'Legal' })
  const max = await user('max', { department: 'Other' })
  const made = await post({
    name: 'Reviewed',
    membershipMethod: 'DYNAMIC_REVIEW_REQUIRED',
    memberQuery: where('department', 'eq', 'Legal'),
  })
  const group = made.body.id as string
  await edit(group, 'add', max)
  await hub.settleRules([])
  assert.deepEqual(await membersOf(group), ['max'])
  const path = `/api/v2/usergroups/${group}/suggestions`
  const listed = await hub.call('GET', path)
  const object = (id: string): object => ({ attributes: null, id, type: 'user' })
  assert.deepEqual(
    new Set(listed.body),
    new Set([
      { object: object(lea), op: 'add' },
      { object: object(max), op: 'remove' },
    ]),
  )
  assert.equal(listed.headers['x-total-count'], '2')
  const shown = await hub.call('GET', `/api/v2/usergroups/${group}`)
  assert.deepEqual(shown.body.suggestionCounts, { add: 1, remove: 1, total: 2 })
  assert.equal(shown.body.memberSuggestionsNotify, false)
  const counted = await hub.call('GET', '/api/v2/usergroups?filter=suggestionCounts.total:gt:1&fields=name')
  assert.deepEqual(counted.body, [{ id: group, name: 'Reviewed' }])
  const applied = await hub.call('POST', path, { body: { user_ids: [lea, missing] } })
  assert.deepEqual(applied.body, { suggestions_found: [lea], suggestions_not_found: [missing] })
  await hub.settleRules([lea])
  assert.deepEqual(await membersOf(group), ['lea', 'max'])
  assert.equal((await hub.call('GET', path)).headers['x-total-count'], '1')
  await change(max, { department: 'Legal' })
  assert.deepEqual((await hub.call('GET', path)).body, [])
  const told = await store.database.query<{ action: string; changes: object }>({
    text: `select action, details::jsonb -> 'changes' as changes from journal
      where subject_id = $1 and action like 'group.%sugg%' order by seq`,
    values: [group],
  })
  assert.deepEqual(told, [
    { action: 'group.suggest', changes: { add: { after: 1 }, remove: { after: 1 } } },
    { action: 'group.withdraw_suggestions', changes: { suggestions: { before: 1 } } },
  ])
  assert.equal((await hub.call('POST', path, { body: { user_ids: [] } })).status, 400)
  assert.equal((await hub.call('GET', `/api/v2/usergroups/${missing}/suggestions`)).status, 404)
})

test('a rule that names many is settled in pieces, and what was broken off goes on', async () => {
  await store.database.execute({
    text: `insert into users (id, username, email, display_name, state, attributes, unix_uid, unix_gid, created, updated)
      select 'a' || lpad(to_hex(n), 23, '0'), 'many' || n, 'many' || n || '@example.com', '', 'ACTIVATED',
        jsonb_build_object('department', 'Many', 'attributes', '[]'::jsonb), n, n, now(), now()
      from generate_series(1, 2500) as n`,
  })
  const made = await post({
    name: 'Many',
    membershipMethod: 'DYNAMIC_AUTOMATED',
    memberQuery: where('department', 'eq', 'Many'),
  })
  const group = made.body.id as string
  const count = async (): Promise<number> =>
    Number((await hub.call('GET', `/api/v2/usergroups/${group}/members?limit=1`)).headers['x-total-count'])
  await assert.rejects(hub.settleRules([], AbortSignal.abort()))
  assert.equal(await count(), 0)
  await hub.settleRules([])
  assert.equal(await count(), 2500)
  const rows = await store.database.query<{ xid: string; count: number }>({
    text: `select xid::text as xid, count(*) as count from journal where action = 'user.join_group'
      and subject_id like 'a0000%' group by xid`,
  })
  assert.equal(
    rows.reduce((sum, row) => sum + row.count, 0),
    2500,
  )
  assert.ok(rows.every((row) => row.count <= 1000))
  // Somebody's hand in the table: the daily run repairs it.
  await store.database.execute({
    text: 'delete from group_members where group_id = $1 and user_id like $2',
    values: [group, '%1'],
  })
  await hub.rules.settleAll()
  assert.equal(await count(), 2500)
})
