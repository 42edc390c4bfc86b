import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type BulkRow, countOutcomes, targetState, undoOf, unreached } from './bulk-action.rules.ts'

const row = (userId: string, facts: Partial<BulkRow>): BulkRow => ({ ...unreached({ id: userId }), ...facts })
const rows = [
  row('a', { outcome: 'changed', before: 'ACTIVATED' }),
  row('b', { outcome: 'changed', before: 'STAGED' }),
  row('c', { outcome: 'unchanged', before: 'SUSPENDED' }),
  row('d', { outcome: 'failed', code: 'not_found' }),
  row('e', {}),
]

test('a suspension is undone for those who were active, nobody else', () => {
  const undo = undoOf('suspend', rows)
  assert.equal(undo?.kind, 'activate')
  assert.deepEqual(
    undo.rows.map(({ userId }) => userId),
    ['a'],
  )
})

test('an activation is undone for those who were suspended', () => {
  assert.equal(undoOf('activate', rows), undefined)
  assert.equal(undoOf('activate', [row('a', { outcome: 'changed', before: 'SUSPENDED' })])?.kind, 'suspend')
})

test('a deletion is not undone and leads to no state', () => {
  assert.equal(undoOf('delete', rows), undefined)
  assert.equal(targetState('delete'), undefined)
})

test('who was not reached is counted nowhere', () => {
  assert.deepEqual(countOutcomes(rows), { changed: 2, unchanged: 1, failed: 1 })
})
