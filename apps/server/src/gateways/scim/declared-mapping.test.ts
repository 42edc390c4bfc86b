import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '@lockstep/kernel/json'
import { mappedFields, withKeptMapping, withMappedValues } from './declared-mapping.ts'
import { text, typed } from './schema.ts'
import { userType } from './user-schemas.ts'

const urn = 'urn:example:badge:1.0:User'
const code = text('code', '', { mutability: 'readOnly' })
const floor = typed('integer', 'floor', '')
const first = text('first', '', { mutability: 'immutable' })
const schema = { id: urn, name: 'Badge', description: '', attributes: [code, floor, first] }
const type = { ...userType, extensions: [{ schema, required: false }] }
const target = (attribute: typeof code, from: string) => ({
  ...{ field: `${urn}:${attribute.name}`, path: [urn, attribute.name], attribute },
  read: (resource: JsonObject) => resource[from],
})
const targets = [target(code, 'nickName'), target(floor, 'title'), target(first, 'locale')]
const user = { userName: 'jane' }
const mapped = (next: JsonObject, present?: JsonObject) =>
  withMappedValues(type, { ...user, ...next }, present && { ...user, ...present }, targets)[urn]

test('a row sets its attribute in the attribute’s own type, also one that clients only read', () => {
  assert.deepEqual(mapped({ nickName: 'jj', title: '7' }), { code: 'jj', floor: 7 })
  assert.equal(mapped({}), undefined)
  assert.throws(() => mapped({ title: 'seven' }), /"floor" takes a number/)
  assert.deepEqual(mappedFields({ [urn]: { code: 'jj', other: 1 } }, targets), { [`${urn}:code`]: 'jj' })
})

test('what others set since stays until its source changes, also when it was taken away', () => {
  const present = { nickName: 'jj', [urn]: { code: 'by hand' } }
  assert.deepEqual(mapped({ nickName: 'jj', [urn]: { code: 'by hand' } }, present), { code: 'by hand' })
  assert.equal(mapped({ nickName: 'jj' }, present), undefined)
  assert.deepEqual(mapped({ nickName: 'kk', [urn]: { code: 'by hand' } }, present), { code: 'kk' })
  assert.equal(mapped({ [urn]: { code: 'by hand' } }, present), undefined)
})

test('a replacement that does not name it keeps what was set, as long as its source is the same', () => {
  const present = { nickName: 'jj', title: '7', [urn]: { code: 'by hand', floor: 7 } }
  const kept = (next: JsonObject) => withKeptMapping({ ...user, ...next }, { ...user, ...present }, targets)[urn]
  assert.deepEqual(kept({ nickName: 'jj', title: '7' }), { code: 'by hand', floor: 7 })
  assert.deepEqual(kept({ nickName: 'jj', title: '7', [urn]: { floor: 8 } }), { code: 'by hand', floor: 8 })
  assert.deepEqual(kept({ nickName: 'jj', title: '8' }), { code: 'by hand' })
})

test('only where a row sets something is anything required beside it', () => {
  const more = { ...schema, attributes: [...schema.attributes, text('desk', '', { required: true })] }
  const stricter = { ...userType, extensions: [{ schema: more, required: false }] }
  const present = { ...user, title: '7', [urn]: { floor: 7 } }
  assert.deepEqual(withMappedValues(stricter, present, present, targets), present)
  assert.throws(() => withMappedValues(stricter, { ...present, title: '8' }, present, targets), /"desk" is required/)
})

test('an immutable attribute is set once', () => {
  const present = { locale: 'Berlin', [urn]: { first: 'Berlin' } }
  assert.deepEqual(mapped({ locale: 'Berlin' }), { first: 'Berlin' })
  assert.throws(() => mapped({ locale: 'Rome', [urn]: { first: 'Berlin' } }, present), /"first" cannot change/)
})
