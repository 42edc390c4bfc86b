import assert from 'node:assert/strict'
import { test } from 'node:test'
import { groupDisconnection, userDisconnection } from './disconnect-effects.ts'

test('only who is connected here is disconnected, and the others are told why not', () => {
  const found = userDisconnection(
    [
      { id: 'a', tie: 'bound' },
      { id: 'b', tie: 'group' },
      { id: 'c', tie: 'imported' },
      { id: 'd', tie: undefined },
      { id: 'e', tie: 'released' },
    ],
    'corp.example',
  )
  assert.deepEqual(found.ids, ['a'])
  assert.deepEqual(
    found.effects.map((text) => text.split(' ', 4).join(' ')),
    ['1 user is disconnected:', '1 user is connected', '1 user is from', '2 users are not'],
  )
})

test('a group that came from the domain stays', () => {
  const found = groupDisconnection(
    [
      { id: 'a', isFromDomain: true },
      { id: 'b', isFromDomain: false },
    ],
    'corp.example',
  )
  assert.deepEqual(found.ids, ['b'])
  assert.equal(found.effects.length, 2)
})
