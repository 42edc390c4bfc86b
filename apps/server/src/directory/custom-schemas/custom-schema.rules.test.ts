import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { CustomAttributeInput, CustomSchemaCreate, CustomTypeCreate } from '@lockstep/contract/hub/custom-schema'
import { type Declared, schemaFault, toSchema, toType, typeFault } from './custom-schema.rules.ts'

const facts = { key: '1', fromFile: false, created: new Date(0), updated: new Date(0) }
const urn = 'urn:example:badge:1.0:User'
const schema = (input: Partial<CustomSchemaCreate>, key = '1') =>
  toSchema({ id: urn, attributes: [{ name: 'code' }], ...input }, { ...facts, key })
const none: Declared = { schemas: [], types: [] }
const fault = (input: Partial<CustomSchemaCreate>, declared = none): string | undefined =>
  schemaFault(schema(input), declared)?.detail
const ofAttribute = (facts_: Partial<CustomAttributeInput>): string | undefined =>
  fault({ attributes: [{ name: 'first' }, { name: 'code', ...facts_ }] })

test('what is left out of a declaration is as RFC 7643 says', () => {
  const {
    attributes,
    name,
    extends: types,
  } = schema({
    attributes: [{ name: 'a' }, { name: 'b', type: 'binary' }, { name: 'c', mutability: 'writeOnly' }],
  })
  const plain = {
    ...{ type: 'string', multiValued: false, description: '', required: false, caseExact: false },
    ...{ mutability: 'readWrite', returned: 'default', uniqueness: 'none' },
  }
  assert.deepEqual(attributes, [
    { ...plain, name: 'a' },
    { ...plain, name: 'b', type: 'binary', caseExact: true },
    { ...plain, name: 'c', mutability: 'writeOnly', returned: 'never' },
  ])
  assert.deepEqual([name, types], ['User', []])
})

test('a URN is one of its own: neither reserved, nor there already, nor the beginning of another', () => {
  assert.equal(fault({ id: 'urn:ietf:params:scim:schemas:extension:Badge:2.0:User' }), undefined)
  assert.match(fault({ id: 'badge' }) ?? '', /^id: has to be a URN such as/)
  assert.match(fault({ id: 'urn:example:with blank' }) ?? '', /has to be a URN/)
  for (const id of [
    'urn:ietf:params:scim:schemas:core:2.0:Device',
    'urn:ietf:params:scim:schemas:extension:Enterprise:2.0:User',
    'urn:ietf:params:scim:api:messages:2.0:PatchOp',
    'urn:lockstep:params:scim:schemas:extension:directory:1.0:User',
  ])
    assert.match(fault({ id }) ?? '', /belongs to the protocol or to the hub/, id)
  const declared = { ...none, schemas: [schema({}, 'other')] }
  assert.match(fault({ id: urn.toUpperCase().replace('URN', 'urn') }, declared) ?? '', /is declared already/)
  assert.match(fault({ id: `${urn}:more` }, declared) ?? '', /Choose a URN that stands apart/)
  assert.match(fault({ id: 'urn:example:badge:1.0' }, declared) ?? '', /Choose a URN that stands apart/)
})

test('each fault of an attribute names its place and what to do', () => {
  const faults: readonly (readonly [Partial<CustomAttributeInput>, RegExp])[] = [
    [{ name: '1st' }, /^attributes\.1\.name: "1st" has to be letters/],
    [{ name: 'FIRST' }, /^attributes\.1\.name: "FIRST" stands there twice/],
    [{ name: 'constructor' }, /^attributes\.1\.name: "constructor" cannot be a name\. Choose another/],
    [{ type: 'complex', subAttributes: [{ name: 'valueOf' }] }, /subAttributes\.0\.name: "valueOf" cannot be a name/],
    [
      { type: 'complex', multiValued: true, subAttributes: [{ name: 'a' }, { name: 'b', mutability: 'readOnly' }] },
      /^attributes\.1\.subAttributes\.1\.mutability: "b" is readOnly in a list that clients replace.*or "code" readOnly/,
    ],
    [{ mutability: 'writeOnly', returned: 'default' }, /^attributes\.1\.returned: .*Say returned: never/],
    [{ mutability: 'readOnly', returned: 'never' }, /^attributes\.1\.returned: .*neither written nor returned/],
    [{ returned: 'never', multiValued: true }, /^attributes\.1\.multiValued: .*one value only/],
    [{ returned: 'never', type: 'integer' }, /^attributes\.1\.type: .*string, binary or reference/],
    [{ returned: 'never', uniqueness: 'server' }, /^attributes\.1\.uniqueness: .*sealed/],
    [{ uniqueness: 'global', multiValued: true }, /^attributes\.1\.uniqueness: .*several values/],
    [{ uniqueness: 'server', type: 'boolean' }, /^attributes\.1\.uniqueness: .*boolean/],
    [{ type: 'complex' }, /^attributes\.1\.subAttributes: .*needs one at least/],
    [{ subAttributes: [{ name: 'value' }] }, /^attributes\.1\.subAttributes: .*or say type: complex/],
    [
      { type: 'complex', subAttributes: [{ name: 'a' }, { name: 'b', type: 'complex' }] },
      /^attributes\.1\.subAttributes\.1\.type: .*not complex itself/,
    ],
    [{ type: 'complex', subAttributes: [{ name: 'a', multiValued: true }] }, /subAttributes\.0\.multiValued: /],
    [{ type: 'complex', subAttributes: [{ name: 'a', returned: 'never' }] }, /subAttributes\.0\.returned: /],
    [{ type: 'complex', subAttributes: [{ name: 'a', uniqueness: 'server' }] }, /subAttributes\.0\.uniqueness: /],
    [
      { type: 'complex', subAttributes: [{ name: 'a' }, { name: 'A' }] },
      /subAttributes\.1\.name: "A" stands there twice/,
    ],
  ]
  for (const [facts_, words] of faults) assert.match(ofAttribute(facts_) ?? 'none', words)
  assert.equal(ofAttribute({ type: 'complex', subAttributes: [{ name: '$ref', type: 'reference' }] }), undefined)
  const readOnlyPart: Partial<CustomAttributeInput> = {
    type: 'complex',
    subAttributes: [{ name: 'a', mutability: 'readOnly' }],
  }
  assert.equal(ofAttribute(readOnlyPart), undefined)
  assert.equal(ofAttribute({ ...readOnlyPart, multiValued: true, mutability: 'readOnly' }), undefined)
})

test('there is an end to the number of schemas and types', () => {
  const schemas = Array.from({ length: 20 }, (_, index) => schema({ id: `urn:example:s${index}:1.0` }, `k${index}`))
  assert.match(fault({}, { ...none, schemas }) ?? '', /^id: the hub takes 20 declared schemas/)
})

const type = (input: Partial<CustomTypeCreate> = {}, key = 't') =>
  toType({ name: 'Device', endpoint: '/Devices', schema: urn, ...input }, { ...facts, key })
const typeFaultOf = (input: Partial<CustomTypeCreate>, declared: Declared): string | undefined =>
  typeFault(type(input), declared)?.detail

test('a type has a name, an address and a schema of its own', () => {
  const extension = schema({ id: 'urn:example:more:1.0' }, '2')
  const declared: Declared = { schemas: [schema({}), extension], types: [] }
  assert.equal(typeFaultOf({ schemaExtensions: [{ schema: extension.id }] }, declared), undefined)
  assert.equal(type().endpoint, 'Devices')
  assert.match(typeFaultOf({ name: 'user' }, declared) ?? '', /^name: .*of the protocol itself/)
  for (const endpoint of ['/Users', 'bulk', 'ME', '/Schemas'])
    assert.match(typeFaultOf({ endpoint }, declared) ?? '', /^endpoint: .*of the protocol itself/, endpoint)
  for (const endpoint of ['/a/b', '/v2', '/.search', '/1st'])
    assert.match(typeFaultOf({ endpoint }, declared) ?? '', /^endpoint: has to be letters and digits/, endpoint)
  assert.match(typeFaultOf({ schema: 'urn:example:none' }, declared) ?? '', /^schema: .*Declare the schema first/)
  assert.match(
    typeFaultOf({ schemaExtensions: [{ schema: urn }] }, declared) ?? '',
    /^schemaExtensions\.0\.schema: .*stands there twice/,
  )
  const taken = { ...declared, types: [type({}, 'other')] }
  assert.match(typeFaultOf({ name: 'DEVICE' }, taken) ?? '', /^name: another declared type has it/)
  assert.match(typeFaultOf({ name: 'Other', endpoint: 'devices' }, taken) ?? '', /^endpoint: another declared type/)
  assert.match(typeFaultOf({ name: 'Other', endpoint: 'Others' }, taken) ?? '', /^schema: .*used elsewhere/)
})

test('the schema of a type stands beside what every resource has, and extends nothing', () => {
  const withId = { schemas: [schema({ attributes: [{ name: 'ID' }] })], types: [] }
  assert.match(typeFaultOf({}, withId) ?? '', /^schema: attributes\.0\.name: "ID" is something that every resource has/)
  const used = { schemas: [schema({})], types: [type()] }
  assert.match(fault({ extends: ['User'] }, used) ?? '', /^extends: it is the schema of the type "Device"/)
  assert.match(fault({ attributes: [{ name: 'meta' }] }, used) ?? '', /^attributes\.0\.name: "meta"/)
  assert.match(
    typeFaultOf({ name: 'Other', endpoint: 'Others' }, { schemas: [schema({ extends: ['Group'] })], types: [] }) ?? '',
    /^schema: .*used elsewhere/,
  )
})
