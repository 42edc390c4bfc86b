import assert from 'node:assert/strict'
import { test } from 'node:test'
import { codewordCount, correctionCodewords, dataCodewords, drawnCodewords, versionFor } from './qr-codewords.ts'

test('corrections are those of the worked examples of version 1 at level M', () => {
  // “HELLO WORLD”, and “01234567” of annex I of the standard.
  const hello = [32, 91, 11, 120, 209, 114, 220, 77, 67, 64, 236, 17, 236, 17, 236, 17]
  assert.deepEqual([...correctionCodewords(Uint8Array.from(hello), 10)], [196, 35, 39, 119, 235, 215, 231, 226, 93, 23])
  const digits = [16, 32, 12, 86, 97, 128, 236, 17, 236, 17, 236, 17, 236, 17, 236, 17]
  assert.deepEqual(
    [...correctionCodewords(Uint8Array.from(digits), 10)],
    [165, 36, 212, 193, 237, 54, 199, 135, 44, 85],
  )
})

test('versions hold as much as the standard says', () => {
  assert.deepEqual([1, 2, 6, 7, 13, 14, 20].map(codewordCount), [26, 44, 172, 196, 532, 581, 1085])
  assert.deepEqual([14, 15, 180, 181, 213, 214, 666].map(versionFor), [1, 2, 9, 10, 10, 11, 20])
  assert.equal(versionFor(667), undefined)
})

test('data is mode, length, bytes and padding', () => {
  const words = dataCodewords(new TextEncoder().encode('Hi'), 1)
  assert.deepEqual([...words.slice(0, 4)], [0x40, 0x24, 0x86, 0x90])
  assert.deepEqual([...words.slice(4)], [236, 17, 236, 17, 236, 17, 236, 17, 236, 17, 236, 17])
})

test('blocks of unequal length are drawn by turns', () => {
  const bytes = Uint8Array.from({ length: 200 }, (_, index) => index)
  const data = dataCodewords(bytes, 10)
  const drawn = drawnCodewords(bytes, 10)
  assert.equal(drawn.length, codewordCount(10))
  // Version 10: four blocks of 43 codewords, then one of 44, whose last stands alone.
  assert.deepEqual(
    [...drawn.slice(0, 6)],
    [0, 43, 86, 129, 172, 1].map((index) => data[index]),
  )
  assert.equal(drawn[215], data[215])
})
