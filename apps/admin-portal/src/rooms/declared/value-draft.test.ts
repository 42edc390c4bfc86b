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

test('what is no number is left for the hub to refuse', () => {
  assert.equal(valueOfDraft(of('integer'), 'seven'), 'seven')
  assert.equal(valueOfDraft(of('integer'), ' 7 '), 7)
})

test('only what differs is sent', () => {
  const attributes = [of('string', { name: 'a' }), of('integer', { name: 'b' })]
  assert.deepEqual(changedValues(attributes, { a: 'x', b: '1' }, { a: 'x', b: '' }), { b: null })
})
