import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type {
  GroupDetail,
  MemberSuggestion,
  RulePreview,
  RuleValues,
  SuggestionsApplied,
} from '@lockstep/contract/hub/group'
import type { SystemRow, SystemsCreated } from '@lockstep/contract/hub/system'
import type { Page } from '@lockstep/contract/hub/page'
import { hubFixture } from '../../../../../tests/hub-fixture.ts'

let hub: Awaited<ReturnType<typeof hubFixture>>

before(async () => {
  hub = await hubFixture()
  for (const [username, department] of [
    ['ann', 'Sales'],
    ['ben', 'Sales'],
    ['cat', 'Law'],
  ] as const)
    await hub.call('POST users', { body: { username, email: `${username}@example.com`, department } })
})
after(() => hub.close())

const sales = { queryType: 'FilterQuery', filters: [{ field: 'department', operator: 'eq', value: 'Sales' }] }

test('a preview counts whom a rule would name and shows the first', async () => {
  const { status, body } = await hub.call<RulePreview>('POST groups/preview', {
    body: { memberQuery: sales, limit: 1 },
  })
  assert.deepEqual([status, body.total, body.items.map(({ username }) => username)], [200, 2, ['ann']])
  const folded = { filters: [{ field: 'user.department', operation: 'equals', value: 'LAW' }] }
  const second = await hub.call<RulePreview>('POST groups/preview', { body: { memberQuery: folded } })
  assert.deepEqual([second.body.total, second.body.items[0]?.username], [1, 'cat'])
  const none = await hub.call<RulePreview>('POST groups/preview', { body: { memberQuery: { filters: [] } } })
  assert.equal(none.body.total, 0)
  const wrong = { filters: [{ field: 'user.shoe', operation: 'equals', value: '9' }] }
  const refused = await hub.call('POST groups/preview', { body: { memberQuery: wrong } })
  assert.deepEqual([refused.status, refused.body.field], [400, 'memberQuery.filters.0.field'])
})

test('a group is made with a rule, and tells it', async () => {
  const body = { name: 'Sellers', membershipMethod: 'DYNAMIC_AUTOMATED', memberQuery: sales }
  const made = await hub.call<GroupDetail>('POST groups', { body })
  assert.equal(made.status, 201)
  await hub.rules.settleChangedRules()
  const read = await hub.call<GroupDetail>(`GET groups/${made.body.id}`)
  assert.deepEqual(
    [read.body.memberCount, read.body.membershipMethod, read.body.memberQuery],
    [2, 'DYNAMIC_AUTOMATED', sales],
  )
  const { body: members } = await hub.call<Page<{ origins: string[] }>>(`GET groups/${made.body.id}/members`)
  assert.deepEqual(
    members.items.map(({ origins }) => origins),
    [['rule'], ['rule']],
  )
  const change = { membershipMethod: 'STATIC', memberQuery: null, revision: read.body.revision }
  const changed = await hub.call<GroupDetail>(`PATCH groups/${made.body.id}`, { body: change })
  assert.deepEqual([changed.status, changed.body.memberQuery], [200, null])
  const refused = await hub.call(`PATCH groups/${made.body.id}`, { body: { membershipMethod: 'DYNAMIC_AUTOMATED' } })
  assert.deepEqual([refused.status, refused.body.field], [400, 'memberQuery'])
})

test('a rule tells beforehand who would leave, and which values there are', async () => {
  const group = (await hub.call<GroupDetail>('POST groups', { body: { name: 'Lawyers' } })).body
  const { body: users } = await hub.call<Page<{ id: string; username: string }>>('GET users?sort=username')
  const idOf = (name: string): string => users.items.find(({ username }) => username === name)?.id ?? ''
  for (const name of ['ann', 'cat']) await hub.call(`PUT groups/${group.id}/members/${idOf(name)}`)
  const wish = { memberQuery: sales, groupId: group.id }
  const before = await hub.call<RulePreview>('POST groups/preview', { body: wish })
  assert.deepEqual(
    [before.body.total, before.body.leaving?.total, before.body.leaving?.items.map(({ username }) => username)],
    [2, 1, ['cat']],
  )
  const exempt = { ...wish, memberQueryExemptions: [idOf('cat')] }
  assert.equal((await hub.call<RulePreview>('POST groups/preview', { body: exempt })).body.leaving?.total, 0)
  const missing = { ...wish, groupId: 'f'.repeat(24) }
  assert.equal((await hub.call('POST groups/preview', { body: missing })).status, 404)
  const values = await hub.call<RuleValues>('GET groups/rule-values?field=department')
  assert.deepEqual(values.body.items, [
    { value: 'Sales', count: 2 },
    { value: 'Law', count: 1 },
  ])
  const begun = await hub.call<RuleValues>('GET groups/rule-values?field=user.department&search=la')
  assert.deepEqual(begun.body.items, [{ value: 'Law', count: 1 }])
  const folder = await hub.call<RuleValues>('GET groups/rule-values?field=userState')
  assert.deepEqual(folder.body.items, [])
  assert.equal((await hub.call('GET groups/rule-values?field=shoe')).status, 400)
})

test('suggestions of a reviewed rule are listed page by page and applied', async () => {
  const body = { name: 'Reviewed', membershipMethod: 'DYNAMIC_REVIEW_REQUIRED', memberQuery: sales }
  const group = (await hub.call<GroupDetail>('POST groups', { body })).body
  await hub.rules.settleChangedRules()
  const first = await hub.call<Page<MemberSuggestion>>(`GET groups/${group.id}/suggestions?limit=1`)
  assert.deepEqual(
    [first.body.total, first.body.items.map(({ username, op }) => [username, op])],
    [2, [['ann', 'add']]],
  )
  const second = await hub.call<Page<MemberSuggestion>>(`GET groups/${group.id}/suggestions?after=${first.body.next}`)
  assert.deepEqual([second.body.next, second.body.items.map(({ username }) => username)], [undefined, ['ben']])
  const userIds = [...first.body.items, ...second.body.items].map(({ userId }) => userId)
  const applied = await hub.call<SuggestionsApplied>(`POST groups/${group.id}/suggestions`, { body: { userIds } })
  assert.deepEqual([applied.status, applied.body.userIds], [200, userIds])
  assert.equal((await hub.call<GroupDetail>(`GET groups/${group.id}`)).body.memberCount, 2)
  const refused = await hub.call(`POST groups/${group.id}/suggestions`, { body: { userIds }, as: 'read_only' })
  assert.equal(refused.status, 403)
})

test('devices are recorded singly and in bulk, and listed by key', async () => {
  const one = await hub.call<SystemRow>('POST systems', { body: { hostname: 'one', os: 'Ubuntu' } })
  assert.deepEqual([one.status, one.body.displayName, one.body.os], [201, 'one', 'Ubuntu'])
  const systems = Array.from({ length: 600 }, (_, index) => ({ hostname: `bulk-${index}` }))
  const bulk = await hub.call<SystemsCreated>('POST systems/bulk', { body: { systems } })
  assert.deepEqual([bulk.status, bulk.body.ids.length], [201, 600])
  const first = await hub.call<Page<SystemRow>>('GET systems?limit=200&search=bulk')
  assert.deepEqual([first.body.total, first.body.items.length], [600, 200])
  const next = await hub.call<Page<SystemRow>>(`GET systems?limit=200&search=bulk&after=${first.body.next}`)
  assert.equal(next.body.items[0]?.hostname, 'bulk-200')
  assert.equal((await hub.call('POST systems', { body: { hostname: '' } })).status, 400)
  assert.equal((await hub.call('POST systems', { body: { hostname: 'x', shoe: 1 } })).status, 400)
  assert.equal((await hub.call('POST systems', { body: { hostname: 'x' }, as: 'read_only' })).status, 403)
})
