import assert from 'node:assert/strict'
import { test } from 'node:test'
import Type from 'typebox'
import { compileConversion } from './conversion.ts'

const schema = Type.Object({
  count: Type.Integer(),
  flag: Type.Boolean(),
  name: Type.String(),
  choice: Type.Union([Type.String(), Type.Null()]),
  rows: Type.Array(Type.Object({ size: Type.Number() })),
  open: Type.Record(Type.String(), Type.String()),
})

test('text becomes what the schema wants, at every depth, and back', () => {
  const convert = compileConversion(schema, true)
  assert.deepEqual(
    convert({ count: '12', flag: 'TRUE', name: 5, choice: null, rows: [{ size: '1.5' }], open: { a: 'b' } }),
    {
      count: 12,
      flag: true,
      name: '5',
      choice: null,
      rows: [{ size: 1.5 }],
      open: { a: 'b' },
    },
  )
})

test('what cannot be converted is left for the validation to name', () => {
  const convert = compileConversion(schema, true)
  assert.deepEqual(convert({ count: 'twelve', flag: 'maybe', rows: 7 }), { count: 'twelve', flag: 'maybe', rows: 7 })
  assert.equal(convert(null), null)
})

test('unknown keys are dropped only where that was asked for', () => {
  assert.deepEqual(compileConversion(schema, true)({ extra: 1 }), {})
  assert.deepEqual(compileConversion(schema, false)({ extra: 1 }), { extra: 1 })
})
