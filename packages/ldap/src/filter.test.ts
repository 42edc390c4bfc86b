import assert from 'node:assert/strict'
import { test } from 'node:test'

import { DirectoryError } from './directory-error.ts'
import { encodeFilter } from './filter.ts'

const hexOf = (filter: string): string => encodeFilter(filter).toString('hex')

test('each kind of filter is encoded with its own tag', () => {
  assert.equal(hexOf('(cn=a)'), 'a3070402636e040161')
  assert.equal(hexOf('cn=a'), 'a3070402636e040161')
  assert.equal(hexOf('(cn>=1)'), 'a5070402636e040131')
  assert.equal(hexOf('(cn<=1)'), 'a6070402636e040131')
  assert.equal(hexOf('(cn~=a)'), 'a8070402636e040161')
  assert.equal(hexOf('(cn=*)'), '8702636e')
  assert.equal(hexOf('(cn=a*b*c)'), 'a40f0402636e3009' + '800161' + '810162' + '820163')
  assert.equal(hexOf('(cn=*b*)'), 'a4090402636e3003' + '810162')
  assert.equal(hexOf('(!(cn=a))'), 'a209' + hexOf('(cn=a)'))
  assert.equal(hexOf('(&(cn=a)(cn=*))'), 'a00d' + hexOf('(cn=a)') + hexOf('(cn=*)'))
  assert.equal(hexOf('(| (cn=a)\n (cn=*) )'), 'a10d' + hexOf('(cn=a)') + hexOf('(cn=*)'))
  assert.equal(hexOf('(&)'), 'a000')
})

test('a matching rule is encoded with rule, attribute, value and the names flag', () => {
  assert.equal(hexOf('(a:1.2:=v)'), 'a90b' + '8103312e32' + '820161' + '830176')
  assert.equal(hexOf('(a:dn:=v)'), 'a909' + '820161' + '830176' + '8401ff')
  assert.equal(hexOf('(:dn:1.2:=v)'), 'a90b' + '8103312e32' + '830176' + '8401ff')
})

test('escaped bytes above 7f stay single bytes', () => {
  assert.equal(hexOf('(g=\\e0\\ff)'), 'a3070401670402e0ff')
})

test('text that is no filter is refused', () => {
  const bad = [
    '',
    '(',
    '(cn=a',
    '(cn=a))',
    '(cn)',
    '(=a)',
    '(cn=a(b)',
    '(cn=\\zz)',
    '(cn=\\4)',
    '(!)',
    '(cn=**)',
    '(:=a)',
    '(cn=a)(cn=b)',
  ]
  for (const filter of [...bad, '(!'.repeat(60) + '(a=b)' + ')'.repeat(60)]) {
    assert.throws(
      () => encodeFilter(filter),
      (error) => error instanceof DirectoryError && error.kind === 'protocol',
      filter,
    )
  }
})
