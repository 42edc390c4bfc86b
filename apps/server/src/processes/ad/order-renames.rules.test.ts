import assert from 'node:assert/strict'
import { test } from 'node:test'
import { orderRenames, type Rename } from './order-renames.rules.ts'

const rename = (userId: string, ...holders: readonly string[]): Rename => ({
  userId,
  takes: holders.map((holderId) => ({ field: 'username', holderId })),
  gives: new Set(['username']),
})
const told = (...renames: readonly Rename[]): readonly string[] =>
  orderRenames(renames).steps.map(({ kind, userIds }) => `${kind} ${userIds.join(' ')}`)

test('renames that take free names are done together', () => {
  assert.deepEqual(told(rename('a'), rename('b')), ['change a b'])
})

test('whoever takes a name waits for its holder', () => {
  assert.deepEqual(told(rename('a', 'b'), rename('b', 'c'), rename('c')), ['change c', 'change b', 'change a'])
})

test('a circle is opened by parking one of it', () => {
  assert.deepEqual(told(rename('a', 'b'), rename('b', 'a')), ['park a', 'change b', 'change a'])
  assert.deepEqual(told(rename('a', 'b'), rename('b', 'c'), rename('c', 'a')), [
    'park a',
    'change c',
    'change b',
    'change a',
  ])
})

test('a name that somebody keeps is refused, and so is that of the one who does not get it', () => {
  const { steps, refused } = orderRenames([rename('a', 'b'), rename('b', 'stranger')])
  assert.deepEqual([...refused.keys()], ['b', 'a'])
  assert.deepEqual(
    steps.map(({ kind }) => kind),
    ['change'],
  )
})

test('a holder who gives up another field keeps this one', () => {
  const holder: Rename = { userId: 'b', takes: [], gives: new Set(['email']) }
  assert.deepEqual([...(orderRenames([rename('a', 'b'), holder]).refused.get('a') ?? [])], ['username'])
})
