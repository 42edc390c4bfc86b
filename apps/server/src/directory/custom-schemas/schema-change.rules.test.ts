import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CustomAttributeInput } from '@lockstep/contract/hub/custom-schema'
import { placeChanges, uniqueCountFault, uniqueValuesOf } from './attribute-place.rules.ts'
import { type CustomSchema, type CustomType, toSchema, toType } from './custom-schema.rules.ts'
import { schemaChangeFault, typeChangeFault } from './schema-change.rules.ts'

const facts = { key: '1', fromFile: false, created: new Date(0), updated: new Date(0) }
const schema = (...attributes: readonly CustomAttributeInput[]): CustomSchema =>
  toSchema({ id: 'urn:example:one:1.0', attributes: [...attributes], extends: ['User'] }, facts)

const complex = (...names: readonly string[]): CustomAttributeInput => ({
  name: 'x',
  type: 'complex',
  subAttributes: names.map((name) => ({ name })),
})

test('rules become looser, never tighter', () => {
  const become = (before: object, after: object): string | undefined =>
    schemaChangeFault(schema({ name: 'x', ...before }), schema({ name: 'x', ...after }))?.field
  const allowed: readonly (readonly [object, object])[] = [
    [{ required: true }, {}],
    [{ type: 'integer' }, { type: 'decimal' }],
    [{ mutability: 'readOnly' }, { mutability: 'immutable' }],
    [{ mutability: 'immutable' }, { mutability: 'readWrite' }],
    [{ returned: 'request' }, { returned: 'always' }],
    [{ uniqueness: 'global' }, { uniqueness: 'server' }],
    [{ uniqueness: 'server' }, { uniqueness: 'none' }],
    [{ canonicalValues: ['a'] }, { canonicalValues: ['b'], description: 'other' }],
  ]
  for (const [before, after] of allowed) assert.equal(become(before, after), undefined, JSON.stringify([before, after]))
  const refused: readonly (readonly [object, object, string])[] = [
    [{}, { required: true }, 'required'],
    [{ type: 'decimal' }, { type: 'integer' }, 'type'],
    [{}, { type: 'reference', caseExact: false }, 'type'],
    [{}, { multiValued: true }, 'multiValued'],
    [{}, { caseExact: true }, 'caseExact'],
    [{}, { mutability: 'immutable' }, 'mutability'],
    [{ mutability: 'writeOnly' }, {}, 'mutability'],
    [{ returned: 'always' }, { returned: 'default' }, 'returned'],
    [{ returned: 'never' }, { returned: 'default' }, 'returned'],
    [{}, { uniqueness: 'server' }, 'uniqueness'],
  ]
  for (const [before, after, fact] of refused) assert.equal(become(before, after), `attributes.0.${fact}`)
})

test('attributes and sub-attributes are added when nobody has to have them', () => {
  const before = schema({ name: 'a' }, complex('value'))
  assert.equal(schemaChangeFault(before, schema({ name: 'a' }, complex('value', 'more'), { name: 'new' })), undefined)
  assert.equal(schemaChangeFault(before, schema({ name: 'new', required: true }))?.field, 'attributes.0.required')
  assert.match(schemaChangeFault(before, schema({ name: 'A' }))?.detail ?? '', /^attributes\.0\.name: .*letter case/)
})

const core = toSchema({ id: 'urn:example:core:1.0', attributes: [{ name: 'serial', uniqueness: 'server' }] }, facts)
const device = (...extensions: readonly string[]): CustomType =>
  toType(
    {
      name: 'Device',
      endpoint: 'Devices',
      schema: core.id,
      schemaExtensions: extensions.map((one) => ({ schema: one })),
    },
    { ...facts, key: 'device' },
  )

test('an extension that resources lack already cannot become required', () => {
  const before = device()
  const after = { ...before, schemaExtensions: [{ schema: 'urn:example:one:1.0', required: true }] }
  assert.equal(typeChangeFault(before, after)?.field, 'schemaExtensions.0.required')
  assert.equal(typeChangeFault(after, after), undefined)
})

test('what a change takes away and adds is known by its places', () => {
  const before = { schemas: [schema({ name: 'a' }, complex('value', 'more')), core], types: [device()] }
  const after = { schemas: [schema(complex('value'), { name: 'b' }), core], types: [device('urn:example:one:1.0')] }
  const { added, removed, narrowed } = placeChanges(before, after)
  const ways = (places: typeof added) => places.map(({ owner, path }) => [owner, ...path].join(' '))
  assert.deepEqual(ways(removed), ['User urn:example:one:1.0 a'])
  assert.deepEqual(ways(narrowed), ['User urn:example:one:1.0 x'])
  // Of a schema that is new there, the whole.
  assert.deepEqual(ways(added), ['User urn:example:one:1.0 b', 'device urn:example:one:1.0'])
  const declared = placeChanges({ schemas: [], types: [] }, before)
  assert.deepEqual(ways(declared.added), ['User urn:example:one:1.0'])
})

test('unique values have an index for each place, and there is an end to their number', () => {
  const declared = { schemas: [core], types: [device()] }
  const [unique, ...more] = uniqueValuesOf(declared)
  assert.match(unique?.index ?? '', /^[0-9a-f]{24}$/)
  assert.deepEqual([unique?.folded, unique?.place.path, more], [true, ['serial'], []])
  const many = Array.from({ length: 10 }, (_, index) => ({ name: `u${index}`, uniqueness: 'server' as const }))
  assert.equal(uniqueCountFault({ ...declared, schemas: [core, schema(...many.slice(1))] }), undefined)
  assert.match(
    uniqueCountFault({ ...declared, schemas: [core, schema(...many)] })?.detail ?? '',
    /10 unique attributes/,
  )
})
