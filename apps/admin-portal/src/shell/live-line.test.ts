import type { ChangeEvent } from '@lockstep/contract/hub/journal'
import { QueryClient, QueryObserver } from '@tanstack/react-query'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { onListChange } from '../lists/list-changes.ts'
import { openLiveLine } from './live-line.ts'

class Source extends EventTarget {
  close(): void {}
  tell(event: Partial<ChangeEvent>): void {
    this.dispatchEvent(new MessageEvent('message', { data: JSON.stringify({ seq: 1, action: '', ...event }) }))
  }
}

const group = ['groups', 'detail', '1']

/** A line with a shown group, whose answers come when the test gives them, and a list of members. */
function line() {
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } })
  const asked: ((answer: string) => void)[] = []
  const queryFn = (): Promise<string> => new Promise((resolve) => asked.push(resolve))
  const leave = new QueryObserver(queries, { queryKey: group, queryFn }).subscribe(() => undefined)
  const source = new Source()
  const states: boolean[] = []
  const looks: string[] = []
  const forget = onListChange('members.1', () => looks.push('members'))
  const close = openLiveLine({ source, queries, gatherMs: 0, onState: (stands) => states.push(stands) })
  return {
    queries,
    asked,
    source,
    states,
    looks,
    shown: () => queries.getQueryData(group),
    until: async (holds: () => boolean) => {
      while (!holds()) await new Promise((resolve) => setImmediate(resolve))
    },
    [Symbol.dispose]: () => {
      close()
      forget()
      leave()
      queries.clear()
    },
  }
}

test('what was fetched before the line stood is fetched once more', async () => {
  using page = line()
  page.asked[0]?.('before')
  await page.until(() => page.shown() === 'before')
  page.source.dispatchEvent(new Event('open'))
  await page.until(() => page.asked.length > 1)
  page.asked.at(-1)?.('since')
  await page.until(() => page.shown() === 'since')
  assert.deepEqual(page.looks, ['members'])
})

test('what was on its way when the line stood is fetched once more', async () => {
  using page = line()
  page.source.dispatchEvent(new Event('open'))
  page.asked[0]?.('before')
  await page.until(() => page.asked.length > 1)
  page.asked.at(-1)?.('since')
  await page.until(() => page.shown() === 'since')
})

test('a change during the first answer is fetched after it, and lists look', async () => {
  using page = line()
  page.source.tell({ action: 'group.update', subjectKind: 'group', subjectId: '1' })
  page.source.tell({ action: 'user.join_group', subjectKind: 'user', subjectId: '2' })
  await page.until(() => page.looks.length === 1)
  page.asked[0]?.('before')
  await page.until(() => page.asked.length > 1)
  page.asked.at(-1)?.('since')
  await page.until(() => page.shown() === 'since')
})

test('a burst touches everything', async () => {
  using page = line()
  page.asked[0]?.('before')
  await page.until(() => page.shown() === 'before')
  page.source.tell({ action: 'many', subjectKind: 'many', subjectId: '' })
  await page.until(() => page.asked.length > 1)
  page.asked.at(-1)?.('since')
  await page.until(() => page.shown() === 'since')
  assert.deepEqual(page.looks, ['members'])
})

test('a line that breaks and stands again is told', () => {
  using page = line()
  page.source.dispatchEvent(new Event('error'))
  page.source.dispatchEvent(new Event('open'))
  assert.deepEqual(page.states, [false, true])
})
