import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type FirstStartInput, firstAdministrator } from './first-start.rules.ts'

const email = 'ada@example.com'
const password = 'correct horse battery'
const apiKey = 'k'.repeat(32)

test('address and password, with or without a key, make the first administrator', () => {
  assert.deepEqual(firstAdministrator({ email: ' ada@example.com ', password }), { email, password })
  assert.deepEqual(firstAdministrator({ email, password, apiKey }), { email, password, apiKey })
})

test('without variables, or with empty ones, there is none to make', () => {
  assert.equal(firstAdministrator({}), undefined)
  assert.equal(firstAdministrator({ email: '', password: '', apiKey: '' }), undefined)
})

test('what makes no sense is refused by the variable at fault, without its value', () => {
  const cases: readonly (readonly [FirstStartInput, string])[] = [
    [{ password }, 'LOCKSTEP_ADMIN_EMAIL'],
    [{ apiKey }, 'LOCKSTEP_ADMIN_EMAIL'],
    [{ email: 'nobody', password }, 'LOCKSTEP_ADMIN_EMAIL'],
    [{ email }, 'LOCKSTEP_ADMIN_PASSWORD'],
    [{ email, apiKey }, 'LOCKSTEP_ADMIN_PASSWORD'],
    [{ email, password: 'hunter2' }, 'LOCKSTEP_ADMIN_PASSWORD'],
    [{ email, password, apiKey: 'k'.repeat(31) }, 'LOCKSTEP_API_KEY'],
    [{ email, password, apiKey: ` ${apiKey}` }, 'LOCKSTEP_API_KEY'],
    [{ email, password, apiKey: `${apiKey}\u0007x` }, 'LOCKSTEP_API_KEY'],
  ]
  for (const [input, variable] of cases) {
    assert.throws(
      () => firstAdministrator(input),
      (error: Error & { variable?: string }) => {
        assert.equal(error.variable, variable)
        assert.ok(error.message.startsWith(variable))
        assert.doesNotMatch(error.message, /hunter2|kkkk|nobody/)
        return true
      },
    )
  }
})
