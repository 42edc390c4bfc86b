import assert from 'node:assert/strict'
import { test } from 'node:test'
import { csvOf } from './csv.ts'

test('cells are quoted where they must be', () => {
  const rows = [{ name: 'Ada "the" Great', note: 'a,b\nc' }]
  const columns = [
    { header: 'Name', value: (row: { name: string }) => row.name },
    { header: 'Note', value: (row: { note: string }) => row.note },
  ]
  assert.equal(csvOf(rows, columns), 'Name,Note\r\n"Ada ""the"" Great","a,b\nc"\r\n')
})

test('a name that looks like a formula stays text, a number stays a number', () => {
  const columns = [{ header: 'Value', value: (row: string | number) => row }]
  assert.equal(csvOf(['=1+1', '@x', -5], columns), "Value\r\n'=1+1\r\n'@x\r\n-5\r\n")
})
