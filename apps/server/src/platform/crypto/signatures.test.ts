import assert from 'node:assert/strict'
import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { newSigningKeys, parsePublicKey, publicKeyOf, signMessage, verifyMessage } from './signatures.ts'

test('a signature verifies for its message and key only', () => {
  const keys = newSigningKeys()
  const signature = signMessage(keys.privateKey, 'message')
  assert.equal(verifyMessage(keys.publicKey, 'message', signature), true)
  assert.equal(verifyMessage(keys.publicKey, Buffer.from('message'), signature), true)
  assert.equal(verifyMessage(keys.publicKey, 'message!', signature), false)
  assert.equal(verifyMessage(newSigningKeys().publicKey, 'message', signature), false)
})

test('the signature of RFC 8032, section 7.1, test 1 comes out', () => {
  const seed = Buffer.from('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60', 'hex')
  const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed])
  const privateKey = `-----BEGIN PRIVATE KEY-----\n${der.toString('base64')}\n-----END PRIVATE KEY-----\n`
  assert.equal(
    Buffer.from(publicKeyOf(privateKey), 'base64url').toString('hex'),
    'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
  )
  assert.equal(
    Buffer.from(signMessage(privateKey, ''), 'base64url').toString('hex'),
    'e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b',
  )
})

test('a public key is read from base64url and PEM', () => {
  const { publicKey } = newSigningKeys()
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: publicKey }
  const pem = createPublicKey({ key: jwk, format: 'jwk' }).export({ type: 'spki', format: 'pem' }).toString()
  assert.equal(parsePublicKey(publicKey), publicKey)
  assert.equal(parsePublicKey(pem), publicKey)
})

test('malformed keys and signatures verify nothing and throw nothing', () => {
  const keys = newSigningKeys()
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
    .publicKey.export({ type: 'spki', format: 'pem' })
    .toString()
  for (const key of ['', 'x', '!'.repeat(43), `${keys.publicKey}A`, rsa, '-----BEGIN PUBLIC KEY-----']) {
    assert.equal(parsePublicKey(key), undefined)
    assert.equal(verifyMessage(key, 'm', signMessage(keys.privateKey, 'm')), false)
  }
  for (const signature of ['', 'x', 'A'.repeat(86)]) assert.equal(verifyMessage(keys.publicKey, 'm', signature), false)
})
