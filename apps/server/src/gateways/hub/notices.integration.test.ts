import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { MailRoom, Notice, NoticePreferences } from '@lockstep/contract/hub/notice'
import type { Page } from '@lockstep/contract/hub/page'
import { hubFixture, type HubFixture, refusalOf } from '../../../../../tests/hub-fixture.ts'

let hub: HubFixture
before(async () => {
  hub = await hubFixture()
})
after(() => hub.close())

const id = '0'.repeat(24)

test('a hub without a mail server says so, and sends nothing', async () => {
  const { body: room } = await hub.call<MailRoom>('GET mail')
  assert.deepEqual(
    [room.isSetUp, room.sender, room.server, room.waiting, room.failed],
    [false, 'lockstep@hub.example', undefined, 0, 0],
  )
  const refused = '409 mail_not_set_up'
  assert.equal(refusalOf(await hub.call('POST mail/test', { body: {} })), refused)
  assert.equal(refusalOf(await hub.call(`POST administrators/${id}/password-mail`)), refused)
  assert.equal(refusalOf(await hub.call(`POST users/${id}/password-mail`)), refused)
  assert.equal(refusalOf(await hub.call(`POST notices/${id}/retry`)), refused)
  const { body: page } = await hub.call<Page<Notice>>('GET notices')
  assert.deepEqual(page, { items: [], total: 0 })
})

test('the settings of mails are changed one by one, checked, and journalled', async () => {
  const change = await hub.call<MailRoom>('PATCH mail', { body: { from: 'it@example.com' } })
  assert.equal(change.body.sender, 'it@example.com')
  assert.equal(refusalOf(await hub.call('PATCH mail', { body: { from: 'nobody' } })), '400 invalid_request from')
  const script = { activationUrl: 'javascript:alert(1)' }
  assert.equal(refusalOf(await hub.call('PATCH mail', { body: script })), '400 invalid_request activationUrl')
  assert.equal((await hub.call('PATCH mail', { body: { smtp: 'x' } })).status, 400)
  const { items } = await hub.journal.list({ action: 'settings.update', limit: 1 })
  assert.deepEqual(items[0]?.changes, { 'mail.from': { before: '', after: 'it@example.com' } })
})

test('reading needs settings.read, changing and sending settings.write, and one’s own preferences nothing', async () => {
  assert.equal((await hub.call('GET mail', { as: 'nobody' })).status, 401)
  assert.equal((await hub.call('GET notices', { as: 'read_only' })).status, 200)
  assert.equal((await hub.call('PATCH mail', { as: 'manager', body: { from: '' } })).status, 403)
  assert.equal((await hub.call('POST mail/test', { as: 'help_desk', body: {} })).status, 403)
  const { body } = await hub.call<NoticePreferences>('GET notice-preferences', { as: 'read_only' })
  assert.equal(body.plan_held, true)
})

test('lists take only what they know, and a mail that is not there is not found', async () => {
  assert.equal((await hub.call('GET notices?state=sent&kind=test&limit=5')).status, 200)
  assert.equal((await hub.call('GET notices?state=gone')).status, 400)
  assert.equal((await hub.call('GET notices?search=x')).status, 400)
  assert.equal((await hub.call(`GET notices/${id}`)).status, 404)
})
