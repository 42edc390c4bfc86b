import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readScimSchemasFile } from './scim-schemas-file.ts'

test('a file that is no JSON, or says what nobody knows, is refused with the place', () => {
  assert.throws(() => readScimSchemasFile('{"schemas": ['), /It is no JSON: .*start again/)
  assert.throws(() => readScimSchemasFile('{"schema": []}'), /schema: is not known here/)
  const type = '{"schemas": [{"id": "urn:a:b", "attributes": [{"name": "x", "type": "text"}]}]}'
  assert.throws(() => readScimSchemasFile(type), /schemas\.0\.attributes\.0\.type: must be one of "string", "boolean"/)
  assert.deepEqual(readScimSchemasFile('{"resourceTypes": []}'), { resourceTypes: [] })
})
