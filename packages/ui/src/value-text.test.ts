import assert from 'node:assert/strict'
import { test } from 'node:test'
import { valueText } from './value-text.ts'

test('values read as words, never as JSON', () => {
  assert.equal(valueText(null), 'empty')
  assert.equal(valueText([]), 'empty')
  assert.equal(valueText(false), 'no')
  assert.equal(valueText('Sales'), 'Sales')
  assert.equal(
    valueText([
      { type: 'work', number: '+49 30 1' },
      { type: 'home', number: '' },
    ]),
    'type: work, number: +49 30 1; type: home',
  )
})
