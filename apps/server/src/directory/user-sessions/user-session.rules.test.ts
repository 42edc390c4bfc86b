import assert from 'node:assert/strict'
import { test } from 'node:test'
import { browserOf, isUserSessionOver, userSessionLifetimeMs, type UserSessionTimes } from './user-session.rules.ts'

const created = new Date('2026-03-01T08:00:00Z')
const later = (minutes: number): Date => new Date(created.getTime() + minutes * 60_000)
const session: UserSessionTimes = {
  created,
  lastSeen: later(30),
  expires: later(720),
  idleSeconds: 3600,
  passwordChanged: null,
  isActive: true,
}

test('a session ends with its time, and when it lies idle', () => {
  assert.equal(isUserSessionOver(session, later(89)), false)
  assert.equal(isUserSessionOver(session, later(90)), true)
  assert.equal(isUserSessionOver({ ...session, lastSeen: later(719) }, later(719)), false)
  assert.equal(isUserSessionOver({ ...session, lastSeen: later(719) }, later(720)), true)
})

test('a session ends with the password that opened it, and with the user’s activation', () => {
  assert.equal(isUserSessionOver({ ...session, passwordChanged: created }, later(31)), false)
  assert.equal(isUserSessionOver({ ...session, passwordChanged: later(1) }, later(31)), true)
  assert.equal(isUserSessionOver({ ...session, isActive: false }, later(31)), true)
})

test('a session lasts a working day, or as long as it may lie idle', () => {
  assert.equal(userSessionLifetimeMs(3_600_000), 43_200_000)
  assert.equal(userSessionLifetimeMs(86_400_000), 86_400_000)
})

test('browsers are told by name, whatever else they call themselves', () => {
  const windows = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64)'
  assert.equal(
    browserOf(`${windows} AppleWebKit/537.36 (KHTML) Chrome/140.0 Safari/537.36 Edg/140.0`),
    'Edge on Windows',
  )
  assert.equal(browserOf(`${windows} AppleWebKit/537.36 (KHTML) Chrome/140.0 Safari/537.36`), 'Chrome on Windows')
  assert.equal(browserOf('Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0'), 'Firefox on Linux')
  const phone =
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18.0 Mobile Safari/604.1'
  assert.equal(browserOf(phone), 'Safari on iOS')
  assert.equal(
    browserOf('Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 HeadlessChrome/140.0 Safari/537.36'),
    'Chrome on Linux',
  )
  assert.equal(browserOf('\u0000<script>'), '')
})
