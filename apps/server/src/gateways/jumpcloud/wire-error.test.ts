import assert from 'node:assert/strict'
import test from 'node:test'
import { AppError } from '@lockstep/contract/app-error'
import { type ErrorCode, errorCodes } from '@lockstep/contract/error-codes'
import { passwordViolation, renderWireError } from './wire-error.ts'

const bodyOf = (error: unknown): Record<string, unknown> => renderWireError(error, 'r1').body as Record<string, unknown>

test('a refusal carries what clients of either version read', () => {
  assert.deepEqual(bodyOf(new AppError('unauthenticated')), {
    message: 'Unauthorized',
    error: 'Unauthorized',
    code: 401,
    status: 'UNAUTHENTICATED',
    requestId: 'r1',
  })
  assert.deepEqual(bodyOf(new AppError('already_exists', { field: 'id' })), {
    message: 'Already Exists',
    error: 'Already Exists',
    code: 409,
    status: 'ALREADY_EXISTS',
    field: 'id',
    requestId: 'r1',
  })
  assert.equal(bodyOf(new AppError('not_found'))['message'], 'Not Found')
  assert.equal(bodyOf(new AppError('not_found', { detail: 'id: none.' }))['message'], 'Not Found: id: none.')
})

test('the statuses are those that clients expect', () => {
  const conflicts = (Object.keys(errorCodes) as ErrorCode[]).filter((code) => errorCodes[code].kind === 'conflict')
  const statuses = Object.fromEntries(conflicts.map((code) => [code, renderWireError(new AppError(code), '').status]))
  assert.equal(statuses['username_taken'], 400)
  assert.equal(statuses['email_taken'], 400)
  assert.equal(statuses['employee_identifier_taken'], 400)
  assert.equal(statuses['derived_membership'], 400)
  assert.equal(statuses['already_exists'], 409)
  assert.equal(statuses['user_has_reports'], 409)
})

test('an unexpected error says nothing of itself', () => {
  const body = bodyOf(new Error('select * from secrets'))
  assert.equal(body['code'], 500)
  assert.doesNotMatch(JSON.stringify(body), /secrets/)
})

test('another try is announced', () => {
  assert.deepEqual(renderWireError(new AppError('throttled', { retryAfterSeconds: 3 }), '').headers, {
    'retry-after': '3',
  })
})

test('a refused password can be told in detail', () => {
  assert.deepEqual(passwordViolation(new AppError('password_policy', { detail: 'too short' })).body, {
    code: 400,
    message: 'Password validation fail',
    error: 'Password validation fail',
    status: 'INVALID_ARGUMENT',
    details: [
      {
        fieldViolationsList: [{ field: 'password', description: 'too short' }],
        '@type': 'type.googleapis.com/google.rpc.BadRequest',
      },
    ],
  })
})
