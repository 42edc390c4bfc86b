import assert from 'node:assert/strict'
import { test } from 'node:test'
import { draftOf, faultyRow, firstSample, missingIn, rowsOf, sampleOf, withNewRow } from './mapping-draft.ts'

const rows = [
  { path: 'title', field: 'jobTitle' },
  { path: 'nickName', field: 'attributes.nick', transform: 'lower' },
] as const

test('a table is the same after it was opened for editing', () => {
  assert.deepEqual(rowsOf(draftOf(rows)), rows)
})

test('a new row has a key that no other has, also after one was removed', () => {
  const draft = draftOf(rows)
  assert.deepEqual(
    withNewRow(draft.slice(1)).map(({ key }) => key),
    [1, 2],
  )
  assert.deepEqual(
    withNewRow([]).map(({ key }) => key),
    [0],
  )
})

test('what is not filled in is named by its row', () => {
  assert.equal(missingIn(draftOf(rows)), undefined)
  const draft = withNewRow(draftOf(rows))
  assert.deepEqual(missingIn(draft), { key: 2, words: 'Choose an attribute.' })
  const filled = draft.map((row) => (row.key === 2 ? { ...row, path: 'locale' } : row))
  assert.deepEqual(missingIn(filled), { key: 2, words: 'Choose a field.' })
})

test('the row of which the hub speaks is found, and nothing else', () => {
  const draft = draftOf(rows).slice(1)
  assert.equal(faultyRow(draft, 'mapping.0.path'), 1)
  assert.equal(faultyRow(draft, 'mapping.9.path'), undefined)
  assert.equal(faultyRow(draft, 'user'), undefined)
})

test('only an object is a sample', () => {
  assert.equal(sampleOf('{"userName": "a"')?.['userName'], undefined)
  for (const text of ['[]', '"a"', 'null', '1']) assert.equal(sampleOf(text), undefined, text)
  assert.equal(sampleOf(firstSample)?.['userName'], 'jane.doe@example.com')
})
