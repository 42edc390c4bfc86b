import assert from 'node:assert/strict'
import { test } from 'node:test'
import { matchingStep, newOneTimeSecret, oneTimeCode, oneTimeStep, otpauthUrl, toBase32 } from './one-time-password.ts'

const secret = Buffer.from('12345678901234567890')

test('codes are those of RFC 6238, appendix B, in their last six digits', () => {
  const vectors: readonly (readonly [number, string])[] = [
    [59, '287082'],
    [1_111_111_109, '081804'],
    [1_111_111_111, '050471'],
    [1_234_567_890, '005924'],
    [2_000_000_000, '279037'],
    [20_000_000_000, '353130'],
  ]
  for (const [seconds, code] of vectors)
    assert.equal(oneTimeCode(secret, oneTimeStep(new Date(seconds * 1000))), code, String(seconds))
})

test('base32 is that of RFC 4648, section 10, without padding', () => {
  const vectors = {
    '': '',
    f: 'MY',
    fo: 'MZXQ',
    foo: 'MZXW6',
    foob: 'MZXW6YQ',
    fooba: 'MZXW6YTB',
    foobar: 'MZXW6YTBOI',
  }
  for (const [text, encoded] of Object.entries(vectors)) assert.equal(toBase32(Buffer.from(text)), encoded)
})

test('a code counts one step early and late, no further, and never at or before the last step used', () => {
  const now = new Date(1_700_000_000_000)
  const step = oneTimeStep(now)
  const match = (offset: number, lastStep = 0) =>
    matchingStep(secret, oneTimeCode(secret, step + offset), { now, lastStep })
  assert.deepEqual(
    [-2, -1, 0, 1, 2].map((offset) => match(offset)),
    [undefined, step - 1, step, step + 1, undefined],
  )
  assert.equal(match(0, step), undefined)
  assert.equal(match(-1, step), undefined)
  assert.equal(match(1, step), step + 1)
  for (const code of ['', '28708', '2870820', 'abcdef'])
    assert.equal(matchingStep(secret, code, { now, lastStep: 0 }), undefined)
})

test('the address names issuer and account, whatever letters they have', () => {
  const url = new URL(otpauthUrl(secret, { issuer: 'Ångström & Co', account: 'ada@example.com' }))
  assert.equal(url.protocol, 'otpauth:')
  assert.equal(decodeURIComponent(url.pathname), '/Ångström & Co:ada@example.com')
  assert.deepEqual(Object.fromEntries(url.searchParams), {
    secret: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ',
    issuer: 'Ångström & Co',
    algorithm: 'SHA1',
    digits: '6',
    period: '30',
  })
  assert.notDeepEqual(newOneTimeSecret(), newOneTimeSecret())
})
