import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isId, newId, parseId } from './ids.ts'

test('ids made later sort after ids made earlier, and none repeats', () => {
  const early = Array.from({ length: 1000 }, () => newId(1_700_000_000_000))
  const late = newId(1_700_000_001_000)
  assert.equal(new Set(early).size, 1000)
  assert.ok(early.every((id) => isId(id) && id < late))
})

test('an id is read in either letter case and anything else is refused', () => {
  assert.equal(parseId('65F0A1B2C3D4E5F601020304'), '65f0a1b2c3d4e5f601020304')
  for (const wrong of ['', '65f0', 'z5f0a1b2c3d4e5f601020304', 12, null, `65f0a1b2c3d4e5f601020304\n`])
    assert.equal(parseId(wrong), undefined)
})
