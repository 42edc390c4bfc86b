import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DomainValidation } from '../ad/delegation.service.ts'
import { initialAttributes } from '../../directory/users/user-fields.rules.ts'
import { createUser, type User } from '../../directory/users/user.rules.ts'
import { newId } from '@lockstep/kernel/ids'
import { createPasswordCheck, outcomeOf } from './password-check.ts'

const now = new Date('2026-03-01T08:00:00Z')
const source = { ip: '192.0.2.1', userAgent: '', requestId: 'r' }

function aUser(): User {
  const decision = createUser(
    { username: 'zoe', email: 'zoe@example.com' },
    { id: newId(now.getTime()), now, defaultState: 'ACTIVATED' },
  )
  assert.ok(decision.ok)
  return { ...decision.value, attributes: initialAttributes }
}

/** Whose hash was looked at, and what a domain was asked. */
function world(validator: 'hub' | 'directory' | 'nobody', validation: DomainValidation, isRight = true) {
  const verified: (string | undefined)[] = []
  const asked: (string | undefined)[] = []
  const check = createPasswordCheck({
    credentials: {
      verify: async (userId) => {
        verified.push(userId)
        return isRight && userId !== undefined
      },
    },
    delegation: {
      validatorOf: async () => validator,
      validateByDomain: async (signIn) => {
        asked.push(signIn.source)
        return validation
      },
    },
  })
  return { check, verified, asked }
}

test('whom a domain validates is never looked up in the hub, whatever the domain says or does not', async () => {
  for (const validation of [
    { outcome: 'wrong_password' },
    { outcome: 'unreachable', reason: 'no_agent' },
    { outcome: 'locked' },
  ] as const) {
    const { check, verified, asked } = world('directory', validation)
    assert.notEqual((await check(aUser(), 'password', source)).kind, 'right')
    assert.deepEqual([verified, asked], [[], ['192.0.2.1']])
  }
  const { check } = world('directory', { outcome: 'valid', domainId: 'a'.repeat(24) })
  assert.deepEqual(await check(aUser(), 'password', source), { kind: 'right' })
})

test('the hub validates by its own hash, and where nobody may the same work proves nothing', async () => {
  const user = aUser()
  const ofHub = world('hub', { outcome: 'wrong_password' })
  assert.deepEqual(await ofHub.check(user, 'password', source), { kind: 'right' })
  const ofNobody = world('nobody', { outcome: 'wrong_password' })
  assert.deepEqual(await ofNobody.check(user, 'password', source), { kind: 'wrong' })
  assert.deepEqual(await ofNobody.check(undefined, 'password', source), { kind: 'wrong' })
  assert.deepEqual([ofHub.verified, ofNobody.verified, ofNobody.asked], [[user.id], [undefined, undefined], []])
})

test('what a domain says of a password that was not right is said in no other words than a wrong one', () => {
  for (const outcome of ['wrong_password', 'unknown_user', 'locked'] as const)
    assert.deepEqual(outcomeOf({ outcome }), { kind: 'wrong' })
  for (const outcome of ['password_expired', 'must_change_password'] as const)
    assert.equal(outcomeOf({ outcome }).kind, 'elsewhere')
  for (const outcome of ['disabled', 'account_expired', 'not_permitted'] as const)
    assert.equal(outcomeOf({ outcome }).kind, 'closed')
  assert.equal(outcomeOf({ outcome: 'unreachable', reason: 'no_answer' }).kind, 'unavailable')
})
