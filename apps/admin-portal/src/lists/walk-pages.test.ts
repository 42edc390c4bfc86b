import assert from 'node:assert/strict'
import { test } from 'node:test'
import { walkPages } from './walk-pages.ts'

const pages: Readonly<Record<string, { items: number[]; next?: string; total: number }>> = {
  '': { items: [1, 2], next: 'b', total: 3 },
  b: { items: [3], total: 3 },
}
const fetchPage = ({ after = '' }: { after?: string }) => Promise.resolve(pages[after] ?? { items: [], total: 0 })

test('a walk follows the keys to the last page', async () => {
  const seen: number[] = []
  assert.deepEqual(await walkPages({ fetchPage, limit: 10, onProgress: (rows) => seen.push(rows) }), [1, 2, 3])
  assert.deepEqual(seen, [2, 3])
})

test('a list above the limit is refused instead of cut', async () => {
  await assert.rejects(walkPages({ fetchPage, limit: 2 }), /at most 2/u)
})
