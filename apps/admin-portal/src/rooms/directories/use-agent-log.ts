import type { AgentLogRow } from '@lockstep/contract/hub/directory-agent'
import { useEffect, useState } from 'react'
import { hub } from '../../hub/hub.ts'
import { withNewLines } from './log-lines.ts'

/** How long the hub may wait for a line; asking is what keeps the agent sending. */
const waitMs = 5_000
const retryMs = 3_000
const shownLines = 200

export interface AgentLogView {
  readonly lines: readonly AgentLogRow[]
  readonly error: unknown
}

/** An agent's log as it comes, for as long as the component is on the page. */
export function useAgentLog(directoryId: string, agentId: string): AgentLogView {
  const [view, setView] = useState<AgentLogView>({ lines: [], error: undefined })
  useEffect(() => {
    const gone = new AbortController()
    void follow(directoryId, agentId, { signal: gone.signal, show: setView })
    return () => gone.abort()
  }, [directoryId, agentId])
  return view
}

interface Following {
  readonly signal: AbortSignal
  readonly show: (change: (view: AgentLogView) => AgentLogView) => void
}

async function follow(directoryId: string, agentId: string, { signal, show }: Following): Promise<void> {
  let after: string | undefined
  while (!signal.aborted) {
    try {
      const query = { waitMs, limit: shownLines, ...(after === undefined ? {} : { after }) }
      const { items, next } = await hub.directories.agentLog(directoryId, agentId, query, signal)
      after = next
      show(({ lines }) => ({ lines: withNewLines(lines, items), error: undefined }))
    } catch (error) {
      if (signal.aborted) return
      show(({ lines }) => ({ lines, error }))
      await new Promise((resolve) => setTimeout(resolve, retryMs))
    }
  }
}
