import assert from 'node:assert/strict'
import { test } from 'node:test'
import { actionWords, counted, fieldName } from './words.ts'

test('counts agree with their nouns and large ones are grouped', () => {
  assert.equal(counted(1, 'user'), '1 user')
  assert.equal(counted(0, 'directory', 'directories'), '0 directories')
  assert.equal(counted(100_000, 'user'), '100,000 users')
})

test('fields without a name of their own still read as words', () => {
  assert.equal(fieldName('employeeIdentifier'), 'Employee number')
  assert.equal(fieldName('passwordNeverExpires'), 'Password never expires')
})

test('actions are told in the past tense, unknown ones as they are', () => {
  assert.equal(actionWords('user.suspend'), 'user suspended')
  assert.equal(actionWords('api_key.revoke'), 'API key revoked')
  assert.equal(actionWords('directory.full_read'), 'directory full read')
})
