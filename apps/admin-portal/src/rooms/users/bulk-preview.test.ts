import type { BulkAction } from '@lockstep/contract/hub/bulk-action'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { asksForNumber, outcomeWords, previewBulk, skippedText } from './bulk-preview.ts'

const users = [
  { id: '1', state: 'ACTIVATED' },
  { id: '2', state: 'SUSPENDED' },
  { id: '3', state: 'STAGED' },
] as const

test('a suspension leaves out who is suspended and says so', () => {
  assert.deepEqual(previewBulk('suspend', users), {
    ids: ['1', '3'],
    skipped: ['1 of the selected is suspended already and will be left as it is.'],
  })
})

test('a deletion leaves out nobody', () => {
  assert.deepEqual(previewBulk('delete', users), { ids: ['1', '2', '3'], skipped: [] })
  assert.equal(skippedText('delete', 3, 'that match'), undefined)
})

test('the number is typed for deletions and for many suspensions', () => {
  assert.equal(asksForNumber('delete', 1), true)
  assert.equal(asksForNumber('suspend', 50), false)
  assert.equal(asksForNumber('suspend', 51), true)
  assert.equal(asksForNumber('activate', 5_000), false)
  assert.equal(asksForNumber('delete', 0), false)
})

test('an authority is given to all, and whose it was already is told at the end', () => {
  assert.deepEqual(previewBulk('password_authority', users), { ids: ['1', '2', '3'], skipped: [] })
  const action = { action: 'password_authority', state: 'done', total: 3, changed: 2, unchanged: 1, failed: 0 }
  assert.deepEqual(outcomeWords(action as BulkAction), {
    title: '2 users given another password authority',
    rest: ['1 was so already'],
  })
})

test('an ended action says how many it changed, left, could not change and never reached', () => {
  const action = { action: 'suspend', state: 'cancelled', total: 10, changed: 1, unchanged: 2, failed: 3 }
  assert.deepEqual(outcomeWords(action as BulkAction), {
    title: '1 user suspended',
    rest: ['2 were suspended already', '3 could not be suspended', '4 not reached'],
  })
})
