import assert from 'node:assert/strict'
import { test } from 'node:test'
import { canonicalJson } from './json.ts'

test('canonical text does not depend on the order of keys, at any depth', () => {
  assert.equal(canonicalJson({ b: [1, { d: null, c: 'x' }], a: true }), '{"a":true,"b":[1,{"c":"x","d":null}]}')
  assert.equal(canonicalJson({ a: 1, b: 2 }), canonicalJson({ b: 2, a: 1 }))
})
