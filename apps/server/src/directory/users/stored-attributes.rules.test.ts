import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromStoredAttributes, initialValue, toStoredAttributes } from './stored-attributes.rules.ts'
import { initialAttributes } from './user-fields.rules.ts'

test('a new user’s attributes take no room, and come back whole', () => {
  assert.deepEqual(toStoredAttributes(initialAttributes), {})
  assert.deepEqual(fromStoredAttributes({}), initialAttributes)
})

test('what was set is kept, and read between the rest in the same order', () => {
  const attributes = {
    ...initialAttributes,
    department: 'Sales',
    sudo: true,
    mfa: { exclusion: true, configured: false },
  }
  const stored = toStoredAttributes(attributes)
  assert.deepEqual(stored, { department: 'Sales', mfa: { exclusion: true, configured: false }, sudo: true })
  assert.deepEqual(fromStoredAttributes(stored), attributes)
  assert.deepEqual(Object.keys(fromStoredAttributes(stored)), Object.keys(initialAttributes))
})

test('a list emptied again is as it was', () => {
  assert.deepEqual(toStoredAttributes({ ...initialAttributes, addresses: [] }), {})
})

test('the restricted fields of one authority stand together and keep their order', () => {
  const row = (field: string, id: string) => ({ field, type: 'active_directory', id })
  const restrictedFields = [row('username', 'a'), row('email', 'a'), row('department', 'b'), row('firstname', 'a')]
  const stored = toStoredAttributes({ ...initialAttributes, restrictedFields })
  assert.deepEqual(stored['restrictedFields'], [
    { type: 'active_directory', id: 'a', fields: ['username', 'email'] },
    { type: 'active_directory', id: 'b', fields: ['department'] },
    { type: 'active_directory', id: 'a', fields: ['firstname'] },
  ])
  assert.deepEqual(fromStoredAttributes(stored)['restrictedFields'], restrictedFields)
})

test('rows kept one by one, as earlier versions did, are read as they are', () => {
  const restrictedFields = [{ field: 'username', type: 'active_directory', id: 'a' }]
  assert.deepEqual(fromStoredAttributes({ restrictedFields })['restrictedFields'], restrictedFields)
})

test('a new user’s value of a field or of a part of it is known', () => {
  assert.equal(initialValue('department'), '')
  assert.equal(initialValue('mfa', ['exclusion']), false)
  assert.equal(initialValue('password_date'), undefined)
  assert.equal(initialValue('addresses'), undefined)
})
