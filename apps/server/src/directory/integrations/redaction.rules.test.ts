import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Json } from '@lockstep/kernel/json'
import { addressWithoutSecrets, redacted, withoutRedacted, withoutSecrets } from './redaction.rules.ts'

const secret = 'Tr0ub4dor-secret-value'

test('a secret goes wherever it stands, and what only speaks of secrets stays', () => {
  const bodies: readonly Json[] = [
    { password: secret },
    { Operations: [{ op: 'replace', path: 'password', value: secret }] },
    { Operations: [{ op: 'replace', PATH: 'urn:ietf:params:scim:schemas:core:2.0:User:password', VALUE: secret }] },
    { Operations: [{ op: 'replace', value: { active: true, Password: secret } }] },
    { Operations: [{ data: { deep: [{ apiKey: secret, Authorization: `Bearer ${secret}` }] } }] },
    { 'urn:x': { client_secret: { value: secret } } },
  ]
  for (const body of bodies) {
    const kept = JSON.stringify(withoutSecrets(body))
    assert.ok(!kept.includes(secret) && kept.includes(redacted), kept)
  }
  const plain = {
    password_never_expires: true,
    password: null,
    userName: 'jane',
    Operations: [{ path: 'title', value: 'x' }],
  }
  assert.deepEqual(withoutSecrets(plain), plain)
})

test('whatever else is in a body, no password survives', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 3 }), (around) => {
      const body = { around, list: [around, { password: secret }], passwords: [secret] } as Json
      assert.ok(!JSON.stringify(withoutSecrets(body)).includes(secret))
    }),
  )
})

test('an address keeps its parameters but for those that speak of secrets', () => {
  assert.equal(
    addressWithoutSecrets('/Users', { filter: 'userName eq "a"', count: '1' }),
    '/Users?filter=userName%20eq%20%22a%22&count=1',
  )
  assert.equal(addressWithoutSecrets('/Users', { filter: `password eq "${secret}"` }), `/Users?filter=${redacted}`)
  assert.equal(addressWithoutSecrets('/Users', { access_token: secret }), `/Users?access_token=${redacted}`)
})

test('a kept body is sent again without what was left out', () => {
  const kept = withoutSecrets({
    password: secret,
    Operations: [
      { op: 'replace', path: 'password', value: secret },
      { op: 'replace', path: 'title', value: 'x' },
    ],
  })
  assert.deepEqual(withoutRedacted(kept), { Operations: [{ op: 'replace', path: 'title', value: 'x' }] })
})

test('values of names that are said to be secret are replaced too, by key, by path and in addresses', () => {
  const body = {
    'urn:a:b': { door: 'open', Code: '1' },
    Operations: [
      { op: 'add', path: 'urn:a:b:code', value: '1' },
      { op: 'add', path: 'other', value: { 'urn:a:b:CODE': '1' } },
    ],
  }
  assert.deepEqual(withoutSecrets(body, ['code']), {
    'urn:a:b': { door: 'open', Code: redacted },
    Operations: [
      { op: 'add', path: 'urn:a:b:code', value: redacted },
      { op: 'add', path: 'other', value: { 'urn:a:b:CODE': redacted } },
    ],
  })
  const query = { filter: 'urn:a:b:code eq "1"', count: '5' }
  assert.equal(addressWithoutSecrets('/Users', query, ['code']), `/Users?filter=${redacted}&count=5`)
})
