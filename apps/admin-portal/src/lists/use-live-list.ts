import type { Page } from '@lockstep/contract/hub/page'
import { keepPreviousData, useQuery, useQueryClient, type UseQueryResult } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { changeText, sameOrder } from './list-change.ts'
import { onListChange } from './list-changes.ts'

interface LiveListOptions<T> {
  /** The kind of rows, which is also the first part of the query key. */
  readonly kind: string
  readonly query: object
  readonly fetchPage: (query: object, signal?: AbortSignal) => Promise<Page<T>>
  readonly rowId: (row: T) => string
}

interface LiveList<T> {
  readonly result: UseQueryResult<Page<T>>
  /** What happened to the list since it was drawn, when showing it would move rows. */
  readonly news: string | undefined
  readonly showNews: () => void
}

/** One page of a list that stays still: changed cells refresh in place, moved rows wait until the reader asks for them. */
export function useLiveList<T>({ kind, query, fetchPage, rowId }: LiveListOptions<T>): LiveList<T> {
  const queries = useQueryClient()
  const queryKey = [kind, 'list', query]
  const keyText = JSON.stringify(queryKey)
  const [waiting, setWaiting] = useState<{ readonly key: string; readonly page: Page<T> }>()
  const result = useQuery({
    queryKey,
    queryFn: ({ signal }) => fetchPage(query, signal),
    placeholderData: keepPreviousData,
    refetchOnWindowFocus: false,
  })

  useEffect(() => {
    const peek = async (): Promise<void> => {
      const shown = queries.getQueryData<Page<T>>(queryKey)
      if (shown === undefined) return
      const fresh = await fetchPage(query)
      if (sameOrder(shown, fresh, rowId)) queries.setQueryData(queryKey, fresh)
      else setWaiting({ key: keyText, page: fresh })
    }
    // A failed peek leaves the page as it is; the next change or the reader's own step asks again.
    return onListChange(kind, () => void peek().catch(() => undefined))
    // oxlint-disable-next-line react/exhaustive-deps -- the key's text stands for the key and the query, which are new objects at every drawing
  }, [keyText, kind, queries])

  const shown = result.data
  const current =
    waiting?.key === keyText && shown !== undefined && !sameOrder(shown, waiting.page, rowId) ? waiting.page : undefined
  return {
    result,
    news: current && shown && !result.isPlaceholderData ? changeText(shown, current) : undefined,
    showNews: () => {
      if (current) queries.setQueryData(queryKey, current)
      setWaiting(undefined)
    },
  }
}
