import assert from 'node:assert/strict'
import { test } from 'node:test'

import { bindOutcomeOf, provesPassword } from './bind-outcome.ts'
import { type DirectoryError, errorOfResult } from './directory-error.ts'

function failure(resultCode: number, diagnosticMessage = ''): DirectoryError {
  return errorOfResult('change an object', { resultCode, diagnosticMessage, controls: new Map() })
}

test('the Windows code decides the kind before the result code does', () => {
  const policy = failure(19, '0000052D: Constraint violation - check_password_restrictions: the password is too short')
  assert.equal(policy.kind, 'password_policy')
  assert.equal(policy.adCode, '0000052D')
  assert.equal(failure(19, '00000056: wrong').kind, 'wrong_old_password')
  assert.equal(
    failure(53, '0000052d: SvcErr: DSID-031A12D2, problem 5003 (WILL_NOT_PERFORM), data 0').kind,
    'password_policy',
  )
  assert.equal(
    failure(68, '00002071: UpdErr: DSID-030503CF, problem 6005 (ENTRY_EXISTS), data 0').kind,
    'already_exists',
  )
  assert.equal(failure(19, '000021C8: AtrErr: DSID-03200EF6, #1').kind, 'already_exists')
  assert.equal(failure(19, 'ABCDEF01: something new').kind, 'constraint')
})

test('every result code has a kind, and those that pass by themselves are retryable', () => {
  assert.equal(failure(32).kind, 'no_such_object')
  assert.equal(failure(4).kind, 'size_limit')
  assert.equal(failure(8).kind, 'strong_auth_required')
  assert.equal(failure(12).kind, 'unsupported')
  assert.equal(failure(50).kind, 'access_denied')
  assert.equal(failure(4711).kind, 'other')
  assert.deepEqual(
    [51, 52, 3].map((code) => failure(code).retryable),
    [true, true, true],
  )
  assert.deepEqual(
    [50, 19, 49].map((code) => failure(code).retryable),
    [false, false, false],
  )
})

test('the message names codes and attribute but nothing the server said about values', () => {
  const error = failure(
    19,
    '0000200B: AtrErr: DSID-0315270F, #1:\n\t0: 0000200B: problem 1005, data 0, Att 90290 (userPrincipalName):len 50 secret@corp',
  )
  assert.equal(error.attribute, 'userPrincipalName')
  assert.equal(
    error.message,
    'could not change an object: schema (result 19, code 0000200B, attribute userPrincipalName)',
  )
  assert.doesNotMatch(`${error.stack} ${JSON.stringify(error)} ${String(error.cause)}`, /secret/)
  assert.ok(error.remedy.length > 20)
})

test('a refused bind is classified by its sub-code', () => {
  const cases = [
    ['525', 'no_such_account', false],
    ['52e', 'wrong_password', false],
    ['530', 'logon_hours', true],
    ['531', 'workstation', true],
    ['532', 'password_expired', true],
    ['533', 'disabled', true],
    ['701', 'account_expired', true],
    ['773', 'must_change_password', true],
    ['775', 'locked', false],
    ['999', 'unknown', false],
  ] as const
  for (const [subCode, outcome, proves] of cases) {
    const text = `80090308: LdapErr: DSID-0C090439, comment: AcceptSecurityContext error, data ${subCode}, v4563`
    assert.equal(bindOutcomeOf(failure(49, text)), outcome)
    assert.equal(provesPassword(outcome), proves)
  }
  assert.equal(bindOutcomeOf(failure(49)), 'unknown')
})
