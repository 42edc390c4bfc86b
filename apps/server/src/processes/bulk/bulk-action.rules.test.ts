import assert from 'node:assert/strict'
import { test } from 'node:test'
import { reportsFirst, targetState, undoOf } from './bulk-action.rules.ts'

test('a suspension is undone for those who were active, an activation for those who were suspended', () => {
  assert.deepEqual(undoOf('suspend'), { kind: 'activate', before: 'ACTIVATED' })
  assert.deepEqual(undoOf('activate'), { kind: 'suspend', before: 'SUSPENDED' })
})

test('a deletion is not undone and leads to no state', () => {
  assert.equal(undoOf('delete'), undefined)
  assert.equal(targetState('delete'), undefined)
})

test('those who report to others of them come first, whatever the order and the depth', () => {
  const depth = 5_000
  const chain = Array.from({ length: depth }, (_, index) => ({
    id: String(index),
    manager: index === 0 ? 'outside' : String(index - 1),
  }))
  const ids = reportsFirst(chain.toSorted((a, b) => (a.id < b.id ? 1 : -1))).map(({ id }) => Number(id))
  assert.deepEqual(
    ids,
    Array.from({ length: depth }, (_, index) => depth - 1 - index),
  )
})

test('a circle of managers is put in some order, with nobody lost', () => {
  const circle = ['a', 'b', 'c'].map((id, index, all) => ({ id, manager: all[(index + 1) % 3] ?? null }))
  const ids = reportsFirst([...circle, { id: 'd', manager: 'a' }]).map(({ id }) => id)
  assert.deepEqual(ids.toSorted(), ['a', 'b', 'c', 'd'])
  assert.equal(ids[0], 'd')
})
