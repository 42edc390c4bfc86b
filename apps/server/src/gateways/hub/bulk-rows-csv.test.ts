import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bulkRowsCsv } from './bulk-rows-csv.ts'

const row = { row: 1, outcome: 'failed', username: 'ada', email: 'ada@example.com', updated: '' } as const

test('cells with commas, quotes and line ends are quoted', () => {
  const csv = bulkRowsCsv([{ ...row, code: 'x', field: 'email', message: 'say "no", please\nnow' }])
  assert.equal(
    csv,
    'row,outcome,userId,username,email,code,field,message\r\n' +
      '1,failed,,ada,ada@example.com,x,email,"say ""no"", please\nnow"\r\n',
  )
})

test('what a spreadsheet would calculate is text', () => {
  assert.match(bulkRowsCsv([{ ...row, username: '=HYPERLINK("x")' }]), /,"'=HYPERLINK\(""x""\)",/)
  assert.match(bulkRowsCsv([{ ...row, username: '-1' }]), /,'-1,/)
})
