import assert from 'node:assert/strict'
import { test } from 'node:test'
import { changedFields, emailAddress, optionalEmailAddress, required, validate } from './form-rules.ts'

test('only fields with a fault appear among the errors', () => {
  const errors = validate({ name: ' ', email: 'a@b' }, { name: required('a name'), email: emailAddress })
  assert.deepEqual(errors, { name: 'Enter a name.' })
})

test('a rule may look at the other fields', () => {
  const rules = {
    again: (value: string, values: { again: string; password: string }) =>
      value === values.password ? undefined : 'Differs.',
  }
  assert.deepEqual(validate({ password: 'x', again: 'y' }, rules), { again: 'Differs.' })
})

test('an unchanged field is not sent', () => {
  assert.deepEqual(changedFields({ a: '1', b: '2' }, { a: '1', b: '' }), { b: '' })
})

test('addresses are checked before they are sent', () => {
  assert.equal(emailAddress('nobody'), 'Enter an address such as name@example.com.')
  assert.equal(emailAddress('a b@c'), 'Enter an address such as name@example.com.')
  assert.equal(optionalEmailAddress(''), undefined)
})
