import { resolvableCodes } from '@lockstep/contract/hub/directory-change'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { renameFields, resolutionChoices, resolutionOf, resolvable } from './resolution-words.ts'

const actions = (problem: Parameters<typeof resolutionChoices>[0]) =>
  resolutionChoices(problem).map(({ action }) => action)

test('merging is offered where it is possible', () => {
  assert.deepEqual(actions({ code: 'email_taken', userId: 'u' }), ['merge', 'rename', 'ignore'])
  assert.deepEqual(actions({ code: 'username_taken', userId: 'u' }), ['rename', 'ignore'])
  assert.deepEqual(actions({ code: 'group_name_taken', groupId: 'g' }), ['merge', 'rename', 'ignore'])
  assert.deepEqual(actions({ code: 'group_name_taken', userId: 'u' }), ['rename', 'ignore'])
})

test('another name is asked first for what clashes', () => {
  assert.deepEqual(renameFields({ code: 'email_taken' }), ['email', 'username'])
  assert.deepEqual(renameFields({ code: 'username_in_other_directory' }), ['username', 'email'])
  assert.deepEqual(renameFields({ code: 'group_name_taken' }), ['groupName'])
})

test('only the names that were given are sent, and a rename without any is none', () => {
  const none = { username: ' ', email: '', groupName: '' }
  assert.equal(resolutionOf('rename', none), undefined)
  assert.deepEqual(resolutionOf('rename', { ...none, username: ' anna2 ' }), { action: 'rename', username: 'anna2' })
  assert.deepEqual(resolutionOf('merge', none), { action: 'merge' })
})

test('what can be decided here is what the hub lets be decided', () => {
  assert.deepEqual(resolvable, resolvableCodes)
})
