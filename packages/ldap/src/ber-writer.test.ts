import assert from 'node:assert/strict'
import { test } from 'node:test'

import fc from 'fast-check'

import { cursorOver, expectHeader, readHeader, takeBytes, takeInteger } from './ber-reader.ts'
import { element, integer, octets, tags } from './ber-writer.ts'
import { DirectoryError } from './directory-error.ts'

test('integers take the fewest bytes that keep their sign', () => {
  const cases: readonly (readonly [number, string])[] = [
    [0, '020100'],
    [127, '02017f'],
    [128, '02020080'],
    [-1, '0201ff'],
    [-128, '020180'],
    [-129, '0202ff7f'],
    [0x7fff_ffff, '02047fffffff'],
    [0x8000_0001, '020480000001'],
  ]
  for (const [value, hex] of cases) assert.equal(integer(value).toString('hex'), hex)
})

test('any 32-bit integer is read as it was written', () => {
  fc.assert(
    fc.property(fc.integer(), (value) => {
      const cursor = cursorOver(integer(value))
      expectHeader(cursor, tags.integer)
      assert.equal(takeInteger(cursor), value)
    }),
  )
})

test('contents of any length are read as they were written', () => {
  for (const length of [0, 1, 127, 128, 255, 256, 65_535, 65_536, 200_000]) {
    const contents = Buffer.alloc(length, 7)
    const cursor = cursorOver(octets(contents))
    assert.equal(readHeader(cursor), tags.octets)
    assert.deepEqual(takeBytes(cursor), contents)
    assert.equal(cursor.offset, cursor.end)
  }
})

test('an element that claims more than is there is refused', () => {
  const cut = element(tags.sequence, [integer(1), octets('abc')]).subarray(0, -1)
  assert.throws(
    () => readHeader(cursorOver(cut)),
    (error) => error instanceof DirectoryError && error.kind === 'protocol',
  )
  assert.throws(() => readHeader(cursorOver(Buffer.from([0x30, 0x80, 0x00, 0x00]))), DirectoryError)
})
