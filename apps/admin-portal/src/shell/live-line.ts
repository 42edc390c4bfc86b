// The open page's line to the hub, over which it hears of changes. The hub tells nothing twice, so what was fetched before the line
// stood, for the first time or again, may be old and is fetched once more.
import type { ChangeEvent } from '@lockstep/contract/hub/journal'
import type { Query, QueryClient } from '@tanstack/react-query'
import { fetchAnew } from '../hub/fetch-anew.ts'
import { everyListChanged, listsChanged } from '../lists/list-changes.ts'
import { isBurst, touchedBy } from './live-changes.ts'

/** What is needed of an EventSource. */
interface LiveSource {
  addEventListener(type: string, listener: (event: Event) => void): void
  close(): void
}

interface LiveLineOptions {
  readonly source: LiveSource
  readonly queries: QueryClient
  /** How long changes are gathered before what they touch is fetched; a burst counts as one. */
  readonly gatherMs: number
  readonly onState: (stands: boolean) => void
}

/** Follows the hub's changes until the answer is called. */
export function openLiveLine({ source, queries, gatherMs, onState }: LiveLineOptions): () => void {
  let gathered: ChangeEvent[] = []
  let timer: ReturnType<typeof setTimeout> | undefined
  const apply = (): void => {
    timer = undefined
    const events = gathered
    gathered = []
    if (events.some(isBurst)) return fetchEverything(queries)
    const { keys, lists } = touchedBy(events)
    for (const queryKey of keys) void fetchAnew(queries, { queryKey })
    listsChanged(lists)
  }
  source.addEventListener('open', () => {
    onState(true)
    fetchEverything(queries)
  })
  source.addEventListener('error', () => onState(false))
  const take = (message: Event): void => {
    if (!(message instanceof MessageEvent)) return
    gathered.push(JSON.parse(String(message.data)) as ChangeEvent)
    timer ??= setTimeout(apply, gatherMs)
  }
  source.addEventListener('message', take)
  source.addEventListener('change', take)
  return () => {
    clearTimeout(timer)
    source.close()
  }
}

function fetchEverything(queries: QueryClient): void {
  void fetchAnew(queries, { predicate: isNoList })
  everyListChanged()
}

/** Lists look by themselves, so that no row moves under the reader; the session says by itself that it has ended. */
const isNoList = ({ queryKey }: Query): boolean => queryKey[1] !== 'list' && queryKey[0] !== 'session'
