import assert from 'node:assert/strict'
import { test } from 'node:test'
import { actionWords, counted, fieldName, reasonWords } from './words.ts'

test('counts agree with their nouns and large ones are grouped', () => {
  assert.equal(counted(1, 'user'), '1 user')
  assert.equal(counted(0, 'directory', 'directories'), '0 directories')
  assert.equal(counted(100_000, 'user'), '100,000 users')
})

test('fields without a name of their own still read as words', () => {
  assert.equal(fieldName('employeeIdentifier'), 'Employee number')
  assert.equal(fieldName('group:All staff'), 'Group All staff')
  assert.equal(fieldName('passwordNeverExpires'), 'Password never expires')
})

test('actions are told in the past tense, unknown ones as they are', () => {
  assert.equal(actionWords('user.suspend'), 'user suspended')
  assert.equal(actionWords('api_key.revoke'), 'API key revoked')
  assert.equal(actionWords('directory.full_read'), 'directory full read')
})

test('a reason that only repeats who did it is left out', () => {
  assert.equal(reasonWords({ actor: 'a@b.c', reason: 'Changed by a@b.c' }), '')
  assert.equal(reasonWords({ actor: 'a@b.c', reason: 'Changed in Active Directory' }), 'Changed in Active Directory')
})
