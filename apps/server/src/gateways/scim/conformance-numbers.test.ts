// Which requirements the conformance tests name, counted from their sources: a test whose number is dropped is missed here.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'

/** How many requirements each part of the list has. */
const parts = { A: 15, B: 5, C: 12, D: 29, E: 7, F: 24, G: 19, H: 5, I: 8, J: 5, K: 9 } as const

/** What no test proves yet. K are speeds: tests prove what they rest on, and the benchmarks measure them. */
const unproved: readonly string[] = []

test('every requirement is proved by a test, but for those that are listed', (context) => {
  const files = readdirSync(import.meta.dirname).filter((name) => /^conformance-.*(?<!numbers)\.test\.ts$/.test(name))
  const named = files.flatMap((name) =>
    [...readFileSync(join(import.meta.dirname, name), 'utf8').matchAll(/^proves\(\s*\[([^\]]*)\]/gm)].flatMap((match) =>
      [...(match[1] ?? '').matchAll(/'([A-K]\d+)'/g)].map(([, number = '']) => number),
    ),
  )
  const all = Object.entries(parts).flatMap(([part, count]) =>
    Array.from({ length: count }, (_, index) => `${part}${index + 1}`),
  )
  const proved = new Set(named)
  context.diagnostic(`${proved.size} of ${all.length} requirements are proved`)
  assert.deepEqual(
    all.filter((number) => !proved.has(number)),
    unproved,
  )
  assert.deepEqual(
    named.filter((number) => !all.includes(number)),
    [],
  )
})
