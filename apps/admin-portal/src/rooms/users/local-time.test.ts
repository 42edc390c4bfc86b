import assert from 'node:assert/strict'
import { test } from 'node:test'
import { instantOf, timeToCome } from './local-time.ts'

test('a date and time is one of the reader’s own zone', () => {
  assert.equal(instantOf('2026-11-25T09:00')?.getTime(), new Date(2026, 10, 25, 9).getTime())
  for (const text of ['', '2026-11-25', '2026-99-25T09:00', '2026-11-25T09:00Z'])
    assert.equal(instantOf(text), undefined)
})

test('only a time to come can be scheduled', () => {
  assert.equal(timeToCome('2001-01-01T00:00'), 'Choose a time in the future.')
  assert.equal(timeToCome('9000-01-01T00:00'), undefined)
  assert.equal(timeToCome(''), 'Enter a date and a time.')
})
