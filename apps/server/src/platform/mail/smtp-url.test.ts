import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseSmtpUrl } from './smtp-url.ts'

function read(text: string) {
  const server = parseSmtpUrl(text)
  if ('fault' in server) throw new Error(server.fault)
  return server
}

test('mails leave the machine encrypted and to a checked server unless the address says otherwise', () => {
  assert.equal(read('smtp://mail.example.com').encryption, 'required')
  assert.equal(read('smtp://mail.example.com?tls=optional').encryption, 'optional')
  assert.equal(read('smtps://mail.example.com').encryption, 'implicit')
  for (const host of ['localhost', '127.0.0.1', '127.9.9.9', '[::1]'])
    assert.equal(read(`smtp://${host}`).encryption, 'optional', host)
  assert.equal(read('smtp://127.0.0.1?tls=required').encryption, 'required')
  // A name that only looks like loopback is another machine.
  assert.equal(read('smtp://127.evil.example').encryption, 'required')
})

test('ports, users and senders are read, percent-encoding included', () => {
  assert.equal(read('smtp://mail.example.com').port, 587)
  assert.equal(read('smtps://mail.example.com').port, 465)
  assert.equal(read('smtp://localhost').port, 25)
  assert.equal(read('smtp://mail.example.com:2525').port, 2525)
  const { credentials, from, host } = read('smtps://hub%40example.com:p%40ss%2F%3A@[2001:db8::1]')
  assert.deepEqual(credentials, { user: 'hub@example.com', password: 'p@ss/:' })
  assert.deepEqual([from, host], ['hub@example.com', '2001:db8::1'])
  assert.equal(read('smtp://mailer:x@mail.example.com').from, undefined)
  assert.equal(read('smtp://mailer:x@mail.example.com?from=it@example.com').from, 'it@example.com')
})

test('what makes no sense is said in words that do not repeat the password', () => {
  const cases = {
    'mail.example.com': /must be an address/,
    'http://mail.example.com': /begin with smtp/,
    'smtp://': /./,
    'smtp://u:secret-word@mail.example.com/path': /after the host/,
    'smtp://u:secret-word@mail.example.com?verify=no': /unknown parameter verify/,
    'smtp://u:secret-word@mail.example.com?tls=off': /neither required nor optional/,
    'smtp://u:secret-word%@mail.example.com': /percent-encoded/,
    'smtp://u:secret-word@mail.example.com?from=nobody': /no e-mail address/,
  }
  for (const [text, expected] of Object.entries(cases)) {
    const server = parseSmtpUrl(text)
    assert.ok('fault' in server, text)
    assert.match(server.fault, expected)
    assert.doesNotMatch(server.fault, /secret-word/)
  }
})
