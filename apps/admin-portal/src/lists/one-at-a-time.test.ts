import assert from 'node:assert/strict'
import { test } from 'node:test'
import { oneAtATime } from './one-at-a-time.ts'

test('calls during a run make it run once more, and what began last ends last', async () => {
  const ends: (() => void)[] = []
  const run = oneAtATime(() => new Promise((resolve) => ends.push(resolve)))
  const done = run()
  void run()
  void run()
  assert.equal(ends.length, 1)
  ends[0]?.()
  while (ends.length < 2) await new Promise((resolve) => setImmediate(resolve))
  ends[1]?.()
  await done
  assert.equal(ends.length, 2)
})

test('a call after the end runs again', async () => {
  let runs = 0
  const run = oneAtATime(async () => void (runs += 1))
  await run()
  await run()
  assert.equal(runs, 2)
})
