import assert from 'node:assert/strict'
import { test } from 'node:test'

import { DirectoryError } from './directory-error.ts'
import { isBelow, isSameDn, parentDn, parseRdn, rdnOf, splitDn } from './distinguished-name.ts'

test('a name is split at separators that are not escaped', () => {
  const dn = 'CN=Doe\\, Jane\\\\,OU=A\\2CB, DC=corp'
  assert.deepEqual(splitDn(dn), ['CN=Doe\\, Jane\\\\', 'OU=A\\2CB', 'DC=corp'])
  assert.equal(rdnOf(dn), 'CN=Doe\\, Jane\\\\')
  assert.equal(parentDn(dn), 'OU=A\\2CB, DC=corp')
  assert.equal(parentDn('DC=corp'), '')
  assert.equal(parentDn(''), undefined)
  assert.deepEqual(splitDn(''), [])
})

test('values are unescaped, several in one name too', () => {
  assert.deepEqual(parseRdn('CN=Lu\\C4\\8Di\\C4\\87'), [{ attribute: 'CN', value: 'Lučić' }])
  assert.deepEqual(parseRdn('OU=Sales\\+X+CN=J'), [
    { attribute: 'OU', value: 'Sales+X' },
    { attribute: 'CN', value: 'J' },
  ])
  assert.deepEqual(parseRdn('CN=x\\0ADEL:1'), [{ attribute: 'CN', value: 'x\nDEL:1' }])
})

test('what is not a name is refused', () => {
  for (const text of ['Jane', '=Jane', 'C N=x', 'CN=a\\', 'CN=a\\q']) {
    assert.throws(
      () => parseRdn(text),
      (error) => error instanceof DirectoryError && error.kind === 'naming',
      text,
    )
  }
})

test('names compare by meaning and not by spelling', () => {
  assert.ok(isSameDn('cn=doe\\2c jane, dc=CORP', 'CN=Doe\\, Jane,DC=corp'))
  assert.ok(isSameDn('CN=a+OU=b,DC=c', 'OU=b+CN=a,DC=c'))
  assert.ok(!isSameDn('CN=a\\,DC\\=b,DC=c', 'CN=a,DC=b,DC=c'))
})

test('an object lies below every container above it and not below itself or a namesake', () => {
  const dn = 'CN=Jane,OU=People,DC=corp,DC=example'
  assert.ok(isBelow(dn, 'ou=people,dc=corp,dc=example'))
  assert.ok(isBelow(dn, 'DC=example'))
  assert.ok(isBelow(dn, ''))
  assert.ok(!isBelow(dn, dn))
  assert.ok(!isBelow(dn, 'OU=eople,DC=corp,DC=example'))
  assert.ok(!isBelow('OU=People,DC=corp,DC=example', dn))
  assert.ok(!isBelow('CN=x\\,OU=People,DC=corp', 'OU=People,DC=corp'))
})
