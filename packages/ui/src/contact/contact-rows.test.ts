import assert from 'node:assert/strict'
import { test } from 'node:test'
import { completeRows, rowsText, wireRows, writeRows } from './contact-rows.ts'

test('what the hub sent and nobody touched is the same text again', () => {
  const sent = [{ _id: '1', id: '1', type: 'work', number: '+49 30 1', extension: 'x' }]
  const text = rowsText('phoneNumbers', sent)
  assert.equal(text, '[{"type":"work","number":"+49 30 1"}]')
  assert.equal(rowsText('phoneNumbers', undefined), '[]')
  assert.equal(rowsText('addresses', [{ country: 'DE', poBox: '', type: 'home' }]), '[{"type":"home","country":"DE"}]')
})

test('empty parts are not sent', () => {
  assert.deepEqual(wireRows(writeRows([{ type: 'home', locality: ' Berlin ', region: ' ' }])), [
    { type: 'home', locality: 'Berlin' },
  ])
})

test('an incomplete row is refused by its name', () => {
  const phones = completeRows('phoneNumbers')
  assert.equal(phones('[{"type":"work","number":"+49 30 1234"}]'), undefined)
  assert.match(phones('[{"type":"work","number":"12"},{"type":"home","number":""}]') ?? '', /^Phone number 2: Enter/u)
  assert.match(phones('[{"type":"work","number":"call me"}]') ?? '', /digits/u)
  assert.match(completeRows('addresses')('[{"type":"work"}]') ?? '', /^Address 1: Fill in/u)
})
