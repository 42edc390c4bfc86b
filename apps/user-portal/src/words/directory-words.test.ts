import assert from 'node:assert/strict'
import { test } from 'node:test'
import { directoryAdvice } from './directory-words.ts'

test('a refused password says why in the directory’s words and leads to a new one', () => {
  const told = directoryAdvice({ state: 'active', password: { state: 'refused', text: 'It is too short there.' } })
  assert.deepEqual(told, {
    text: 'It did not accept your password. It is too short there.',
    remedy: 'change-password',
  })
})

test('a password that waits for the next sign-in offers it', () => {
  assert.equal(directoryAdvice({ state: 'active', password: { state: 'at-next-sign-in' } }).remedy, 'sign-in-anew')
  assert.equal(directoryAdvice({ state: 'active', password: { state: 'in-step' } }).remedy, undefined)
})

test('an account that failed or is disabled says that before anything of the password', () => {
  for (const state of ['failed', 'disabled'] as const)
    assert.match(directoryAdvice({ state, password: { state: 'refused' } }).text, /help desk/u)
})
