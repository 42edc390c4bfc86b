import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checksOf, laterDemands, meetsDemands, strengthOf } from './demands.ts'

const demands = {
  minLength: 12,
  rules: [
    { name: 'minLength', text: 'have at least 12 characters' },
    { name: 'lowercase', text: 'have a lower-case letter' },
    { name: 'uppercase', text: 'have an upper-case letter' },
    { name: 'number', text: 'have a digit' },
    { name: 'specialCharacter', text: 'have a special character' },
    { name: 'username', text: 'not contain the username' },
    { name: 'history', text: 'differ from the last 5 passwords' },
  ],
}
const missing = (password: string, username = 'ada') =>
  checksOf({ password, username, demands })
    .filter((check) => !check.isMet)
    .map(({ text }) => text)

test('each rule is ticked as soon as it is met, and none before anything is typed', () => {
  assert.equal(missing('').length, 6)
  assert.deepEqual(missing('long enough it is'), [
    'Have an upper-case letter',
    'Have a digit',
    'Have a special character',
  ])
  assert.deepEqual(missing('Ünfug-und-Späße-7'), [])
  assert.deepEqual(missing('Right-Adams-Horse-7'), ['Not contain the username'])
  assert.deepEqual(missing('Right-Al-Horse-7', 'al'), [])
  assert.deepEqual(missing('A1-😀😀😀😀😀😀😀😀'), ['Have at least 12 characters', 'Have a lower-case letter'])
})

test('what only the hub can see stands in a sentence of its own', () => {
  assert.equal(laterDemands(demands), 'It must also differ from the last 5 passwords.')
  assert.equal(laterDemands({ minLength: 8, rules: demands.rules.slice(0, 2) }), undefined)
})

test('how far a password has come is told by the policy alone', () => {
  const words = (password: string) => strengthOf(checksOf({ password, username: 'ada', demands }))
  assert.equal(words(''), '6 rules to go')
  assert.equal(words('Ünfug-und-Späße'), 'One rule to go')
  assert.equal(words('Ünfug-und-Späße-7'), 'Meets every rule')
})

test('the form says the first thing that is missing', () => {
  const rule = meetsDemands('ada', demands)
  assert.equal(rule(''), 'Enter a new password.')
  assert.equal(rule('short'), 'It must have at least 12 characters.')
  assert.equal(rule('Ünfug-und-Späße-7'), undefined)
})
