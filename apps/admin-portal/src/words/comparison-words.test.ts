import assert from 'node:assert/strict'
import { test } from 'node:test'
import { actionText, comparisonChip, outcomeChip } from './comparison-words.ts'

test('what applying does says whether a person has to release it', () => {
  assert.equal(actionText({ action: 'taken_over', takesAway: false }), 'The domain’s value is taken over')
  assert.equal(actionText({ action: 'written', takesAway: true }), 'The hub’s value is written, after release')
  assert.equal(actionText({ action: 'nothing', takesAway: false }), 'Nothing')
})

test('a comparison that found something says how much, also of one', () => {
  assert.equal(comparisonChip({ state: 'done', found: 0 }).label, 'No differences')
  assert.equal(comparisonChip({ state: 'done', found: 1 }).label, '1 difference')
  assert.equal(comparisonChip({ state: 'done', found: 1234 }).label, '1,234 differences')
  assert.equal(comparisonChip({ state: 'failed', found: 3 }).label, 'Failed')
})

test('a difference that waits for release is not called applied', () => {
  assert.equal(outcomeChip('held')?.label, 'Waits for release')
  assert.equal(outcomeChip(undefined), undefined)
})
