import type { OrganizationSettings } from '@lockstep/contract/hub/organization'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fieldsOf, policyOf, updateOf, wholeNumber } from './organization-fields.ts'
import { policyAdvice, policyWords } from './policy-words.ts'

const settings: OrganizationSettings = {
  id: '0'.repeat(24),
  name: 'Example',
  contactName: '',
  contactEmail: '',
  requireSecondFactor: false,
  newUserStates: { manual: 'STAGED', csv: 'STAGED', application: 'ACTIVATED' },
  passwordPolicy: {
    minLength: 12,
    needsLowercase: true,
    needsUppercase: true,
    needsNumeric: true,
    needsSymbolic: false,
    allowUsernameSubstring: false,
    refuseCommon: true,
    maxHistory: 5,
    expirationDays: null,
    maxLoginAttempts: 6,
    lockoutSeconds: 900,
  },
}

test('fields come back as the policy they were made of', () => {
  assert.deepEqual(policyOf(fieldsOf(settings)), settings.passwordPolicy)
})

test('only what was changed is sent', () => {
  const changed = { name: ' Example Ltd ', csv: 'ACTIVATED', needsSymbolic: 'on', maxHistory: '', lockoutMinutes: '30' }
  const fields = { ...fieldsOf(settings), ...changed }
  assert.deepEqual(updateOf(fields, changed), {
    name: 'Example Ltd',
    newUserStates: { csv: 'ACTIVATED' },
    passwordPolicy: { needsSymbolic: true, maxHistory: null, lockoutSeconds: 1800 },
  })
  assert.deepEqual(updateOf(fields, {}), {})
})

test('numbers keep to their limits', () => {
  const rule = wholeNumber(1, 36_500, true)
  for (const right of ['', '1', '36500', ' 90 ']) assert.equal(rule(right), undefined, right)
  for (const wrong of ['0', '36501', '1.5', '-1', 'x', '1e3']) assert.notEqual(rule(wrong), undefined, wrong)
  assert.equal(wholeNumber(8, 64)(''), 'Enter a whole number from 8 to 64.')
})

test('a policy is told in sentences', () => {
  assert.deepEqual(policyWords(settings.passwordPolicy), [
    'A password has at least 12 characters, with a small letter, a capital letter and a digit.',
    'It must not contain the username.',
    'Leaked passwords that are guessed first are refused.',
    'The last 5 passwords may not be used again.',
    'It never has to be changed.',
    '6 wrong passwords lock the account for 15 minutes.',
  ])
  const loose = {
    ...settings.passwordPolicy,
    ...{ needsLowercase: false, needsUppercase: false, needsNumeric: false, allowUsernameSubstring: true },
    ...{ maxHistory: null, expirationDays: 1, maxLoginAttempts: 1, lockoutSeconds: null },
  }
  assert.deepEqual(policyWords(loose), [
    'A password has at least 12 characters, of any kind.',
    'It may contain the username.',
    'Leaked passwords that are guessed first are refused.',
    'An earlier password may be used again.',
    'It has to be changed after 1 day.',
    '1 wrong password locks the account until somebody unlocks it.',
  ])
  assert.equal(policyAdvice(settings.passwordPolicy), undefined)
  assert.match(policyAdvice({ ...loose, minLength: 8 }) ?? '', /^Fewer than 12/)
})
