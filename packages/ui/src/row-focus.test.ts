import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nextRowIndex } from './row-focus.ts'

test('arrows move by one row and stop at both ends', () => {
  assert.equal(nextRowIndex('ArrowDown', 0, 3), 1)
  assert.equal(nextRowIndex('ArrowDown', 2, 3), 2)
  assert.equal(nextRowIndex('ArrowUp', 0, 3), 0)
  assert.equal(nextRowIndex('End', 0, 3), 2)
  assert.equal(nextRowIndex('PageDown', 0, 30), 10)
})

test('other keys and empty lists do not move', () => {
  assert.equal(nextRowIndex('a', 0, 3), undefined)
  assert.equal(nextRowIndex('ArrowDown', 0, 0), undefined)
})
