import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isSessionOver, secondsUntil, sourceOf } from './sign-in.rules.ts'

const minuteMs = 60_000

test('a rest of a second counts as a whole one', () => {
  const now = new Date(1_000_000)
  assert.equal(secondsUntil(new Date(1_000_001), now), 1)
  assert.equal(secondsUntil(new Date(1_059_001), now), 60)
  assert.equal(secondsUntil(now, now), 1)
})

test('a source is an IPv4 address or the network of an IPv6 address', () => {
  assert.equal(sourceOf('192.0.2.7'), '192.0.2.7')
  assert.equal(sourceOf('::ffff:192.0.2.7'), '192.0.2.7')
  assert.equal(sourceOf('2001:DB8:0:12::1'), '2001:db8:0:12::/64')
  assert.equal(sourceOf('2001:db8::99:1:2:3'), '2001:db8:0:0::/64')
  assert.equal(sourceOf('2001:0db8:1:2:3:4:5:6'), '2001:db8:1:2::/64')
  assert.equal(sourceOf('fe80::1%eth0'), 'fe80:0:0:0::/64')
  assert.equal(sourceOf('::1'), '0:0:0:0::/64')
})

test('a session is over an hour after its last use, and twelve hours after its beginning at the latest', () => {
  const lastSeen = new Date(0)
  const expires = new Date(90 * minuteMs)
  assert.equal(isSessionOver({ expires, lastSeen }, new Date(60 * minuteMs - 1)), false)
  assert.equal(isSessionOver({ expires, lastSeen }, new Date(60 * minuteMs)), true)
  assert.equal(isSessionOver({ expires, lastSeen: new Date(89 * minuteMs) }, expires), true)
})
