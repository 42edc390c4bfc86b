import assert from 'node:assert/strict'
import { test } from 'node:test'
import { equalSecrets, hashToken, newToken, visiblePart } from './tokens.ts'

test('a token has its prefix and 256 bits that no other token has', () => {
  const tokens = new Set(Array.from({ length: 100 }, () => newToken('lsk')))
  assert.equal(tokens.size, 100)
  for (const token of tokens) assert.match(token, /^lsk_[\w-]{43}$/)
})

test('the stored hash is the SHA-256 of the whole token', () => {
  assert.equal(hashToken('abc'), 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
})

test('the visible part shows the prefix and six characters', () => {
  assert.equal(visiblePart('lsk_abcdefghijkl'), 'lsk_abcdef')
})

test('secrets are equal only when every character is, whatever their lengths', () => {
  assert.equal(equalSecrets('secret', 'secret'), true)
  assert.equal(equalSecrets('secret', 'secreT'), false)
  assert.equal(equalSecrets('secret', 'secret '), false)
  assert.equal(equalSecrets('', 'x'), false)
})
