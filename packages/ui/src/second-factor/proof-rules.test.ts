import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keyGroups } from './key-groups.ts'
import { authenticatorCode, proofOf, recoveryCode } from './proof-rules.ts'

test('a code is six digits, however it is spaced', () => {
  assert.equal(authenticatorCode('123 456'), undefined)
  for (const wrong of ['', '12345', '1234567', '12345a']) assert.notEqual(authenticatorCode(wrong), undefined, wrong)
  assert.deepEqual(proofOf('code', ' 123 456'), { code: '123456' })
})

test('a recovery code may be typed without its hyphens and in small letters', () => {
  for (const right of ['ABCD-EFGH-2345-WXYZ', 'abcdefgh2345wxyz']) assert.equal(recoveryCode(right), undefined)
  for (const wrong of ['', '123456', 'ABCD-EFGH-2345', 'ABCD-EFGH-0189-WXYZ']) {
    assert.notEqual(recoveryCode(wrong), undefined, wrong)
  }
  assert.deepEqual(proofOf('recovery', ' ABCD-EFGH-2345-WXYZ '), { recoveryCode: 'ABCD-EFGH-2345-WXYZ' })
})

test('a key stands in groups of four', () => {
  assert.equal(keyGroups('ABCDEFGHIJ'), 'ABCD EFGH IJ')
})
