import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConfigError, readConfig } from './config.ts'

test('without variables the hub listens on loopback, keeps its data beside it and makes no claim about mail', () => {
  const config = readConfig({})
  assert.equal(config.host, '127.0.0.1')
  assert.equal(config.port, 8080)
  assert.equal(config.publicUrl, 'http://127.0.0.1:8080')
  assert.ok(config.dataFolder.endsWith('/data'))
  assert.equal(config.secrets.smtp, undefined)
  assert.equal(config.portalFailuresPerAddress, 300)
})

test('an address that others reach needs TLS or a named proxy', () => {
  assert.throws(() => readConfig({ LOCKSTEP_HOST: '0.0.0.0' }), /LOCKSTEP_TLS_CERT_FILE/)
  assert.equal(readConfig({ LOCKSTEP_HOST: '0.0.0.0', LOCKSTEP_TRUSTED_PROXY: '10.0.0.1' }).trustedProxy, '10.0.0.1')
  const tls = readConfig({ LOCKSTEP_HOST: '0.0.0.0', LOCKSTEP_TLS_CERT_FILE: 'a.pem', LOCKSTEP_TLS_KEY_FILE: 'b.pem' })
  assert.ok(tls.publicUrl.startsWith('https://'))
})

test('a variable that makes no sense is named in the refusal', () => {
  const cases: readonly (readonly [Record<string, string>, RegExp])[] = [
    [{ LOCKSTEP_PORT: 'eighty' }, /LOCKSTEP_PORT/],
    [{ LOCKSTEP_PORT: '70000' }, /LOCKSTEP_PORT/],
    [{ LOCKSTEP_PUBLIC_URL: 'hub' }, /LOCKSTEP_PUBLIC_URL/],
    [{ DATABASE_URL: 'mysql://x' }, /DATABASE_URL/],
    [{ LOCKSTEP_TLS_CERT_FILE: 'a.pem' }, /LOCKSTEP_TLS_KEY_FILE/],
    [{ LOCKSTEP_LOG_LEVEL: 'loud' }, /LOCKSTEP_LOG_LEVEL/],
    [{ LOCKSTEP_PORTAL_FAILURES_PER_ADDRESS: '0' }, /LOCKSTEP_PORTAL_FAILURES_PER_ADDRESS/],
    [{ LOCKSTEP_PORTAL_FAILURES_PER_ADDRESS: 'many' }, /LOCKSTEP_PORTAL_FAILURES_PER_ADDRESS/],
    [{ SMTP_URL: 'mail.example.com' }, /SMTP_URL must/],
  ]
  for (const [env, expected] of cases)
    assert.throws(
      () => readConfig(env),
      (error) => error instanceof ConfigError && expected.test(error.message),
    )
})
