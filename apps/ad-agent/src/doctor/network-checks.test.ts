import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkClock } from './hub-checks.ts'
import { checkCertificate, checkName, checkPort, type CertificateFacts } from './network-checks.ts'

const directory = { url: 'ldaps://dc1.corp.example', bindDn: 'x', password: 'y' }
const now = new Date('2026-06-01T00:00:00Z')
const good: CertificateFacts = {
  ...{ chainError: undefined, nameError: undefined, names: 'DNS:dc1.corp.example', issuer: 'Corp CA' },
  ...{ validFrom: new Date('2026-01-01T00:00:00Z'), validTo: new Date('2027-01-01T00:00:00Z') },
}
const states = (facts: Partial<CertificateFacts>): readonly string[] =>
  checkCertificate({ ...good, ...facts }, directory, now).map(({ state }) => state)

test('a sound certificate is told as one', () => {
  assert.deepEqual(states({}), ['ok', 'ok', 'ok'])
})

test('chain, name and time are told apart, each with what puts it right', () => {
  assert.deepEqual(states({ chainError: 'SELF_SIGNED_CERT_IN_CHAIN' }), ['wrong', 'ok', 'ok'])
  assert.deepEqual(states({ nameError: 'dc9.corp.example' }), ['ok', 'wrong', 'ok'])
  assert.deepEqual(states({ chainError: 'CERT_HAS_EXPIRED', validTo: new Date('2026-05-31T00:00:00Z') }), [
    'ok',
    'ok',
    'wrong',
  ])
  assert.deepEqual(states({ validFrom: new Date('2026-07-01T00:00:00Z') }), ['ok', 'ok', 'wrong'])
  for (const facts of [{ chainError: 'X' }, { nameError: 'n' }, { validTo: new Date('2026-05-31T00:00:00Z') }])
    for (const finding of checkCertificate({ ...good, ...facts }, directory, now))
      assert.equal(finding.state === 'wrong', finding.fix !== undefined)
})

test('a certificate that ends within thirty days is noted', () => {
  assert.deepEqual(states({ validTo: new Date('2026-06-20T00:00:00Z') }), ['ok', 'ok', 'note'])
})

test('a port that refuses, resets or is silent is told apart', () => {
  const place = { host: 'dc1', port: 636 }
  const text = (code: string): string => checkPort(place, Object.assign(new Error('x'), { code })).text
  assert.match(text('ECONNREFUSED'), /refuses/)
  assert.match(text('ECONNRESET'), /does not speak TLS/)
  assert.match(text('ETIMEDOUT'), /does not answer/)
  assert.equal(checkPort(place, undefined).state, 'ok')
})

test('an address needs no name to be found', async () => {
  assert.equal((await checkName('n', '127.0.0.1')).state, 'ok')
})

test('clocks may differ a minute, are noted up to five, and are wrong beyond', () => {
  const at = (seconds: number) => checkClock('clock', new Date(now.getTime() + seconds * 1000), now).state
  assert.deepEqual([at(0), at(-59), at(61), at(-299), at(301)], ['ok', 'ok', 'note', 'note', 'wrong'])
  assert.equal(checkClock('clock', undefined, now).state, 'note')
})
