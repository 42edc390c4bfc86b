import assert from 'node:assert/strict'
import test, { after, before } from 'node:test'
import { type TestDatabase, testDatabase } from '../../../../../tests/database.ts'
import { type Answer, type HubFixture, hubFixture } from './testing/hub-fixture.ts'

let store: TestDatabase
let hub: HubFixture
let base: string
const missing = '5f0000000000000000000000'

before(async () => {
  store = await testDatabase()
  hub = await hubFixture(store.database)
  const domain = await hub.call('POST', '/api/v2/activedirectories', { body: { domain: 'DC=corp;DC=example' } })
  base = `/api/v2/activedirectories/${domain.body.id}/translation-rules`
})
after(async () => {
  await hub.stop()
  await store.drop()
})

const own = async (): Promise<Answer['body']> =>
  (await hub.call('GET', `${base}?limit=100`)).body.rules.filter((rule: { default: boolean }) => !rule.default)

test('rules are added, listed behind the hub’s own, changed and removed', async () => {
  const made = await hub.call('POST', base, {
    body: { translation_rule: { source: 'badge', destination: 'pager', source_type: 'PATH', direction: 'EXPORT' } },
  })
  assert.equal(made.status, 200, made.text)
  const rule = made.body.translation_rule
  assert.deepEqual(
    [rule.source, rule.destination, rule.default, rule.editable, rule.appliedOn],
    ['customAttributes.badge', 'pager', false, true, ['CREATE', 'UPDATE']],
  )
  const listed = await hub.call('GET', `${base}?limit=1&skip=1`)
  assert.deepEqual([listed.body.rules.length, listed.body.rules[0].default], [1, true])
  assert.equal(listed.headers['x-total-count'], String(listed.body.totalCount))
  const changed = await hub.call('PUT', `${base}/${rule.id}`, { body: { destination: 'info' } })
  assert.deepEqual([changed.status, changed.body.destination, changed.body.source], [200, 'info', rule.source])
  assert.deepEqual(await own(), [{ ...rule, destination: 'info' }])
  const base64 = Buffer.from(rule.id, 'hex').toString('base64url')
  assert.equal((await hub.call('DELETE', `${base}/${base64}`)).status, 200)
  assert.equal((await hub.call('DELETE', `${base}/${rule.id}`)).status, 404)
  assert.deepEqual(await own(), [])
  const { items } = await hub.journal.list({ action: 'directory.update' })
  assert.deepEqual(items[0]?.changes['translationRules'], {
    before: ['EXPORT: customAttributes.badge to info'],
    after: [],
  })
})

test('several changes happen together or not at all', async () => {
  const rules = [
    { source: 'costCenter', destination: 'extensionAttribute1', direction: 'EXPORT' },
    { source: 'pager', destination: 'costCenter', direction: 'IMPORT' },
  ]
  const made = await hub.call('POST', `${base}/bulk`, { body: { insertTranslationRules: rules } })
  assert.equal(made.body.insertedTranslationRules.length, 2, made.text)
  const [first, second] = made.body.insertedTranslationRules
  const refused = await hub.call('POST', `${base}/bulk`, {
    body: { deleteTranslationRuleObjectIds: [first.id], insertTranslationRules: [{ source: 'x y', destination: '1' }] },
  })
  assert.equal(refused.status, 400)
  assert.equal((await own()).length, 2, 'nothing happened')
  const twice = await hub.call('POST', base, { body: rules[0] })
  assert.equal(twice.status, 409, twice.text)
  const done = await hub.call('POST', `${base}/bulk`, {
    body: {
      deleteTranslationRuleObjectIds: [first.id],
      updateTranslationRules: [{ objectId: second.id, sourceType: 'CONSTANT', source: '7' }],
    },
  })
  assert.equal(done.status, 200, done.text)
  assert.deepEqual(
    (await own()).map((rule: { source: string }) => rule.source),
    ['7'],
  )
  // The documented example names them in the singular.
  const singular = await hub.call('POST', `${base}/bulk`, {
    body: { updateTranslationRule: [{ objectId: second.id, sourceType: 'CONSTANT', source: '8' }] },
  })
  assert.equal(singular.status, 200, singular.text)
  assert.deepEqual(
    (await own()).map((rule: { source: string }) => rule.source),
    ['8'],
  )
})

test('a preview changes nothing', async () => {
  const body = { username: 'previewed', email: 'previewed@example.com', costCenter: '42' }
  const user = (await hub.call('POST', '/api/systemusers', { body })).body
  const shown = await hub.call('POST', '/api/v2/activedirectories/translation-rules/preview', {
    body: {
      userObjectId: user.id,
      translationRules: [{ source: 'costCenter', destination: 'pager', direction: 'EXPORT' }],
    },
  })
  assert.deepEqual(JSON.parse(shown.body.destinationUser), { pager: '42' })
  assert.equal(JSON.parse(shown.body.sourceUser).username, 'previewed')
  const nobody = { userObjectId: missing, translationRules: [] }
  assert.equal(
    (await hub.call('POST', '/api/v2/activedirectories/translation-rules/preview', { body: nobody })).status,
    404,
  )
})

test('rules of no domain, bad rules and bad ids are refused', async () => {
  const rule = { source: 'costCenter', destination: 'pager', direction: 'EXPORT' }
  const at = (id: string): Promise<Answer> =>
    hub.call('POST', `/api/v2/activedirectories/${id}/translation-rules`, { body: rule })
  assert.equal((await at(missing)).status, 404)
  assert.equal((await at('nonsense')).status, 400)
  const expression = await hub.call('POST', base, { body: { ...rule, sourceType: 'GOLANG_TEMPLATE' } })
  assert.deepEqual([expression.status, expression.body.field], [400, 'sourceType'])
  assert.equal((await hub.call('PUT', `${base}/${missing}`, { body: rule })).status, 404)
  assert.equal((await hub.call('GET', `${base}/recommendation`)).body.rules[0].default, true)
})
