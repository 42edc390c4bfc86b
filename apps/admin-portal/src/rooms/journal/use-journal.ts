import type { JournalEntry, JournalQuery } from '@lockstep/contract/hub/journal'
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { hub } from '../../hub/hub.ts'
import { onListChange } from '../../lists/list-changes.ts'
import { newerThan } from './journal-search.ts'

const pageSize = 50

/** The journal from its newest entry back, as far as the reader went; newer entries wait until they are asked for. */
export function useJournal(query: JournalQuery) {
  const queries = useQueryClient()
  const queryKey = ['journal', 'list', query]
  const keyText = JSON.stringify(queryKey)
  const [peeked, setPeeked] = useState<{ readonly key: string; readonly entries: readonly JournalEntry[] }>()
  const result = useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam, signal }) =>
      hub.journal.list({ ...query, limit: pageSize, ...(pageParam === 0 ? {} : { before: pageParam }) }, signal),
    initialPageParam: 0,
    getNextPageParam: (page) => page.next,
    refetchOnWindowFocus: false,
    staleTime: Number.POSITIVE_INFINITY,
    // Entries never change, so what is left is fetched anew when the reader comes back.
    gcTime: 0,
  })
  useEffect(() => {
    const peek = async (): Promise<void> => {
      const fresh = await hub.journal.list({ ...query, limit: pageSize })
      setPeeked({ key: keyText, entries: fresh.items })
    }
    // A failed peek shows nothing new; the next change asks again.
    return onListChange('journal', () => void peek().catch(() => undefined))
    // oxlint-disable-next-line react/exhaustive-deps -- the key's text stands for the query, which is a new object at every drawing
  }, [keyText])
  // What was peeked at before the list itself came may be in it.
  const newest = result.data && (result.data.pages[0]?.items[0]?.seq ?? 0)
  const isCurrent = newest !== undefined && peeked?.key === keyText
  return {
    result,
    entries: result.data?.pages.flatMap((page) => page.items),
    newCount: isCurrent ? newerThan(newest, peeked.entries) : 0,
    showNew: async (): Promise<void> => {
      await queries.resetQueries({ queryKey })
    },
  }
}
