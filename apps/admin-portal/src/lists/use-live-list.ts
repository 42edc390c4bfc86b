import type { Page } from '@lockstep/contract/hub/page'
import { keepPreviousData, useQuery, useQueryClient, type UseQueryResult } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { changeText, sameOrder } from './list-change.ts'
import { onListChange } from './list-changes.ts'
import { lookAgain } from './look-again.ts'
import { oneAtATime } from './one-at-a-time.ts'

interface LiveListOptions<T> {
  /** The kind of rows, which is also the first part of the query key. */
  readonly kind: string
  readonly query: object
  readonly fetchPage: (query: object, signal?: AbortSignal) => Promise<Page<T>>
  readonly rowId: (row: T) => string
  /** True while rows move because of what the reader did: they are shown at once, and so is how it ends. */
  readonly isMoving: boolean
}

interface LiveList<T> {
  readonly result: UseQueryResult<Page<T>>
  /** What happened to the list since it was drawn, when showing it would move rows. */
  readonly news: string | undefined
  readonly showNews: () => void
}

/** One page of a list that stays still: changed cells refresh in place, moved rows wait until the reader asks for them. */
export function useLiveList<T>({ kind, query, fetchPage, rowId, isMoving }: LiveListOptions<T>): LiveList<T> {
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
  const movement = useRef({ isOn: isMoving, look: () => {} })

  useEffect(() => {
    let endsMovement = false
    const look = oneAtATime(async () => {
      const mayMove = movement.current.isOn || endsMovement
      endsMovement = false
      await lookAgain({
        queries,
        queryKey,
        fetchPage: () => fetchPage(query),
        rowId,
        mayMove: () => mayMove,
        onMoved: (page) => setWaiting({ key: keyText, page }),
      })
    })
    movement.current.look = () => {
      endsMovement = true
      void look()
    }
    return onListChange(kind, () => void look())
    // oxlint-disable-next-line react/exhaustive-deps -- the key's text stands for the key and the query, which are new objects at every drawing
  }, [keyText, kind, queries])

  useEffect(() => {
    const { current } = movement
    if (current.isOn !== isMoving) current.look()
    current.isOn = isMoving
  }, [isMoving])

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
