import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ntHashOf } from '@lockstep/kernel/md4'
import { argon2Sync } from 'node:crypto'
import { createPasswordHasher, HashingOverloaded, isHashOverNtHash } from './password-hash.ts'

test('a hash is argon2id with the chosen costs and verifies its password only', async () => {
  const hasher = createPasswordHasher()
  const hash = await hasher.hashPassword('correct horse')
  assert.match(hash, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  assert.equal(await hasher.verifyPassword(hash, 'correct horse'), true)
  assert.equal(await hasher.verifyPassword(hash, 'correct hors'), false)
  assert.notEqual(await hasher.hashPassword('correct horse'), hash)
})

test('without a hash no password is right', async () => {
  const hasher = createPasswordHasher()
  for (const password of ['', 'guess']) assert.equal(await hasher.verifyPassword(undefined, password), false)
})

test('a hash of other costs is outdated', async () => {
  const hasher = createPasswordHasher()
  assert.equal(hasher.isOutdated(await hasher.hashPassword('x')), false)
  assert.equal(hasher.isOutdated('$argon2id$v=19$m=4096,t=3,p=1$c2FsdHNhbHQ$aGFzaA'), true)
})

test('a hash over an NT hash verifies the password it came from only, and is outdated', async () => {
  const nonce = Buffer.from('sixteen bytes !!')
  const costs = { parallelism: 1, tagLength: 32, memory: 19_456, passes: 2 }
  const tag = argon2Sync('argon2id', { message: ntHashOf('Grüße-2026'), nonce, ...costs })
  const text = (bytes: Buffer): string => bytes.toString('base64').replaceAll('=', '')
  const hash = `$nt+argon2id$v=19$m=19456,t=2,p=1$${text(nonce)}$${text(tag)}`
  const hasher = createPasswordHasher()
  assert.equal(isHashOverNtHash(hash), true)
  assert.equal(await hasher.verifyPassword(hash, 'Grüße-2026'), true)
  assert.equal(await hasher.verifyPassword(hash, 'Grüße-2027'), false)
  assert.equal(await hasher.verifyPassword(hash, ntHashOf('Grüße-2026').toString('hex')), false)
  assert.equal(hasher.isOutdated(hash), true)
  for (const other of [hash.slice(4), hash.replace('m=19456', 'm=1945600'), `${hash}=`, hash.replace('nt+', 'nt+nt+')])
    assert.equal(isHashOverNtHash(other), false, other)
})

test('what finds no place in the queue is refused and the rest is answered', async () => {
  const hasher = createPasswordHasher({ concurrency: 1, queueLimit: 2 })
  const outcomes = await Promise.allSettled(Array.from({ length: 5 }, () => hasher.verifyPassword(undefined, 'guess')))
  const refused = outcomes.filter((outcome) => outcome.status === 'rejected')
  assert.equal(outcomes.filter((outcome) => outcome.status === 'fulfilled').length, 3)
  for (const { reason } of refused) assert.ok(reason instanceof HashingOverloaded)
  assert.equal(await hasher.verifyPassword(undefined, 'guess'), false)
})
