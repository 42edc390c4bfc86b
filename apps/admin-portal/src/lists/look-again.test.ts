import type { Page } from '@lockstep/contract/hub/page'
import { QueryClient, QueryObserver } from '@tanstack/react-query'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lookAgain } from './look-again.ts'

type Names = Page<string>

const queryKey = ['users', 'list', {}]
const page = (...items: readonly string[]): Names => ({ items: [...items], total: items.length })
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** A shown list; its own questions and those of a look are answered by the test. */
function shownList() {
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } })
  const own: ((page: Names) => void)[] = []
  const looks: ((page: Names) => void)[] = []
  const queryFn = (): Promise<Names> => new Promise((resolve) => own.push(resolve))
  const leave = new QueryObserver(queries, { queryKey, queryFn }).subscribe(() => undefined)
  const moved: Names[] = []
  const look = (mayMove = false): Promise<void> =>
    lookAgain<string>({
      queries,
      queryKey,
      fetchPage: () => new Promise((resolve) => looks.push(resolve)),
      rowId: (name) => name,
      mayMove: () => mayMove,
      onMoved: (fresh) => moved.push(fresh),
    })
  return {
    queries,
    own,
    looks,
    moved,
    look,
    names: () => queries.getQueryData<Names>(queryKey)?.items,
    asked: async (list: readonly unknown[], count: number) => {
      while (list.length < count) await turn()
    },
    [Symbol.dispose]: () => {
      leave()
      queries.clear()
    },
  }
}

test('a change while the list is fetched for the first time is not lost', async () => {
  using list = shownList()
  const done = list.look()
  list.own[0]?.(page('ann'))
  await list.asked(list.own, 2)
  list.own[1]?.(page('ann', 'ben'))
  await done
  assert.deepEqual(list.names(), ['ann', 'ben'])
})

test('an older answer of the list does not replace what a look found', async () => {
  using list = shownList()
  list.own[0]?.(page('ann'))
  while (list.names() === undefined) await turn()
  void list.queries.refetchQueries({ queryKey })
  await list.asked(list.own, 2)
  const done = list.look(true)
  list.own[1]?.(page('ann'))
  await list.asked(list.looks, 1)
  list.looks[0]?.(page('ann', 'ben'))
  await done
  assert.deepEqual(list.names(), ['ann', 'ben'])
})

test('a look looks again when the list was fetched meanwhile', async () => {
  using list = shownList()
  list.own[0]?.(page('ann'))
  while (list.names() === undefined) await turn()
  const done = list.look(true)
  await list.asked(list.looks, 1)
  const refetched = list.queries.refetchQueries({ queryKey })
  await list.asked(list.own, 2)
  list.own[1]?.(page('ann', 'ben'))
  await refetched
  list.looks[0]?.(page('ann'))
  await list.asked(list.looks, 2)
  list.looks[1]?.(page('ann', 'ben'))
  await done
  assert.deepEqual(list.names(), ['ann', 'ben'])
})

test('moved rows wait until they are asked for, unless rows are moving', async () => {
  using list = shownList()
  list.own[0]?.(page('ann'))
  while (list.names() === undefined) await turn()
  const still = list.look()
  await list.asked(list.looks, 1)
  list.looks[0]?.(page('ben'))
  await still
  assert.deepEqual([list.names(), list.moved], [['ann'], [page('ben')]])
  const moving = list.look(true)
  await list.asked(list.looks, 2)
  list.looks[1]?.(page('ben'))
  await moving
  assert.deepEqual([list.names(), list.moved.length], [['ben'], 1])
})
