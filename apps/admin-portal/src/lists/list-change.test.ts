import assert from 'node:assert/strict'
import { test } from 'node:test'
import { changeText, sameOrder } from './list-change.ts'

const page = (ids: string, total = ids.length) => ({ items: [...ids], total })
const self = (id: string): string => id

test('a page replaces another silently only when no row moves', () => {
  assert.equal(sameOrder(page('abc'), page('abc', 9), self), true)
  assert.equal(sameOrder(page('abc'), page('acb'), self), false)
  assert.equal(sameOrder(page('abc'), page('ab'), self), false)
})

test('the pill counts what came and went', () => {
  assert.equal(changeText(page('abc', 10), page('xab', 13)), '3 new')
  assert.equal(changeText(page('abc', 10), page('ab', 9)), '1 fewer')
  assert.equal(changeText(page('abc', 10), page('acb', 10)), 'List changed')
})
