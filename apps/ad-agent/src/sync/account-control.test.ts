import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isEnabled, withEnabled } from './account-control.ts'

test('enabling and disabling touch one bit only', () => {
  const passwordNeverExpires = 0x10000
  assert.equal(withEnabled(514 | passwordNeverExpires, 'enable'), 512 | passwordNeverExpires)
  assert.equal(withEnabled(512 | passwordNeverExpires, 'disable'), 514 | passwordNeverExpires)
  assert.equal(withEnabled(514, 'disable'), 514)
  assert.equal(withEnabled(514, 'keep'), 514)
  assert.deepEqual([isEnabled(512), isEnabled(66050)], [true, false])
})
