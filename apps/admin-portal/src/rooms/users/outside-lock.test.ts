import assert from 'node:assert/strict'
import { test } from 'node:test'
import { outsideLockOf } from './outside-lock.ts'

const now = new Date('2026-11-22T12:00:00Z')
const lockOf = (until: unknown) => outsideLockOf({ fields: { external_locked_until: until } }, now)

test('a lock of the domain is told until its time is over', () => {
  assert.deepEqual(lockOf('2026-11-22T12:30:00.000Z'), { until: '2026-11-22T12:30:00.000Z' })
  assert.equal(lockOf('2026-11-22T12:00:00.000Z'), undefined)
  for (const none of [null, undefined, '']) assert.equal(lockOf(none), undefined)
})

test('a lock that only an administrator of the domain ends has no end', () => {
  assert.deepEqual(lockOf('9999-12-31T00:00:00.000Z'), { until: undefined })
})
