import type { ChangeEvent } from '@lockstep/contract/hub/journal'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { hub } from '../hub/hub.ts'
import { listsChanged } from '../lists/list-changes.ts'
import { touchedBy } from './live-changes.ts'

/** How often, at most, changes are fetched; bursts count as one. */
const gatherMs = 800

/** Follows the hub's changes while the shell is open; true while the line stands. */
export function useLive(): boolean {
  const queries = useQueryClient()
  const [connected, setConnected] = useState(true)
  useEffect(() => {
    let gathered: ChangeEvent[] = []
    let timer: ReturnType<typeof setTimeout> | undefined
    let lost = false
    const apply = (): void => {
      timer = undefined
      const { keys, lists } = touchedBy(gathered)
      gathered = []
      for (const queryKey of keys) void queries.invalidateQueries({ queryKey })
      listsChanged(lists)
    }
    const source = new EventSource(hub.eventsUrl)
    source.addEventListener('open', () => {
      setConnected(true)
      // What happened while the line was down is not sent again.
      if (lost) void queries.invalidateQueries()
      lost = false
    })
    source.addEventListener('error', () => {
      lost = true
      setConnected(false)
    })
    const take = (message: MessageEvent<string>): void => {
      gathered.push(JSON.parse(message.data) as ChangeEvent)
      timer ??= setTimeout(apply, gatherMs)
    }
    source.addEventListener('message', take)
    source.addEventListener('change', take)
    return () => {
      clearTimeout(timer)
      source.close()
    }
  }, [queries])
  return connected
}
