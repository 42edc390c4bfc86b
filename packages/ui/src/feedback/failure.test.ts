import assert from 'node:assert/strict'
import { test } from 'node:test'
import { failureOf, isSignedOut, mayPass } from './failure.ts'

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
    isRefused: true,
  })
})

test('a throttled call says how long to wait', () => {
  const error = refusal({ status: 429, code: 'throttled', detail: 'Too many attempts.', retryAfterSeconds: 300 })
  assert.equal(failureOf(error).detail, 'Too many attempts. Try again in 5 minutes.')
})

test('a fault of the portal is not blamed on the hub', () => {
  assert.equal(failureOf(new Error('x is undefined')).detail, 'The portal failed: x is undefined')
})

test('only what the hub refused is known to have changed nothing', () => {
  const isRefused = (status: number) => failureOf(refusal({ status, code: 'any', detail: '' })).isRefused
  assert.deepEqual([400, 404, 409, 429].map(isRefused), [true, true, true, true])
  // No answer at all, an answer of the hub or of a proxy that the work was lost under, and a fault of the portal after the answer.
  assert.deepEqual([0, 500, 502, 503, 504].map(isRefused), [false, false, false, false, false])
  assert.equal(failureOf(new Error('x is undefined')).isRefused, false)
})

test('what may be over at the next try is tried again', () => {
  const passes = (status: number) => mayPass(refusal({ status, code: 'any', detail: '' }))
  assert.deepEqual([0, 429, 500, 503].map(passes), [true, true, true, true])
  assert.deepEqual([400, 401, 404, 409].map(passes), [false, false, false, false])
  assert.equal(mayPass(new Error('x is undefined')), false)
})

test('only the code of a lost session signs out', () => {
  assert.equal(isSignedOut(refusal({ status: 401, code: 'unauthenticated', detail: '' })), true)
  assert.equal(isSignedOut(refusal({ status: 401, code: 'sign_in_failed', detail: '' })), false)
})
