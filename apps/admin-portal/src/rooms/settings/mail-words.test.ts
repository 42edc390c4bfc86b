import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { MailRoom } from '@lockstep/contract/hub/notice'
import { mailHealth, noticeState } from './mail-words.ts'

const settings = {
  ...{ from: '', tellsBoundUsers: true, activationUrl: '' },
  ...{ welcomesNewUsers: true, tellsAskedUsers: true, activationLinkDays: 7, expiryNoticeDays: [7, 1] },
}
const room: MailRoom = {
  isSetUp: true,
  sender: 'hub@example.com',
  publicUrl: 'https://hub.example.com',
  settings,
  waiting: 0,
  failed: 0,
}

test('the light of the mail room is red in trouble, amber before the first mail, and green afterwards', () => {
  assert.equal(mailHealth({ ...room, isSetUp: false }).light, 'amber')
  assert.equal(mailHealth(room).light, 'amber')
  assert.equal(mailHealth({ ...room, lastSent: '2026-01-05T09:00:00Z' }).light, 'green')
  const trouble = mailHealth({ ...room, lastSent: '2026-01-05T09:00:00Z', trouble: 'No connection.' })
  assert.deepEqual(trouble, { light: 'red', reason: 'No connection.' })
})

test('links that lead nowhere for others are told', () => {
  for (const publicUrl of ['http://127.0.0.1:8080', 'http://localhost', 'http://[::1]:8080'])
    assert.match(mailHealth({ ...room, publicUrl }).reason, /LOCKSTEP_PUBLIC_URL/, publicUrl)
  assert.doesNotMatch(mailHealth({ ...room, publicUrl: 'http://localhost.example' }).reason, /LOCKSTEP_PUBLIC_URL/)
})

test('a mail that waits for another try is told from one that waits for its turn', () => {
  assert.equal(noticeState({ state: 'waiting' }).label, 'Waiting')
  assert.equal(noticeState({ state: 'waiting', lastError: 'disk full' }).tone, 'amber')
  assert.equal(noticeState({ state: 'sent', lastError: 'disk full' }).label, 'Sent')
})
