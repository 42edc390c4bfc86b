import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  defaultPasswordPolicy,
  passwordExpiration,
  passwordViolations,
  readPasswordPolicy,
} from './password-policy.rules.ts'

test('without a stored policy, or with nonsense, the defaults hold', () => {
  for (const stored of [undefined, null, 'x', [], {}, { minLength: 'long', needsLowercase: 1 }])
    assert.deepEqual(readPasswordPolicy(stored), defaultPasswordPolicy)
})

test('stored values are kept within their ranges, and a limit that is switched off is off', () => {
  assert.equal(readPasswordPolicy({ minLength: 2 }).minLength, 8)
  assert.equal(readPasswordPolicy({ minLength: 200 }).minLength, 64)
  assert.equal(readPasswordPolicy({ enableMaxHistory: false, maxHistory: 5 }).maxHistory, 0)
  assert.equal(readPasswordPolicy({ maxHistory: 99 }).maxHistory, 24)
  assert.equal(readPasswordPolicy({ passwordExpirationInDays: 90 }).maxAgeDays, 90)
  const off = { enablePasswordExpirationInDays: false, passwordExpirationInDays: 90, enableMaxLoginAttempts: false }
  assert.equal(readPasswordPolicy(off).maxAgeDays, undefined)
  assert.equal(readPasswordPolicy(off).maxAttempts, undefined)
  assert.equal(readPasswordPolicy({ lockoutTimeInSeconds: 10 }).lockoutSeconds, 300)
})

test('every rule that a password breaks is told at once', () => {
  const told = (password: string): readonly string[] => passwordViolations(password, defaultPasswordPolicy, 'grace')
  assert.deepEqual(told('Correct-horse-7'), [])
  assert.deepEqual(told('short'), ['minLength', 'uppercase', 'number', 'specialCharacter'])
  assert.deepEqual(told('CORRECT-HORSE-7'), ['lowercase'])
  assert.deepEqual(told('CorrectHorse77'), ['specialCharacter'])
  assert.deepEqual(told('Correct-horse-GRACE-7'), ['username'])
  assert.deepEqual(told(`Aa1-${'x'.repeat(1024)}`), ['maxLength'])
  assert.deepEqual(passwordViolations('Correct-horse-7', defaultPasswordPolicy, 'co'), [])
})

test('a password expires so many days after it was set, unless it never does', () => {
  const set = new Date('2026-01-01T00:00:00Z')
  const policy = { ...defaultPasswordPolicy, maxAgeDays: 90 }
  assert.equal(passwordExpiration(set, policy, false)?.toISOString(), '2026-04-01T00:00:00.000Z')
  assert.equal(passwordExpiration(set, policy, true), null)
  assert.equal(passwordExpiration(set, defaultPasswordPolicy, false), null)
})
