import assert from 'node:assert/strict'
import { test } from 'node:test'
import { authorityFields, authorityRow } from './bulk-authority.rules.ts'

const title = { field: 'jobTitle', type: 'active_directory', id: 'd1' }
const password = (id: string) => ({ field: 'password', type: 'active_directory', id })

test('a directory gets the authority over the password from whoever had it, and everything else stays', () => {
  const attributes = { restrictedFields: [password('d2'), title] }
  const given = authorityFields('password_authority', authorityRow('d1'), attributes)
  assert.deepEqual(given, { restrictedFields: [title, password('d1')] })
  const taken = authorityFields('password_authority', authorityRow(null), attributes)
  assert.deepEqual(taken, { restrictedFields: [title] })
})

test('what is so already is no change', () => {
  const attributes = { restrictedFields: [password('d1'), title] }
  assert.deepEqual(authorityFields('password_authority', authorityRow('d1'), attributes), {})
})

test('passwords are validated by a directory, or by the hub', () => {
  const given = authorityFields('delegated_authority', authorityRow('d1'), {})
  assert.deepEqual(given, { delegatedAuthority: { id: 'd1', name: 'ActiveDirectory' } })
  assert.deepEqual(authorityFields('delegated_authority', authorityRow(null), {}), { delegatedAuthority: null })
})
