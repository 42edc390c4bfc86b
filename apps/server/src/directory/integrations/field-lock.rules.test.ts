import assert from 'node:assert/strict'
import { test } from 'node:test'
import { unlockableField, withFieldLocks } from './field-lock.rules.ts'

const id = '5c1a00000000000000000009'
const foreign = { field: 'email', type: 'active_directory', id: '5c1a0000000000000000000a' }

test('an integration’s read-only fields stand beside those of others, and change nothing when they are there', () => {
  const own = { field: 'jobTitle', type: 'scim', id }
  assert.deepEqual(withFieldLocks({ restrictedFields: [foreign] }, id, ['jobTitle', 'jobTitle']), [foreign, own])
  assert.equal(withFieldLocks({ restrictedFields: [foreign, own] }, id, ['jobTitle']), undefined)
  assert.deepEqual(withFieldLocks({ restrictedFields: [foreign, own] }, id, []), [foreign])
  assert.equal(withFieldLocks({}, id, []), undefined)
})

test('only fields that an authority may own can be read-only', () => {
  assert.equal(unlockableField(['jobTitle', 'password', 'manager']), undefined)
  assert.equal(unlockableField(['jobTitle', 'state']), 'state')
})
