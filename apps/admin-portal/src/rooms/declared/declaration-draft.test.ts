import assert from 'node:assert/strict'
import { test } from 'node:test'
import { declarationsOf, firstText, lineOf, readDeclaration } from './declaration-draft.ts'

const facts = { fromFile: false, created: '', updated: '' }
const schema = { ...facts, key: 's', id: 'urn:a:b:c', name: 'c', description: '', attributes: [] }

test('a document as it is served is read as the declaration that it is', () => {
  assert.deepEqual(readDeclaration('{"schemas": ["x"], "id": "urn:a:b", "meta": {}}'), {
    ok: true,
    value: { id: 'urn:a:b' },
  })
  assert.equal(readDeclaration('[1]').ok, false)
  assert.equal(readDeclaration('{').ok, false)
  for (const text of Object.values(firstText)) assert.equal(readDeclaration(text).ok, true)
})

test('the line of a fault is that of its attribute', () => {
  const text = `{
  "id": "urn:a:b",
  "attributes": [
    {"name": "a, \\"[", "type": "complex", "subAttributes": [{"name": "value"}]},
    {
      "name": "b",
      "type": "text"
    }
  ]
}`
  const lines = ['id', 'attributes.0', 'attributes.1', 'attributes.1.type', 'attributes.1.returned', 'none']
  assert.deepEqual(
    lines.map((field) => lineOf(text, field)),
    [2, 4, 5, 7, 5, undefined],
  )
  assert.equal(lineOf('{', 'id'), undefined)
})

test('a schema says whose attributes it has', () => {
  const type = {
    ...facts,
    key: 't',
    name: 'Device',
    description: '',
    endpoint: 'Devices',
    schema: schema.id,
    resources: 3,
  }
  const list = declarationsOf(
    [
      { ...schema, extends: ['User', 'Group'] },
      { ...schema, extends: [] },
      { ...schema, id: 'urn:x', extends: [] },
    ],
    [{ ...type, schemaExtensions: [] }],
  )
  assert.deepEqual(
    list.map(({ name, urn }) => [name, urn]),
    [
      ['c', 'urn:a:b:c'],
      ['c', 'urn:a:b:c'],
      ['c', 'urn:x'],
      ['Device', 'urn:a:b:c'],
    ],
  )
  assert.deepEqual(
    list.map(({ place, size }) => [place, size]),
    [
      ['Users, Groups', 0],
      ['Device', 0],
      ['Nothing yet', 0],
      ['/scim/v2/Devices', 3],
    ],
  )
})
