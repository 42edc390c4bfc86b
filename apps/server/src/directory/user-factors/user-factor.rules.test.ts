import assert from 'node:assert/strict'
import { test } from 'node:test'
import { factorFields, requiredFrom } from './user-factor.rules.ts'

const created = new Date('2026-01-01T00:00:00Z')

test('nobody asks a user for a second factor by default', () => {
  assert.equal(requiredFrom({ attributes: {}, created }, []), null)
})

test('a user of whom one is asked needs it at once, or when their period for enrolling ends', () => {
  const asked = { enable_user_portal_multifactor: true }
  assert.deepEqual(requiredFrom({ attributes: asked, created }, []), created)
  const exclusionUntil = '2026-03-01T00:00:00.000Z'
  const attributes = { ...asked, mfa: { exclusion: true, exclusionUntil } }
  assert.deepEqual(requiredFrom({ attributes, created }, []), new Date(exclusionUntil))
})

test('a group gives its grace from when it asked, and later members from when they came', () => {
  const since = new Date('2026-02-01T00:00:00Z')
  const early = { since, graceDays: 7, memberSince: created }
  const late = { since, graceDays: 7, memberSince: new Date('2026-02-10T00:00:00Z') }
  assert.deepEqual(requiredFrom({ attributes: {}, created }, [early]), new Date('2026-02-08T00:00:00Z'))
  assert.deepEqual(requiredFrom({ attributes: {}, created }, [late]), new Date('2026-02-17T00:00:00Z'))
})

test('of several who ask the earliest counts', () => {
  const since = new Date('2026-02-01T00:00:00Z')
  const groups = [30, 3, 10].map((graceDays) => ({ since, graceDays, memberSince: created }))
  assert.deepEqual(requiredFrom({ attributes: {}, created }, groups), new Date('2026-02-04T00:00:00Z'))
})

test('the record is told of a factor once', () => {
  const user = { state: 'ACTIVATED', attributes: { mfa: { exclusion: false, configured: false } } } as never
  const told = factorFields(user, { authenticator: true, passkeys: 0 }, created)
  assert.equal(told?.set['totp_enabled'], true)
  assert.deepEqual(told?.input['mfa'], { exclusion: false, configured: true })
  const after = { state: 'ACTIVATED', attributes: { ...told?.input, ...told?.set } } as never
  assert.equal(factorFields(after, { authenticator: true, passkeys: 0 }, created), undefined)
  const withoutAny = factorFields(after, { authenticator: false, passkeys: 0 }, created)
  assert.equal(withoutAny?.set['totp_enabled'], false)
})
