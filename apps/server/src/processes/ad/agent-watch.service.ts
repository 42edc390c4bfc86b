// Notices when the last agent of a kind stops, and when one is at work again. Each is told once, as a row of the journal, by whichever hub
// sees it first; whoever must be told otherwise (by mail, for instance) follows the journal.
import type { Clock } from '@lockstep/kernel/clock'
import { systemActor } from '../../directory/access/access.rules.ts'
import type { ChangeOrigin } from '../../directory/journal/journal.rules.ts'
import type { JournalService } from '../../directory/journal/journal.service.ts'
import type { Database } from '../../platform/db/database.ts'
import { type WatchChange, watchChanges } from './agent-watch.rules.ts'
import * as store from './agent-watch.store.ts'
import { agentSilenceMs } from './domain.rules.ts'

export interface AgentWatch {
  /** Compares what is with what was told. Run by the clock. */
  look(): Promise<void>
}

export interface AgentWatchOptions {
  readonly database: Database
  readonly clock: Clock
  readonly journal: JournalService
  readonly announce: () => void
}

const words = { IMPORT: 'import', SYNC: 'sync' } as const
const returns = { IMPORT: 'An import agent', SYNC: 'A sync agent' } as const
const reasons = {
  removed: 'none is enrolled any more',
  paused: 'all are paused',
  silent: 'none asked for 45 seconds; check that their services run and reach the hub',
} as const

export function createAgentWatch(options: AgentWatchOptions): AgentWatch {
  const { database, clock } = options
  const startedAt = clock.now().getTime()
  return {
    async look() {
      const now = clock.now()
      const rows = await store.listDomains(database)
      const domains = rows.map(({ id, importLive, syncLive }) => ({
        id,
        live: { IMPORT: importLive ?? undefined, SYNC: syncLive ?? undefined },
      }))
      const changes = watchChanges(domains, await store.listAgents(database), now)
      // While the hub was away nobody could ask: agents have their time to come back before they count as silent.
      const isNew = now.getTime() - startedAt < 2 * agentSilenceMs
      for (const change of changes) {
        if (isNew && change.reason === 'silent') continue
        const name = rows.find(({ id }) => id === change.domainId)?.name ?? ''
        await tell(options, change, name)
      }
    },
  }
}

async function tell(
  { database, journal, announce }: AgentWatchOptions,
  change: WatchChange,
  name: string,
): Promise<void> {
  const { domainId, kind, before, after, reason } = change
  const text = after
    ? `${returns[kind]} is at work again`
    : `There is no ${words[kind]} agent at work any more: ${reasons[reason ?? 'silent']}`
  const origin: ChangeOrigin = { actor: systemActor('hub'), cause: { kind: 'schedule', text } }
  const told = await database.transaction(async (transaction) => {
    if (!(await store.note(transaction, { domainId, kind, before: before ?? null, after }))) return false
    // The first agent of a domain is no return.
    if (before === undefined) return true
    await journal.record(transaction, origin, [
      {
        action: after ? 'directory.agents_back' : 'directory.agents_silent',
        subjectKind: 'directory',
        subjectId: domainId,
        subject: name,
        changes: { agentKind: { after: kind }, ...(reason === undefined ? {} : { reason: { after: reason } }) },
      },
    ])
    return true
  })
  if (told) announce()
}
