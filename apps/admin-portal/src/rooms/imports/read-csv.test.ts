import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { readCsv } from './read-csv.ts'

const cell = fc.string({
  maxLength: 8,
  unit: fc.constantFrom('a', 'é', ' ', '"', ',', ';', '\t', '\n', '\r', '|', '='),
})
const table = fc.integer({ min: 1, max: 4 }).chain((width) =>
  fc.array(
    fc.array(cell, { minLength: width, maxLength: width }).filter((row) => row.some((value) => value !== '')),
    { minLength: 1, maxLength: 5 },
  ),
)
const quoted = (value: string): string => `"${value.replaceAll('"', '""')}"`
const plain = (value: string): boolean => !/[",;\t|\r\n]/u.test(value)

test('what is written after RFC 4180 is read as it was, with any separator, line end and quoting', () => {
  fc.assert(
    fc.property(
      table,
      fc.constantFrom(',', ';', '\t', '|'),
      fc.constantFrom('\n', '\r\n', '\r'),
      fc.record({ quotesAll: fc.boolean(), endsWithLineEnd: fc.boolean() }),
      (rows, delimiter, lineEnd, { quotesAll, endsWithLineEnd }) => {
        const write = (value: string): string => (quotesAll || !plain(value) ? quoted(value) : value)
        const text = rows.map((row) => row.map(write).join(delimiter)).join(lineEnd) + (endsWithLineEnd ? lineEnd : '')
        assert.deepEqual(readCsv(text, delimiter), { delimiter, rows, isCutOff: false })
      },
    ),
  )
})

test('any text is read without failing, and no sign is read twice', () => {
  fc.assert(
    fc.property(cell, cell, (a, b) => {
      const text = a + b
      const { rows } = readCsv(text, ',')
      assert.ok(rows.flat().join('').length <= text.length)
    }),
  )
})

test('the separator is the one that the first line uses most, outside quotes', () => {
  assert.equal(readCsv('a;b;c\n1,5;2;3').delimiter, ';')
  assert.equal(readCsv('"a,b,c";d\n1;2').delimiter, ';')
  assert.equal(readCsv('a\tb\n1\t2').delimiter, '\t')
  assert.equal(readCsv('alone\n1').delimiter, ',')
  assert.deepEqual(readCsv('sep=|\na,b|c\n').rows, [['a,b', 'c']])
})

test('blank lines are left out, and a quote that never ends is told', () => {
  assert.deepEqual(readCsv('a,b\n\n,\n1,2\n').rows, [
    ['a', 'b'],
    ['1', '2'],
  ])
  assert.equal(readCsv('a,b\n"1,2').isCutOff, true)
})

test('a hundred thousand lines are read at once', () => {
  const text = `username,email\n${'ann,"ann@example.com"\n'.repeat(100_000)}`
  assert.equal(readCsv(text).rows.length, 100_001)
})
