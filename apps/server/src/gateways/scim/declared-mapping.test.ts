import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '@lockstep/kernel/json'
import { mappedFields, withMappedValues } from './declared-mapping.ts'
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

test('what others set since stays until its source changes, and is not lost by a replacement that does not name it', () => {
  const present = { nickName: 'jj', [urn]: { code: 'by hand' } }
  assert.deepEqual(mapped({ nickName: 'jj' }, present), { code: 'by hand' })
  assert.deepEqual(mapped({ nickName: 'kk', [urn]: { code: 'by hand' } }, present), { code: 'kk' })
  assert.equal(mapped({ [urn]: { code: 'by hand' } }, present), undefined)
})

test('an immutable attribute is set once', () => {
  const present = { locale: 'Berlin', [urn]: { first: 'Berlin' } }
  assert.deepEqual(mapped({ locale: 'Berlin' }), { first: 'Berlin' })
  assert.throws(() => mapped({ locale: 'Rome', [urn]: { first: 'Berlin' } }, present), /"first" cannot change/)
})
