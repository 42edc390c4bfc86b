import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  choicesOf,
  draftOf,
  faultOf,
  hubFault,
  lossesOf,
  moved,
  newAttribute,
  newSchema,
  schemaOf,
  suggestedUrn,
  urnFault,
} from './schema-draft.ts'

const plain = { multiValued: false, description: '', required: false, caseExact: false } as const
const usual = { mutability: 'readWrite', returned: 'default', uniqueness: 'none' } as const
const badge = {
  ...{
    key: 'k',
    id: 'urn:example:badge:1.0',
    name: 'Badge',
    description: '',
    extends: ['User', 'Group'] as ('User' | 'Group')[],
  },
  ...{ fromFile: false, created: '', updated: '' },
  attributes: [
    {
      name: 'number',
      type: 'integer' as const,
      ...plain,
      ...usual,
      uniqueness: 'server' as const,
      canonicalValues: ['1'],
    },
    {
      name: 'doors',
      type: 'complex' as const,
      ...plain,
      ...usual,
      subAttributes: [{ name: 'value', type: 'string' as const, ...plain, ...usual }],
    },
  ],
}

test('a schema comes out of the form as it went in', () => {
  const { id, name, description, extends: types, attributes } = badge
  assert.deepEqual(schemaOf(draftOf(badge)), { id, name, description, extends: types, attributes })
  const [part] = draftOf(badge).attributes[1]?.subAttributes ?? []
  assert.equal(part?.known?.name, 'value')
})

test('a URN is made of the name and of whom it extends', () => {
  const of = (name: string, base: 'User' | 'both' | 'type') => suggestedUrn({ name, base })
  assert.equal(of('Badge & dóors', 'User'), 'urn:ietf:params:scim:schemas:extension:BadgeDoors:2.0:User')
  assert.equal(of('badge', 'both'), 'urn:ietf:params:scim:schemas:extension:Badge:2.0')
  assert.equal(of('Device', 'type'), 'urn:ietf:params:scim:schemas:custom:2.0:Device')
  assert.equal(of('  ', 'User'), '')
  for (const name of ['Badge', 'Ärzte', '9 lives']) assert.equal(urnFault(of(name, 'User'), []), undefined)
})

test('a URN is checked as the hub does', () => {
  assert.match(urnFault('badge', []) ?? '', /A URN reads/)
  assert.match(urnFault('urn:lockstep:xy', []) ?? '', /belongs to/)
  assert.match(urnFault('URN:example:badge:1.0', [badge]) ?? '', /Another schema/)
  assert.match(urnFault('urn:example:badge', [badge]) ?? '', /begins as/)
  assert.equal(urnFault('urn:example:badge2', [badge]), undefined)
})

test('the first fault names its place', () => {
  const draft = { ...newSchema(), name: 'B', urn: 'urn:a:bc' }
  const at = (change: object) => faultOf({ ...draft, ...change }, [])?.path
  const attribute = { ...newAttribute(), name: 'a' }
  assert.equal(at({ name: '' }), 'name')
  assert.equal(at({ urn: 'x' }), 'id')
  assert.equal(at({ base: 'type', endpoint: 'v 1' }), 'endpoint')
  assert.equal(at({ attributes: [] }), 'attributes')
  assert.equal(at({}), 'attributes.0.name')
  assert.equal(at({ attributes: [attribute, { ...attribute, name: 'A' }] }), 'attributes.1.name')
  assert.equal(at({ attributes: [{ ...attribute, type: 'complex' }] }), 'attributes.0.subAttributes')
  const part = { ...attribute, name: '1' }
  assert.equal(
    at({ attributes: [{ ...attribute, type: 'complex', subAttributes: [part] }] }),
    'attributes.0.subAttributes.0.name',
  )
  assert.equal(at({ attributes: [attribute] }), undefined)
})

test('what the hub says of a field stands beside it', () => {
  assert.deepEqual(hubFault('attributes.1.type', 'attributes.1.type: is no type.'), {
    ...{ path: 'attributes.1.type', words: 'Is no type.' },
  })
  assert.equal(hubFault('discardValues', 'x'), undefined)
  assert.equal(hubFault(undefined, 'x'), undefined)
})

test('a declared attribute becomes looser, and nothing else', () => {
  const known = { ...badge.attributes[0], name: 'number', ...plain, ...usual, type: 'integer' as const }
  const all = ['readOnly', 'readWrite', 'immutable', 'writeOnly']
  assert.deepEqual(choicesOf({ known: undefined }, 'mutability', all), all)
  assert.deepEqual(choicesOf({ known: { ...known, mutability: 'immutable' } }, 'mutability', all), [
    'immutable',
    'readWrite',
  ])
  assert.deepEqual(choicesOf({ known: { ...known, mutability: 'writeOnly' } }, 'mutability', all), ['writeOnly'])
  assert.deepEqual(choicesOf({ known }, 'type', []), ['integer', 'decimal'])
  assert.deepEqual(choicesOf({ known: { ...known, type: 'string' } }, 'type', []), ['string'])
  assert.deepEqual(choicesOf({ known }, 'uniqueness', ['none', 'server']), ['none'])
})

test('a row moves by one place and not over the ends', () => {
  const rows = [{ key: 1 }, { key: 2 }, { key: 3 }]
  assert.deepEqual(
    moved(rows, 1, 1).map(({ key }) => key),
    [2, 1, 3],
  )
  assert.deepEqual(
    moved(rows, 3, -1).map(({ key }) => key),
    [1, 3, 2],
  )
  assert.equal(moved(rows, 1, -1), rows)
  assert.equal(moved(rows, 3, 1), rows)
})

test('what a change loses is counted by attribute', () => {
  const counts = [
    { holder: 'User', attribute: 'number', values: 3 },
    { holder: 'Group', attribute: 'number', values: 2 },
    { holder: 'User', attribute: 'doors', values: 0 },
    { holder: 'Device', attribute: 'doors', values: 4 },
  ]
  const draft = draftOf(badge)
  assert.deepEqual(lossesOf(draft, counts), [])
  assert.deepEqual(lossesOf({ ...draft, base: 'User' }, counts), [{ attribute: 'number', values: 2 }])
  assert.deepEqual(lossesOf({ ...draft, attributes: draft.attributes.slice(0, 1) }, counts), [
    { attribute: 'doors', values: 4 },
  ])
  assert.deepEqual(lossesOf(undefined, counts), [
    { attribute: 'number', values: 5 },
    { attribute: 'doors', values: 4 },
  ])
})
