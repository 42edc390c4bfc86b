import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hubDocument, readCommittedDocument } from './hub-document.ts'

test('the committed OpenAPI document is what the routes describe', async () => {
  const advice = 'openapi/hub-v1.json is out of date; run: node scripts/print-openapi.ts'
  assert.deepEqual(await readCommittedDocument(), await hubDocument(), advice)
})

test('every operation needs a permission or is one of those that any administrator, or anybody, may use', async () => {
  const { paths } = await hubDocument()
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ name: `${method} ${path}`, ...operation })),
  )
  const without = operations.filter((operation) => operation['x-permission'] === undefined)
  assert.deepEqual(without.map(({ name, security }) => (security?.length === 0 ? `${name} public` : name)).toSorted(), [
    'delete /hub/v1/api-keys/{id}',
    'delete /hub/v1/session',
    'get /hub/v1/api-keys',
    'get /hub/v1/notice-preferences',
    'get /hub/v1/openapi.json public',
    'get /hub/v1/session public',
    'get /hub/v1/session/second-factor',
    'patch /hub/v1/notice-preferences',
    'post /hub/v1/api-keys',
    'post /hub/v1/session public',
    'post /hub/v1/session/password public',
    'post /hub/v1/session/password-link public',
    'post /hub/v1/session/password-request public',
    'post /hub/v1/session/second-factor',
    'post /hub/v1/session/second-factor/recovery-codes',
    'post /hub/v1/session/second-factor/removal',
    'post /hub/v1/set-up public',
    'put /hub/v1/session/second-factor',
  ])
  assert.ok(operations.length > 50)
})

test('every parameter of a path is described', async () => {
  const { paths } = await hubDocument()
  for (const [path, methods] of Object.entries(paths))
    for (const { parameters } of Object.values(methods))
      assert.deepEqual(
        parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name),
        [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name),
        path,
      )
})
