import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CustomAttribute } from '@lockstep/contract/hub/custom-schema'
import { changedValues, draftOfValue, emptyParts, valueOfDraft } from './value-draft.ts'

const facts = {
  multiValued: false,
  description: '',
  required: false,
  caseExact: false,
  mutability: 'readWrite',
  returned: 'default',
  uniqueness: 'none',
} as const
const of = (type: CustomAttribute['type'], more: Partial<CustomAttribute> = {}): CustomAttribute => ({
  ...{ name: 'a', type, ...facts, ...more },
})
const parts = {
  subAttributes: [
    { name: 'value', type: 'string', ...facts },
    { name: 'size', type: 'integer', ...facts },
  ],
} as const
const complex = (multiValued: boolean) => of('complex', { multiValued, subAttributes: [...parts.subAttributes] })

test('a value of every type is shown as text and comes back as it was', () => {
  const values: readonly (readonly [CustomAttribute, unknown])[] = [
    [of('string'), 'x'],
    [of('integer'), 7],
    [of('decimal'), 1.5],
    [of('boolean'), false],
    [of('dateTime'), '2026-01-31T09:00:00.000Z'],
    [of('string', { multiValued: true }), ['a', 'b']],
    [of('integer', { multiValued: true }), [1, 2]],
    [complex(false), { value: 'x', size: 3 }],
    [complex(true), [{ value: 'x' }, { size: 3 }]],
  ]
  for (const [attribute, value] of values)
    assert.deepEqual(valueOfDraft(attribute, draftOfValue(attribute, value)), value, attribute.type)
})

test('what is empty is taken away', () => {
  for (const attribute of [
    of('string'),
    of('boolean'),
    of('string', { multiValued: true }),
    complex(false),
    complex(true),
  ])
    assert.equal(valueOfDraft(attribute, draftOfValue(attribute, undefined)), null)
  assert.equal(valueOfDraft(complex(true), [emptyParts(complex(true))]), null)
})

test('what is no number, or would be rounded, is left for the hub to refuse', () => {
  for (const text of ['seven', 'Infinity', '1e400', '1e-400', '0x10', '9007199254740993', '1.2345678901234567891'])
    for (const type of ['integer', 'decimal'] as const) assert.equal(valueOfDraft(of(type), text), text)
  assert.equal(valueOfDraft(of('integer'), '1e20'), '1e20')
  assert.deepEqual(valueOfDraft(of('integer', { multiValued: true }), '1\n1e400'), [1, '1e400'])
  for (const [text, number] of [
    [' 7 ', 7],
    ['-0.10', -0.1],
    ['0', 0],
    ['1e3', 1000],
    ['9007199254740991', Number.MAX_SAFE_INTEGER],
  ] as const)
    assert.equal(valueOfDraft(of('integer'), text), number)
  assert.equal(valueOfDraft(of('decimal'), draftOfValue(of('decimal'), 0.1 + 0.2)), 0.1 + 0.2)
})

test('what is neither yes nor no is left for the hub to refuse', () => {
  assert.deepEqual(valueOfDraft(of('boolean', { multiValued: true }), 'true\nfalse\nyes'), [true, false, 'yes'])
})

test('only what differs is sent', () => {
  const attributes = [of('string', { name: 'a' }), of('integer', { name: 'b' })]
  assert.deepEqual(changedValues(attributes, { a: 'x', b: '1' }, { a: 'x', b: '' }), { b: null })
})
