import type { Page } from '@lockstep/contract/hub/page'
import { pause } from '@lockstep/kernel/retry'
import { mayPass } from '@lockstep/ui/feedback/failure'
import type { QueryClient, QueryKey } from '@tanstack/react-query'
import { fetchAnew } from '../hub/fetch-anew.ts'
import { sameOrder } from './list-change.ts'

interface ShownList<T> {
  readonly queries: QueryClient
  readonly queryKey: QueryKey
  readonly fetchPage: () => Promise<Page<T>>
  readonly rowId: (row: T) => string
  /** True when rows may move without asking. */
  readonly mayMove: () => boolean
  /** Takes a page that would move rows. */
  readonly onMoved: (page: Page<T>) => void
}

/** A list that is fetched all the time, such as by somebody who types a search, is not looked at for ever. */
const rounds = 10
const tries = 3
const pauseMs = 1_000

/**
 * Fetches the page that a list shows once more. Cells change in place; a page that would move rows is handed over. What the list itself is
 * fetching is waited for, because it may be older than what caused this look and would replace what the look finds.
 */
export async function lookAgain<T>(list: ShownList<T>): Promise<void> {
  const { queries, queryKey, rowId } = list
  const filters = { queryKey, exact: true } as const
  for (let round = 0; round < rounds; round += 1) {
    const state = queries.getQueryState<Page<T>>(queryKey)
    if (state === undefined) return
    if (state.data === undefined) {
      await fetchAnew(queries, filters)
      return
    }
    if (state.fetchStatus === 'fetching') await queries.refetchQueries(filters, { cancelRefetch: false })
    const { data: shown, dataUpdateCount: seen } = queries.getQueryState<Page<T>>(queryKey) ?? {}
    const fresh = await patiently(list.fetchPage)
    if (fresh === undefined || shown === undefined) return
    const now = queries.getQueryState<Page<T>>(queryKey)
    // Somebody fetched the list meanwhile: which of the answers is newer cannot be told.
    if (now?.dataUpdateCount !== seen || now?.fetchStatus === 'fetching') continue
    if (list.mayMove() || sameOrder(shown, fresh, rowId)) queries.setQueryData(queryKey, fresh)
    else list.onMoved(fresh)
    return
  }
}

/** Undefined when it failed for good; the next change or the reader's own step asks again. */
async function patiently<T>(fetchPage: () => Promise<T>): Promise<T | undefined> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await fetchPage()
    } catch (error) {
      if (attempt === tries || !mayPass(error)) return undefined
      await pause(pauseMs)
    }
  }
}
