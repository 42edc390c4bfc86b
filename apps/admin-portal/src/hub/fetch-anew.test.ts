import { QueryClient, QueryObserver } from '@tanstack/react-query'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fetchAnew } from './fetch-anew.ts'

const queryKey = ['groups', 'detail', '1']

/** A shown query whose answers come when the test gives them. */
function shown() {
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } })
  const asked: ((answer: string) => void)[] = []
  const queryFn = (): Promise<string> => new Promise((resolve) => asked.push(resolve))
  const leave = new QueryObserver(queries, { queryKey, queryFn }).subscribe(() => undefined)
  const stop = (): void => {
    leave()
    queries.clear()
  }
  return { queries, asked, stop }
}

test('a change that comes while the first answer is on its way is fetched after it', async () => {
  const { queries, asked, stop } = shown()
  assert.equal(asked.length, 1)
  const done = fetchAnew(queries, { queryKey: ['groups'] })
  asked[0]?.('old')
  while (asked.length < 2) await new Promise((resolve) => setImmediate(resolve))
  assert.equal(queries.getQueryData(queryKey), 'old')
  asked[1]?.('new')
  await done
  assert.equal(queries.getQueryData(queryKey), 'new')
  stop()
})

test('a change that comes while a later answer is on its way replaces that question', async () => {
  const { queries, asked, stop } = shown()
  asked[0]?.('first')
  while (queries.getQueryData(queryKey) === undefined) await new Promise((resolve) => setImmediate(resolve))
  const earlier = fetchAnew(queries, { queryKey })
  const later = fetchAnew(queries, { queryKey })
  assert.equal(asked.length, 3)
  asked[2]?.('new')
  asked[1]?.('old')
  await Promise.all([earlier, later])
  assert.equal(queries.getQueryData(queryKey), 'new')
  stop()
})

test('a first answer that fails is asked for again', async () => {
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } })
  const fails: ((error: Error) => void)[] = []
  const queryFn = (): Promise<string> => new Promise((_, reject) => fails.push(reject))
  const leave = new QueryObserver(queries, { queryKey, queryFn }).subscribe(() => undefined)
  const done = fetchAnew(queries, { queryKey })
  fails[0]?.(new Error('down'))
  while (fails.length < 2) await new Promise((resolve) => setImmediate(resolve))
  fails[1]?.(new Error('down'))
  await done
  leave()
  queries.clear()
})
