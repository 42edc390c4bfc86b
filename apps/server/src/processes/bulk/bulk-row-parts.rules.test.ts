import type { BulkRowParts } from '@lockstep/contract/hub/bulk-job'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '@lockstep/kernel/json'
import { listsOfParts, managerMissing } from './bulk-row-parts.rules.ts'

const now = new Date('2026-03-01T00:00:00Z')
const lists = (parts: BulkRowParts, present: JsonObject = {}) => listsOfParts(parts, { input: {}, present, now })

test('a phone number changes the first of its type, or is added; the others stay as they are', () => {
  const phoneNumbers = [
    { _id: 'a', id: 'a', type: 'work', number: '1' },
    { _id: 'b', id: 'b', type: 'home', number: '2' },
    { _id: 'c', id: 'c', type: 'work', number: '3' },
  ]
  const changed = lists({ phoneNumbersByType: { work: '9', mobile: '5' } }, { phoneNumbers })['phoneNumbers']
  assert.ok(Array.isArray(changed))
  assert.deepEqual(changed.slice(0, 3), [{ ...phoneNumbers[0], number: '9' }, phoneNumbers[1], phoneNumbers[2]])
  const added = changed[3] as JsonObject
  assert.match(JSON.stringify(added['_id']), /^"[0-9a-f]{24}"$/)
  assert.deepEqual([added['id'], added['type'], added['number']], [added['_id'], 'mobile', '5'])
  assert.deepEqual(lists({ phoneNumbersByType: { work: null } }, { phoneNumbers }), { phoneNumbers: [phoneNumbers[1]] })
})

test('parts of an address change alone, and an address without any part goes', () => {
  const work = { _id: 'a', id: 'a', type: 'work', streetAddress: 'Weg 1', locality: 'Bonn' }
  const changed = lists(
    { addressesByType: { work: { locality: 'Berlin', streetAddress: null } } },
    { addresses: [work] },
  )
  assert.deepEqual(changed, { addresses: [{ _id: 'a', id: 'a', type: 'work', locality: 'Berlin' }] })
  const gone = { work: { locality: null, streetAddress: null }, home: { country: null } }
  assert.deepEqual(lists({ addressesByType: gone }, { addresses: [work] }), { addresses: [] })
  const [made] = lists({ addressesByType: { home: { country: 'DE' } } })['addresses'] as JsonObject[]
  assert.deepEqual([made?.['type'], made?.['country']], ['home', 'DE'])
})

test('an attribute is changed, added or taken away by its name', () => {
  const attributes = [
    { _id: 'a', name: 'badge', value: '1' },
    { _id: 'b', name: 'shoe', value: '40' },
  ]
  const changed = lists({ attributesByName: { badge: '2', shoe: null, hat: 'L' } }, { attributes })['attributes']
  const rows = (changed as JsonObject[]).map(({ name, value }) => [name, value])
  assert.deepEqual(rows, [
    ['badge', '2'],
    ['hat', 'L'],
  ])
})

test('parts add to the lists that the row has itself', () => {
  const input = { phoneNumbers: [{ _id: 'x', id: 'x', type: 'work', number: '1' }] }
  const present = { phoneNumbers: [{ _id: 'y', id: 'y', type: 'home', number: '2' }] }
  const made = listsOfParts({ phoneNumbersByType: { mobile: '3' } }, { input, present, now })
  assert.deepEqual(
    (made['phoneNumbers'] as unknown as JsonObject[]).map(({ type }) => type),
    ['work', 'mobile'],
  )
})

test('a manager who is missing is named as the row named them', () => {
  assert.equal(
    managerMissing({ employeeIdentifier: '17' }).detail,
    'manager: nobody has the employee number “17”. Everything else was done.',
  )
})
