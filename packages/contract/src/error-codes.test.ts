import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { errorCodes } from './error-codes.ts'

const page = readFileSync(join(import.meta.dirname, '..', '..', '..', 'docs', 'errors.md'), 'utf8')
const rows = [...page.matchAll(/^\| `(\w+)` +\| (\w+) +\| (.+?) +\| (.+?) +\|$/gm)].map(
  ([, code = '', kind = '', text = '', remedy = '']) => ({ code, kind, text, remedy }),
)

test('docs/errors.md lists every code with its kind and default text, and no other, in the same order', () => {
  const documented = rows.map(({ code, kind, text }) => ({ code, kind, text }))
  assert.deepEqual(
    documented,
    Object.entries(errorCodes).map(([code, facts]) => ({ code, ...facts })),
  )
})

test('docs/errors.md says what to do about every code', () => {
  assert.deepEqual(
    rows.filter(({ remedy }) => remedy.length < 10),
    [],
  )
})

test('docs/errors.md names the status of every kind', () => {
  const kinds = [...page.matchAll(/^\| (\w+) +\| \d{3} +\|/gm)].map(([, kind]) => kind)
  assert.deepEqual(new Set(kinds), new Set(Object.values(errorCodes).map(({ kind }) => kind)))
})
