import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import { documentedOperations } from '../apps/server/src/gateways/jumpcloud/outside-operations.ts'
import { typedClient } from './typed-client.ts'

test('the committed client is what the committed facts say', () => {
  execFileSync(process.execPath, [join(import.meta.dirname, 'print-client.ts'), '--check'])
})

test('a client of everything has a function for every documented operation, each under a name of its own', () => {
  const text = typedClient({ whole: true })
  const functions = [...text.matchAll(/^ {4}(\w+): \(.* => call</gm)].map((match) => match[1])
  // Directory Insights are beside the two versions.
  assert.equal(functions.length, documentedOperations.length + 7)
  assert.equal(new Set(functions).size, functions.length)
})

test('types that two versions name alike and mean differently are two', () => {
  const text = typedClient()
  const types = [...text.matchAll(/^export interface (\w+) /gm)].map((match) => match[1])
  assert.equal(new Set(types).size, types.length)
  assert.ok(!types.includes('Error') && types.includes('Systemuserreturn'))
  assert.match(text, /systemusersPut: \(parameters: \{ readonly path: \{ readonly id: string \}/)
})
