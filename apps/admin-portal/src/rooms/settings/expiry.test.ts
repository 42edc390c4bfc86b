import assert from 'node:assert/strict'
import { test } from 'node:test'
import { expiryOf } from './expiry.ts'

test('the end of a key is announced two weeks ahead', () => {
  const now = new Date('2026-03-01T12:00:00Z')
  const cases = [
    ['2026-03-01T12:00:00Z', { state: 'expired', label: 'Expired' }],
    ['2026-03-02T11:00:00Z', { state: 'soon', label: 'Expires within a day' }],
    ['2026-03-02T12:00:00Z', { state: 'soon', label: 'Expires in 1 day' }],
    ['2026-03-15T12:00:00Z', { state: 'soon', label: 'Expires in 14 days' }],
    ['2026-03-15T12:00:01Z', { state: 'later' }],
  ] as const
  for (const [expires, expected] of cases) assert.deepEqual(expiryOf(expires, now), expected, expires)
})
