import assert from 'node:assert/strict'
import { test } from 'node:test'
import { attributeLines, emptyValues, userCreateOf, userUpdateOf, valuesOf } from './user-fields.ts'

test('a new user is sent with the filled fields only', () => {
  const values = {
    ...emptyValues,
    username: ' anna ',
    email: 'a@b.c',
    phoneNumbers: '[{"type":"work","number":" +49 30 "}]',
  }
  assert.deepEqual(userCreateOf(values, 'STAGED'), {
    username: 'anna',
    email: 'a@b.c',
    phoneNumbers: [{ type: 'work', number: '+49 30' }],
    state: 'STAGED',
  })
})

test('an emptied manager and employee number become null, other emptied fields become empty texts', () => {
  assert.deepEqual(userUpdateOf({ manager: '', employeeIdentifier: '', department: '' }, 7), {
    manager: null,
    employeeIdentifier: null,
    department: '',
    revision: 7,
  })
})

test('a user fills the form, and the form gives the same back', () => {
  const fields = { username: 'anna', manager: null, attributes: [{ name: 'badge', value: 'B-7' }] }
  const values = valuesOf({ fields })
  assert.equal(values.manager, '')
  assert.equal(values.attributes, 'badge: B-7')
  assert.deepEqual(userUpdateOf({ attributes: values.attributes }, 1), { attributes: fields.attributes, revision: 1 })
})

test('lines that are no pairs are refused with an example', () => {
  assert.equal(attributeLines('badge: '), undefined)
  assert.match(attributeLines('two words: x') ?? '', /name: value/u)
})
