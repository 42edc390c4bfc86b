import { failureOf } from '@lockstep/ui/feedback/failure'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { passkeyFault } from './passkey-fault.ts'

test('what a browser throws is told in words that help', () => {
  const cancelled = passkeyFault(new DOMException('x', 'NotAllowedError'))
  assert.match(failureOf(cancelled).detail, /^It was cancelled, took too long/u)
  assert.match(failureOf(passkeyFault(new DOMException('x', 'InvalidStateError'))).detail, /already/u)
  assert.match(failureOf(passkeyFault(new TypeError('x'))).detail, /^This browser could not use a passkey/u)
  assert.equal(failureOf(passkeyFault(undefined)).code, 'passkey')
})
