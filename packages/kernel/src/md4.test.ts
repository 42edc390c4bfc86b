import assert from 'node:assert/strict'
import { test } from 'node:test'
import { md4, ntHashOf } from './md4.ts'

test('the test suite of RFC 1320 comes out', () => {
  const suite = {
    '': '31d6cfe0d16ae931b73c59d7e0c089c0',
    a: 'bde52cb31de33e46245e05fbdbd6fb24',
    abc: 'a448017aaf21d8525fc10ae87aa6729d',
    'message digest': 'd9130a8164549fe818874806e1c7014b',
    abcdefghijklmnopqrstuvwxyz: 'd79e1c308aa5bbcdeea8ed63df412da9',
    ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789: '043f8582f241db351ce627e153e7f0e4',
    '12345678901234567890123456789012345678901234567890123456789012345678901234567890':
      'e33b4ddc9c38f2199c3e7b164fcc0536',
  }
  for (const [message, digest] of Object.entries(suite))
    assert.equal(md4(Buffer.from(message)).toString('hex'), digest, message)
})

test('an NT hash is MD4 of the password in UTF-16, whatever its length and letters', () => {
  assert.equal(ntHashOf('password').toString('hex'), '8846f7eaee8fb117ad06bdd830b7586c')
  assert.equal(ntHashOf('').toString('hex'), '31d6cfe0d16ae931b73c59d7e0c089c0')
  assert.equal(ntHashOf('Zürich-Ω-🔑').length, 16)
  for (const length of [55, 56, 63, 64, 119, 120, 256]) assert.equal(md4(Buffer.alloc(length)).length, 16)
})
