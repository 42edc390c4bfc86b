import assert from 'node:assert/strict'
import { test } from 'node:test'

import fc from 'fast-check'

import { octets } from './ber-writer.ts'
import { parseRdn, rdnOf } from './distinguished-name.ts'
import { escapeFilterValue, escapeRdnValue } from './escape.ts'
import { encodeFilter } from './filter.ts'

const trickyText = fc.string({
  unit: fc.constantFrom(...Array.from(' #,+"\\<>;=*()\0\n\u007fäß😀aF09\u2028')),
  maxLength: 12,
})

test('an escaped name is read back as the value it was made from', () => {
  fc.assert(
    fc.property(fc.oneof(trickyText, fc.string({ unit: 'grapheme' })), (value) => {
      const rdn = `CN=${escapeRdnValue(value)}`
      assert.deepEqual(parseRdn(rdn), [{ attribute: 'CN', value }])
      assert.equal(rdnOf(`${rdn},OU=People,DC=corp`), rdn)
    }),
  )
})

test('names are escaped as RFC 4514 shows', () => {
  assert.equal(escapeRdnValue('James "Jim" Smith, III'), 'James \\"Jim\\" Smith\\, III')
  assert.equal(escapeRdnValue(' # a # '), '\\ # a #\\ ')
  assert.equal(escapeRdnValue('#1'), '\\#1')
  assert.equal(escapeRdnValue(' '), '\\ ')
  assert.equal(escapeRdnValue('a\0b\rc'), 'a\\00b\\0Dc')
})

test('an escaped filter value arrives on the wire as the bytes it was made from', () => {
  fc.assert(
    fc.property(fc.oneof(trickyText, fc.string({ unit: 'grapheme' })), (value) => {
      const expected = Buffer.concat([octets('cn'), octets(value)])
      assert.deepEqual(encodeFilter(`(cn=${escapeFilterValue(value)})`).subarray(-expected.length), expected)
    }),
  )
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 32 }), (bytes) => {
      const expected = Buffer.concat([octets('objectGUID'), octets(Buffer.from(bytes))])
      const filter = `(objectGUID=${escapeFilterValue(Buffer.from(bytes))})`
      assert.deepEqual(encodeFilter(filter).subarray(-expected.length), expected)
    }),
  )
})
