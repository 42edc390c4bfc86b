import assert from 'node:assert/strict'
import { test } from 'node:test'
import { scopeWords, unlisted, widerScope, withoutImplied } from './scope-words.ts'

test('a wide scope gives the narrow ones below it', () => {
  assert.equal(widerScope(['users'], 'users.state.suspend'), 'users')
  assert.equal(widerScope(['users'], 'users'), undefined)
  assert.equal(widerScope(['user'], 'users.delete'), undefined)
  assert.deepEqual(withoutImplied(['users.delete', 'groups', 'users']), ['groups', 'users'])
})

test('scopes that no group lists are told apart, and unknown ones keep their name', () => {
  const groups = [{ key: 'k', name: 'K', description: '', scopes: ['users'] }]
  assert.deepEqual(unlisted(['users', 'radius'], groups), ['radius'])
  assert.equal(scopeWords('radius'), 'radius')
  assert.equal(scopeWords('groups.readonly'), 'See groups')
})
