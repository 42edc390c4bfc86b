import assert from 'node:assert/strict'
import { test } from 'node:test'
import { progressWords } from './progress-words.ts'

test('a rate and the rest are told once something was watched for a second', () => {
  assert.equal(progressWords({ done: 10, total: 8_000, doneAtFirst: 0, watchedMs: 500 }), '10 of 8,000')
  assert.equal(
    progressWords({ done: 1_200, total: 8_000, doneAtFirst: 200, watchedMs: 2_000 }),
    '1,200 of 8,000 · 500 a second · about 14 seconds left',
  )
  assert.equal(
    progressWords({ done: 2, total: 1_000, doneAtFirst: 1, watchedMs: 4_000 }),
    '2 of 1,000 · less than 1 a second · about 67 minutes left',
  )
})

test('what stands still promises no end', () => {
  assert.equal(progressWords({ done: 5, total: 10, doneAtFirst: 5, watchedMs: 9_000 }), '5 of 10')
})
