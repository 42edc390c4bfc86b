import assert from 'node:assert/strict'
import { test } from 'node:test'
import { guidRange } from './lane.rules.ts'

test('without lanes every GUID is in the range; two lanes are the two halves', () => {
  assert.deepEqual(guidRange(), ['00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff'])
  assert.deepEqual(guidRange({ index: 0, count: 2 }), [
    '00000000-0000-0000-0000-000000000000',
    '7fffffff-ffff-ffff-ffff-ffffffffffff',
  ])
  assert.deepEqual(guidRange({ index: 1, count: 2 }), [
    '80000000-0000-0000-0000-000000000000',
    'ffffffff-ffff-ffff-ffff-ffffffffffff',
  ])
})

test('however many lanes there are, every GUID is on exactly one', () => {
  for (const count of [1, 2, 3, 5, 7, 256]) {
    const ranges = Array.from({ length: count }, (_, index) => guidRange({ index, count }))
    for (let byte = 0; byte < 256; byte += 1) {
      const guid = `${byte.toString(16).padStart(2, '0')}f00000-0000-4000-8000-000000000000`
      assert.equal(ranges.filter(([lowest, highest]) => lowest <= guid && guid <= highest).length, 1)
    }
  }
})
