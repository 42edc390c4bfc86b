import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeText } from './decode-text.ts'

const text = 'name;city\nZoë;Köln\n'
const utf16 = new Uint8Array(Buffer.from(text, 'utf16le'))

function swapped(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(Buffer.from(bytes).swap16())
}

test('text is read in the encodings that spreadsheets write', () => {
  const utf8 = Buffer.from(text)
  assert.deepEqual(decodeText(utf8), { text, encoding: 'UTF-8' })
  assert.deepEqual(decodeText(Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), utf8])), { text, encoding: 'UTF-8' })
  assert.deepEqual(decodeText(Buffer.concat([Buffer.from([0xff, 0xfe]), utf16])), { text, encoding: 'UTF-16' })
  const big = Buffer.concat([Buffer.from([0xfe, 0xff]), swapped(utf16)])
  assert.deepEqual(decodeText(big), { text, encoding: 'UTF-16' })
  assert.deepEqual(decodeText(utf16), { text, encoding: 'UTF-16' })
  assert.deepEqual(decodeText(swapped(utf16)), { text, encoding: 'UTF-16' })
  const western = Buffer.from('Zo\xeb \x80', 'latin1')
  assert.deepEqual(decodeText(western), { text: 'Zoë €', encoding: 'Windows-1252' })
  assert.deepEqual(decodeText(new Uint8Array()), { text: '', encoding: 'UTF-8' })
})
