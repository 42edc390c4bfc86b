import assert from 'node:assert/strict'
import { test } from 'node:test'
import { portions, previewBulk } from './bulk-preview.ts'

const users = [
  { id: '1', state: 'ACTIVATED' },
  { id: '2', state: 'SUSPENDED' },
  { id: '3', state: 'STAGED' },
] as const

test('a suspension leaves out who is suspended and says so', () => {
  assert.deepEqual(previewBulk('suspend', users), {
    ids: ['1', '3'],
    skipped: ['1 of the selected is suspended already and will be left as it is.'],
  })
})

test('a deletion leaves out nobody', () => {
  assert.deepEqual(previewBulk('delete', users), { ids: ['1', '2', '3'], skipped: [] })
})

test('portions keep every id once', () => {
  assert.deepEqual(portions(['1', '2', '3'], 2), [['1', '2'], ['3']])
  assert.deepEqual(portions([], 2), [])
})
