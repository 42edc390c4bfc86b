import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseRecent, withRecent } from './recent-entries.ts'

const entry = (name: string) => ({ key: name, group: 'Users', label: name, to: `/users/${name}` })

test('the newest entry stands in front, once, and the oldest falls out', () => {
  const list = ['a', 'b', 'c', 'd', 'e', 'f'].map(entry)
  assert.deepEqual(
    withRecent(list, entry('c')).map(({ key }) => key),
    ['c', 'a', 'b', 'd', 'e', 'f'],
  )
  assert.deepEqual(
    withRecent(list, entry('g')).map(({ key }) => key),
    ['g', 'a', 'b', 'c', 'd', 'e'],
  )
})

test('what was stored is read back, and what leads elsewhere is left out', () => {
  const stored = [entry('a'), { ...entry('b'), to: '//elsewhere.example' }, { label: 'no place' }, null]
  assert.deepEqual(parseRecent(JSON.stringify(stored)), [entry('a')])
  assert.deepEqual(parseRecent('{'), [])
  assert.deepEqual(parseRecent(null), [])
})
