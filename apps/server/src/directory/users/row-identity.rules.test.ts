import assert from 'node:assert/strict'
import { test } from 'node:test'
import { identifyRows } from './row-identity.rules.ts'

const now = new Date('2026-01-01T00:00:00Z')
const idKeys = ['_id', 'id']
const [first, second] = ['a'.repeat(24), 'b'.repeat(24)]
const present = [
  { _id: first, id: first, type: 'work', number: '1' },
  { _id: second, id: second, type: 'work', number: '1' },
]
const same = { type: 'work', number: '1' }

test('rows that say the same as stored ones are those, each once, and others are new', () => {
  const rows = identifyRows([{ values: same }, { values: same }, { values: same }], { now, present, idKeys })
  assert.deepEqual(rows.slice(0, 2), present)
  const { _id: id, id: again } = rows[2] ?? {}
  assert.ok(typeof id === 'string' && /^[0-9a-f]{24}$/.test(id))
  assert.equal(again, id)
  assert.ok(![first, second].includes(id))
})

test('a row that was sent with an id is that one, or a new one of that id', () => {
  const rows = identifyRows(
    [
      { values: same, id: second },
      { values: { type: 'home' }, id: first },
    ],
    { now, present, idKeys },
  )
  assert.deepEqual(rows, [present[1], { _id: first, id: first, type: 'home' }])
})

test('an absent member says the same as an empty one, and members that do not count are not compared', () => {
  const stored = [{ _id: first, name: 'k', note: '', made: 'yesterday' }]
  const facts = { now, present: stored, idKeys: ['_id'] }
  assert.notDeepEqual(identifyRows([{ values: { name: 'k' } }], facts), stored)
  assert.deepEqual(identifyRows([{ values: { name: 'k' } }], { ...facts, keys: ['name', 'note'] }), stored)
})
