import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { openBytes, sealBytes } from './sealing.ts'

const key = randomBytes(32)

test('sealed bytes open with the same key and context, also when they are empty', () => {
  for (const text of ['', 'secret', 'x'.repeat(10_000)]) {
    assert.equal(openBytes(key, sealBytes(key, Buffer.from(text), 'a'), 'a')?.toString(), text)
  }
})

test('another key, another context and every changed byte keep it closed', () => {
  const sealed = sealBytes(key, Buffer.from('secret'), 'a')
  assert.equal(openBytes(randomBytes(32), sealed, 'a'), undefined)
  assert.equal(openBytes(key, sealed, 'b'), undefined)
  for (let index = 0; index < sealed.length; index += 1) {
    const changed = Buffer.from(sealed)
    changed[index] = (changed[index] ?? 0) ^ 1
    assert.equal(openBytes(key, changed, 'a'), undefined)
  }
  for (let length = 0; length < sealed.length; length += 1) {
    assert.equal(openBytes(key, sealed.subarray(0, length), 'a'), undefined)
  }
})

test('the same plaintext is sealed differently each time', () => {
  assert.notDeepEqual(sealBytes(key, Buffer.from('secret'), 'a'), sealBytes(key, Buffer.from('secret'), 'a'))
})
