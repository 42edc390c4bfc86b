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

test('a moment is rounded, so that what was set a moment ago for seven days is in seven days', () => {
  const day = 86_400_000
  const cases: readonly (readonly [number, string])[] = [
    [7 * day - 3_000, 'in 7 days'],
    [7 * day - 13 * 3_600_000, 'in 6 days'],
    [-100_000, '2 minutes ago'],
    [-80_000, '1 minute ago'],
    [3_600_000 - 20_000, 'in 1 hour'],
    [-(day - 60_000), 'yesterday'],
    [14 * day - 60_000, 'in 2 weeks'],
    [30 * day, 'in 4 weeks'],
    [35 * day, 'in 1 month'],
    [-364 * day, '1 year ago'],
    [-400 * day, '1 year ago'],
  ]
  for (const [distanceMs, words] of cases) assert.equal(relativeTime(now + distanceMs, now), words)
})

test('the exact time names its zone', () => {
  assert.equal(exactTime(now, 'UTC'), 'Nov 21, 2026, 12:00:00 UTC')
})
