import assert from 'node:assert/strict'
import { test } from 'node:test'
import { passwordChecks, passwordRules } from './password-policy.ts'

const met = (password: string, again = password) => passwordChecks({ password, again }).map(({ isMet }) => isMet)

test('the checks follow what is typed', () => {
  assert.deepEqual(met(''), [false, false, false])
  assert.deepEqual(met('short'), [false, true, true])
  assert.deepEqual(met(' '.repeat(12)), [true, false, true])
  assert.deepEqual(met('long enough for it', 'long enough'), [true, true, false])
  assert.deepEqual(met('long enough for it'), [true, true, true])
})

test('what is not met is refused beside its field', () => {
  assert.equal(passwordRules.password('short'), 'Use at least 12 characters.')
  assert.equal(passwordRules.password(' '.repeat(12)), 'Blanks alone are no password.')
  assert.equal(passwordRules.password('long enough for it'), undefined)
  assert.equal(passwordRules.again('other', { password: 'one' }), 'The two passwords differ.')
})
