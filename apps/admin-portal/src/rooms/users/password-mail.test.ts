import assert from 'node:assert/strict'
import { test } from 'node:test'
import { passwordMailOf } from './password-mail.ts'

const user: Parameters<typeof passwordMailOf>[0] = {
  activated: true,
  state: 'ACTIVATED',
  passwordStatus: 'active',
  restrictedFields: [],
}

test('who has a password gets a link to another one, who has none the welcome mail', () => {
  assert.equal(passwordMailOf(user).action, 'Send password link')
  assert.equal(passwordMailOf({ ...user, activated: false, passwordStatus: 'none' }).action, 'Send welcome mail')
})

test('no mail is offered to who is not active, or whose password is a domain’s', () => {
  assert.equal(passwordMailOf(user).denied, undefined)
  assert.match(passwordMailOf({ ...user, state: 'SUSPENDED' }).denied ?? '', /not active/)
  const managed = { field: 'password', directoryId: 'd', kind: 'ActiveDirectory', name: 'corp.example' }
  assert.equal(
    passwordMailOf({ ...user, restrictedFields: [managed] }).denied,
    'The password is managed in corp.example and changed there.',
  )
  const delegated = { ...user, passwordStatus: 'delegated' } as const
  assert.equal(passwordMailOf(delegated).denied, undefined)
  assert.match(passwordMailOf({ ...delegated, activated: false }).denied ?? '', /domain validates/)
})
