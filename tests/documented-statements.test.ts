// docs/active-directory.md says of each statement about JumpCloud's integration which test proves it: each of these tests exists.
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { test } from 'node:test'

const root = new URL('..', import.meta.url).pathname
const heading = "## What JumpCloud's integration does, and Lockstep"

/** The rows of the tables of the section, without their heads. */
function rowsOf(page: string): readonly (readonly string[])[] {
  const section = page.slice(page.indexOf(heading))
  return section
    .split('\n')
    .filter((line) => line.startsWith('|') && !/^\| -+/.test(line) && !line.startsWith("| JumpCloud's integration"))
    .map((line) =>
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim()),
    )
}

/** The names of all tests whose name is a plain text. */
function testNames(): ReadonlySet<string> {
  const files = globSync('{apps,packages,tests}/**/*.test.ts', {
    cwd: root,
    exclude: (path) => path.includes('node_modules'),
  })
  const names = files.flatMap((file) =>
    [...readFileSync(`${root}${file}`, 'utf8').matchAll(/\btest\(\s*'([^'\n]+)'/g)].map(([, name]) => name ?? ''),
  )
  return new Set(names)
}

const rows = rowsOf(readFileSync(`${root}docs/active-directory.md`, 'utf8'))

test('every statement has its answer and either names tests or says that it is not built yet', () => {
  assert.ok(rows.length > 100)
  for (const cells of rows) {
    assert.equal(cells.length, 3, cells.join(' | '))
    const [statement = '', answer = '', proof = ''] = cells
    assert.ok(statement !== '' && answer !== '', cells.join(' | '))
    assert.match(proof, /^(not yet|“[^“”]+”(; “[^“”]+”)*)$/, statement)
  }
})

test('every test that is named exists', () => {
  const names = testNames()
  const named = rows.flatMap(([, , proof = '']) => [...proof.matchAll(/“([^“”]+)”/g)].map(([, name]) => name ?? ''))
  assert.ok(named.length > 80)
  assert.deepEqual(
    named.filter((name) => !names.has(name)),
    [],
  )
})
