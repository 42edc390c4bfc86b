import assert from 'node:assert/strict'
import { test } from 'node:test'
import { actionWords, actorWords, counted, fieldName, reasonWords, stateWords } from './words.ts'

test('counts agree with their nouns and large ones are grouped', () => {
  assert.equal(counted(1, 'user'), '1 user')
  assert.equal(counted(0, 'directory', 'directories'), '0 directories')
  assert.equal(counted(100_000, 'user'), '100,000 users')
})

test('fields without a name of their own still read as words', () => {
  assert.equal(fieldName('employeeIdentifier'), 'Employee number')
  assert.equal(fieldName('group:All staff'), 'Group All staff')
  assert.equal(fieldName('account:corp.example'), 'Account in corp.example')
  assert.equal(fieldName('passwordNeverExpires'), 'Password never expires')
})

test('actions are told in the past tense, unknown ones as they are', () => {
  assert.equal(actionWords('user.suspend'), 'user suspended')
  assert.equal(actionWords('api_key.revoke'), 'API key revoked')
  assert.equal(actionWords('notice.send'), 'mail sent')
  assert.equal(actionWords('directory.full_read'), 'directory full read')
})

test('a reason that only repeats who did it is left out', () => {
  assert.equal(reasonWords({ actor: 'a@b.c', reason: 'Changed by a@b.c' }), '')
  assert.equal(
    reasonWords({ actor: 'a@b.c', reason: 'Changed by a@b.c (They left (for good))' }),
    'They left (for good)',
  )
  assert.equal(reasonWords({ actor: 'a@b.c', reason: 'Changed in Active Directory' }), 'Changed in Active Directory')
})

test('an agent is told from a person, and a state reads as its chip', () => {
  assert.equal(actorWords({ actorKind: 'agent', actor: 'dc-side' }), 'Agent on dc-side')
  assert.equal(actorWords({ actorKind: 'administrator', actor: 'a@b.c' }), 'a@b.c')
  assert.equal(stateWords('state', 'ACTIVATED'), 'Active')
  assert.equal(stateWords('state', 'quarantined'), 'Held')
  assert.equal(stateWords('name', 'ACTIVATED'), undefined)
})

test('a scheduled state reads as its chip, with the day and time', () => {
  assert.equal(
    stateWords('scheduledState', 'SUSPENDED at 2027-01-31T17:00:00.000Z'),
    'Suspended at 2027-01-31 17:00 UTC',
  )
  assert.equal(stateWords('scheduledState', 'soon'), undefined)
})
