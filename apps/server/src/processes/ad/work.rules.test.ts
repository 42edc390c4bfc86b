import assert from 'node:assert/strict'
import { test } from 'node:test'
import { retryAt } from './work.rules.ts'

const now = new Date('2026-01-01T00:00:00Z')
const seconds = (attempts: number, failure: { readonly kind: string; readonly retryable: boolean }): number =>
  (retryAt(now, attempts, failure).getTime() - now.getTime()) / 1000

test('what the domain refuses is tried ever later, and what only lost its connection soon however often that was', () => {
  const busy = { kind: 'busy', retryable: true }
  assert.deepEqual(
    [0, 1, 2, 9].map((attempts) => seconds(attempts, busy)),
    [2, 4, 8, 300],
  )
  for (const kind of ['connection', 'timeout']) assert.equal(seconds(9, { kind, retryable: true }), 2)
  assert.equal(seconds(0, { kind: 'constraint', retryable: false }), 24 * 60 * 60)
})
