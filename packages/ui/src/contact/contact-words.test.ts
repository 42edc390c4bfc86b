import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addressLines, contactWords, typeWords } from './contact-words.ts'

test('an address reads as on a letter, an unknown type as it is', () => {
  const row = { streetAddress: 'Main St 1', postalCode: '10115', locality: 'Berlin', region: 'BE', country: 'DE' }
  assert.deepEqual(addressLines(row), ['Main St 1', '10115 Berlin, BE', 'DE'])
  assert.deepEqual(addressLines({ poBox: '7' }), ['PO box 7'])
  assert.equal(typeWords('work_fax'), 'Work fax')
  assert.equal(typeWords('summer'), 'summer')
})

test('changed phone numbers and addresses are told without their ids', () => {
  const phones = [
    { _id: 'x', type: 'work_mobile', number: '+49 1' },
    { type: 'home', number: '2' },
  ]
  assert.equal(contactWords('phoneNumbers', phones), 'Work mobile: +49 1; Home: 2')
  assert.equal(contactWords('addresses', [{ type: 'work', locality: 'Berlin', country: 'DE' }]), 'Work: Berlin, DE')
  assert.equal(contactWords('phoneNumbers', []), undefined)
  assert.equal(contactWords('department', 'Sales'), undefined)
})

test('attributes read as their names and values', () => {
  const attributes = [
    { name: 'badge', value: '17' },
    { name: 'hat', value: 'L' },
  ]
  assert.equal(contactWords('attributes', attributes), 'badge: 17; hat: L')
})
