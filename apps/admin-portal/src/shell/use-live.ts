import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { hub } from '../hub/hub.ts'
import { openLiveLine } from './live-line.ts'

const gatherMs = 800

/** Follows the hub's changes while the shell is open; true while the line stands. */
export function useLive(): boolean {
  const queries = useQueryClient()
  const [connected, setConnected] = useState(true)
  useEffect(
    () => openLiveLine({ source: new EventSource(hub.eventsUrl), queries, gatherMs, onState: setConnected }),
    [queries],
  )
  return connected
}
