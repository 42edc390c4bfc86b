import assert from 'node:assert/strict'
import { test } from 'node:test'
import { reversiblePackage, userProperty } from './user-properties.ts'

function property(name: string, value: Buffer): Buffer {
  const header = Buffer.alloc(6)
  const nameBytes = Buffer.from(name, 'utf16le')
  const text = Buffer.from(value.toString('hex'))
  header.writeUInt16LE(nameBytes.length, 0)
  header.writeUInt16LE(text.length, 2)
  header.writeUInt16LE(1, 4)
  return Buffer.concat([header, nameBytes, text])
}

function blob(...properties: readonly Buffer[]): Buffer {
  const head = Buffer.alloc(112)
  head.writeUInt16LE(0x50, 108)
  head.writeUInt16LE(properties.length, 110)
  return Buffer.concat([head, ...properties, Buffer.alloc(1)])
}

const names = property('Packages', Buffer.from('Kerberos\0WDigest', 'utf16le'))
const secret = Buffer.from([1, 2, 0xfe, 0xff])

test('a property is found by its name among others, and decoded', () => {
  const value = userProperty(blob(names, property(reversiblePackage, secret)), reversiblePackage)
  assert.deepEqual(value, secret)
})

test('a blob without the property, without any, or that is none has no value', () => {
  assert.equal(userProperty(blob(names), reversiblePackage), undefined)
  assert.equal(userProperty(blob(), reversiblePackage), undefined)
  assert.equal(userProperty(Buffer.alloc(0), reversiblePackage), undefined)
  assert.equal(userProperty(Buffer.alloc(300), reversiblePackage), undefined)
})

test('a blob that ends too early, or counts more than it has, has no value', () => {
  const whole = blob(names, property(reversiblePackage, secret))
  for (let length = 0; length < whole.length - 1; length += 1)
    assert.equal(userProperty(whole.subarray(0, length), reversiblePackage), undefined, `${length}`)
  const many = Buffer.from(blob(names))
  many.writeUInt16LE(60_000, 110)
  assert.equal(userProperty(many, reversiblePackage), undefined)
})
