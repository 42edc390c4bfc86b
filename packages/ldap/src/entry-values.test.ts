import assert from 'node:assert/strict'
import { test } from 'node:test'

import fc from 'fast-check'

import { dateToFileTime, fileTimeToDate, neverFileTime } from './file-time.ts'
import { generalizedTime } from './generalized-time.ts'
import { bytesOfGuid, guid, guidBase, guidOfBytes } from './guid.ts'
import { links, parseLinkValue } from './link-value.ts'
import { bigInteger, flag, integer } from './number.ts'
import type { RawEntry } from './raw-entry.ts'
import { sid, sidOfBytes } from './sid.ts'
import { malformedAttributes, text, texts } from './text.ts'
import { changePasswordChanges, setPasswordChange } from './unicode-password.ts'

function entryOf(attributes: Readonly<Record<string, readonly (string | Buffer)[]>>): RawEntry {
  const values = Object.entries(attributes).map(
    ([name, given]) =>
      [name.toLowerCase(), given.map((value) => (typeof value === 'string' ? Buffer.from(value) : value))] as const,
  )
  return { dn: 'CN=x', attributes: new Map(values) }
}

test('the first three fields of a GUID are little-endian', () => {
  const bytes = Buffer.from('00112233445566778899aabbccddeeff', 'hex')
  assert.equal(guidOfBytes(bytes), '33221100-5544-7766-8899-aabbccddeeff')
  assert.equal(guid(entryOf({ objectGUID: [bytes] })), '33221100-5544-7766-8899-aabbccddeeff')
  assert.equal(guid(entryOf({ objectGUID: [bytes.subarray(1)] })), undefined)
  assert.equal(guid(entryOf({})), undefined)
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (given) => {
      assert.deepEqual(bytesOfGuid(guidOfBytes(Buffer.from(given))), Buffer.from(given))
    }),
  )
  assert.throws(() => guidBase('>;CN=x'))
})

test('a SID is written with its authority and parts', () => {
  const bytes = Buffer.from('01020000000000052000000020020000', 'hex')
  assert.equal(sidOfBytes(bytes), 'S-1-5-32-544')
  assert.equal(sid(entryOf({ objectSid: [bytes] })), 'S-1-5-32-544')
  assert.equal(sidOfBytes(bytes.subarray(0, 12)), undefined)
  assert.equal(sidOfBytes(Buffer.alloc(0)), undefined)
})

test('text that is not UTF-8 is withheld and named as malformed', () => {
  const bad = Buffer.from([0x4a, 0xe9])
  const entry = entryOf({ givenName: ['José'], sn: [bad], mail: ['a', bad, 'b'], title: [], description: ['\ufeffx'] })
  assert.equal(text(entry, 'givenName'), 'José')
  assert.equal(text(entry, 'sn'), undefined)
  assert.equal(text(entry, 'title'), undefined)
  assert.equal(text(entry, 'absent'), undefined)
  assert.equal(text(entry, 'description'), '\ufeffx')
  assert.deepEqual(texts(entry, 'mail'), ['a', 'b'])
  assert.deepEqual(texts(entry, 'absent'), [])
  assert.deepEqual(malformedAttributes(entry, ['givenName', 'sn', 'mail', 'absent']), ['sn', 'mail'])
  assert.deepEqual(malformedAttributes({ ...entry, dn: 'CN=\ufffd' }, ['givenName']), ['dn'])
})

test('numbers and flags are read only when they are some', () => {
  const entry = entryOf({
    userAccountControl: ['514'],
    groupType: ['-2147483646'],
    accountExpires: ['9223372036854775807'],
    bad: ['1e3'],
    isDeleted: ['TRUE'],
    other: ['FALSE'],
  })
  assert.equal(integer(entry, 'userAccountControl'), 514)
  assert.equal(integer(entry, 'groupType'), -2147483646)
  assert.equal(integer(entry, 'accountExpires'), undefined)
  assert.equal(bigInteger(entry, 'accountExpires'), neverFileTime)
  assert.equal(bigInteger(entry, 'bad'), undefined)
  assert.equal(integer(entry, 'absent'), undefined)
  assert.equal(flag(entry, 'isDeleted'), true)
  assert.equal(flag(entry, 'other'), false)
  assert.equal(flag(entry, 'bad'), undefined)
})

test('file times turn into dates and back', () => {
  assert.equal(fileTimeToDate(116_444_736_000_000_000n)?.toISOString(), '1970-01-01T00:00:00.000Z')
  assert.equal(fileTimeToDate(134_397_738_773_063_860n)?.toISOString(), '2026-11-21T22:31:17.306Z')
  assert.equal(fileTimeToDate(0n), undefined)
  assert.equal(fileTimeToDate(neverFileTime), undefined)
  assert.equal(dateToFileTime(undefined), neverFileTime)
  assert.equal(dateToFileTime(new Date('1500-01-01')), 1n)
  fc.assert(
    fc.property(fc.date({ min: new Date('1601-01-02'), max: new Date('9999-12-31'), noInvalidDate: true }), (date) => {
      assert.deepEqual(fileTimeToDate(dateToFileTime(date)), date)
    }),
  )
})

test('generalized times turn into dates', () => {
  assert.equal(
    generalizedTime(entryOf({ whenCreated: ['20260131235959.0Z'] }), 'whenCreated')?.toISOString(),
    '2026-01-31T23:59:59.000Z',
  )
  assert.equal(generalizedTime(entryOf({ whenCreated: ['20261331235959.0Z'] }), 'whenCreated'), undefined)
  assert.equal(generalizedTime(entryOf({}), 'whenCreated'), undefined)
})

test('link values carry GUID and SID in both of the server forms', () => {
  const plain = { dn: 'CN=a,DC=b' }
  assert.deepEqual(parseLinkValue(Buffer.from('CN=a,DC=b')), plain)
  const full = { ...plain, guid: '33221100-5544-7766-8899-aabbccddeeff', sid: 'S-1-5-32-544' }
  assert.deepEqual(
    parseLinkValue(Buffer.from('<GUID=33221100-5544-7766-8899-AABBCCDDEEFF>;<SID=S-1-5-32-544>;CN=a,DC=b')),
    full,
  )
  const hex = '<GUID=00112233445566778899aabbccddeeff>;<SID=01020000000000052000000020020000>;CN=a,DC=b'
  assert.deepEqual(parseLinkValue(Buffer.from(hex)), full)
  assert.deepEqual(parseLinkValue(Buffer.from('<GUID=rubbish>;<SID=x>;CN=a,DC=b')), plain)
  assert.deepEqual(links(entryOf({ manager: [hex] }), 'manager'), [full])
  assert.deepEqual(links(entryOf({}), 'manager'), [])
})

test('a password is sent in quotation marks as UTF-16', () => {
  const quoted = Buffer.from('220078002200', 'hex')
  assert.deepEqual(setPasswordChange('x'), { operation: 'replace', attribute: 'unicodePwd', values: [quoted] })
  assert.deepEqual(
    changePasswordChanges('x', 'x').map(({ operation }) => operation),
    ['delete', 'add'],
  )
})
