import assert from 'node:assert/strict'
import { test } from 'node:test'
import { failureOf, isSignedOut } from './failure.ts'

/** As the hub's client throws it. */
const refusal = (facts: Readonly<Record<string, unknown>> & { readonly detail: string }) =>
  Object.assign(new Error(facts.detail), { field: undefined, requestId: undefined, ...facts })

test('a refusal keeps its words, field and request id', () => {
  const error = refusal({ status: 409, code: 'email_taken', detail: 'Taken.', field: 'email', requestId: 'r1' })
  assert.deepEqual(failureOf(error), {
    code: 'email_taken',
    detail: 'Taken.',
    field: 'email',
    requestId: 'r1',
    passing: false,
  })
})

test('a throttled call says how long to wait', () => {
  const error = refusal({ status: 429, code: 'throttled', detail: 'Too many attempts.', retryAfterSeconds: 300 })
  assert.equal(failureOf(error).detail, 'Too many attempts. Try again in 5 minutes.')
  assert.equal(failureOf(error).passing, true)
})

test('a fault of the portal is not blamed on the hub', () => {
  assert.equal(failureOf(new Error('x is undefined')).detail, 'The portal failed: x is undefined')
})

test('only the code of a lost session signs out', () => {
  assert.equal(isSignedOut(refusal({ status: 401, code: 'unauthenticated', detail: '' })), true)
  assert.equal(isSignedOut(refusal({ status: 401, code: 'sign_in_failed', detail: '' })), false)
})
