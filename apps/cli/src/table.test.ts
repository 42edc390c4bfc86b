import assert from 'node:assert/strict'
import { test } from 'node:test'
import { tableLines } from './table.ts'

const columns = [
  { heading: 'NAME', text: (row: { name: string }) => row.name },
  { heading: 'LETTERS', text: (row: { name: string }) => String([...row.name].length) },
]

test('columns are as wide as their widest cell, and lines end with their last word', () => {
  assert.deepEqual(tableLines([{ name: 'Ada' }, { name: '李 Änne' }], columns), [
    'NAME    LETTERS',
    'Ada     3',
    '李 Änne  6',
  ])
})

test('a list without rows is its heading', () => {
  assert.deepEqual(tableLines([], columns), ['NAME  LETTERS'])
})

test('what a name holds cannot reach the terminal', () => {
  const [, line] = tableLines([{ name: '\u001b[2Jada\n\u202e' }], columns)
  assert.match(line ?? '', /^\?\[2Jada\?\? /)
})
