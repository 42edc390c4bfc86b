import assert from 'node:assert/strict'
import { test } from 'node:test'
import { exactTime, relativeTime } from './relative-time.ts'

const now = Date.UTC(2026, 10, 21, 12, 0, 0)

test('a moment is told in the largest unit that fits', () => {
  assert.equal(relativeTime(now - 20_000, now), 'just now')
  assert.equal(relativeTime(now + 20_000, now), 'in a moment')
  assert.equal(relativeTime(now - 3 * 60_000, now), '3 minutes ago')
  assert.equal(relativeTime(now - 26 * 3_600_000, now), 'yesterday')
  assert.equal(relativeTime(now + 3 * 86_400_000, now), 'in 3 days')
})

test('the exact time names its zone', () => {
  assert.equal(exactTime(now, 'UTC'), 'Nov 21, 2026, 12:00:00 UTC')
})
