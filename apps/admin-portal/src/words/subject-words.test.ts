import assert from 'node:assert/strict'
import { test } from 'node:test'
import { subjectWords } from './subject-words.ts'

test('a mail and an agent without a name are told by their kind, everything else by its name', () => {
  assert.equal(subjectWords({ subjectKind: 'notice', subject: 'user_activation' }), 'Invitation of a user')
  assert.equal(subjectWords({ subjectKind: 'agent', subject: 'SYNC' }), 'Sync agent')
  assert.equal(subjectWords({ subjectKind: 'agent', subject: 'dc-side' }), 'dc-side')
  assert.equal(subjectWords({ subjectKind: 'group', subject: 'SYNC' }), 'SYNC')
})
