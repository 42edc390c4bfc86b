// The tail of an agent's log. The agent keeps its last lines itself and sends none while nobody looks. Looking marks the agent for a few
// seconds; it learns that from its next answer (an import agent asks every two seconds, the question of a sync agent is answered at once),
// sends what it has, and what comes, until the mark is past.
import type { AgentLogReply, AgentLogReport } from '@lockstep/contract/agents/log'
import { AppError } from '@lockstep/contract/app-error'
import type { AgentLog, AgentLogQuery } from '@lockstep/contract/hub/directory-agent'
import type { Actor } from '@lockstep/contract/access'
import type { Clock } from '@lockstep/kernel/clock'
import { parseId } from '@lockstep/kernel/ids'
import { requirePermission } from '../../directory/access/access.rules.ts'
import type { Database } from '../../platform/db/database.ts'
import * as store from './agent-log.store.ts'
import * as agents from './agent.store.ts'
import type { Agent } from './agent.store.ts'

/** How long an agent goes on sending after somebody looked. */
const wantedMs = 15_000
const keptLines = 500
const defaultLines = 200
/** Lines that nobody looked at since. */
const keptMs = 60 * 60 * 1000

export interface AgentLogService {
  /** Lines of an agent; marks it, so that it sends what it has. */
  read(
    actor: Actor,
    key: { domainId: string; agentId: string },
    query: AgentLogQuery,
    signal: AbortSignal,
  ): Promise<AgentLog>
  /** Takes lines of an agent; those that nobody asked for are not kept. */
  accept(agent: Agent, report: AgentLogReport): Promise<AgentLogReply>
  removeOld(): Promise<void>
}

export interface AgentLogOptions {
  readonly database: Database
  readonly clock: Clock
  /** Wakes the agents' waiting questions. */
  readonly announce: () => void
  /** Wakes those who look. */
  readonly announceLines: () => void
  readonly waitForLines: (options: { readonly timeoutMs: number; readonly signal: AbortSignal }) => Promise<unknown>
}

export function createAgentLogService(options: AgentLogOptions): AgentLogService {
  const { database, clock } = options
  return {
    async read(actor, key, query, signal) {
      requirePermission(actor, 'directories.agents')
      const agent = await agents.find(database, parseId(key.agentId) ?? '')
      if (agent === undefined || agent.domainId !== parseId(key.domainId))
        throw new AppError('not_found', { field: 'agent_id', detail: 'There is no such agent.' })
      const now = clock.now()
      const until = new Date(now.getTime() + wantedMs)
      if (await store.want(database, agent.id, { now, until })) options.announce()
      const rows = await firstLines(options, agent.id, query, signal)
      return {
        items: rows.map(({ id, at, level, message, fields }) => ({
          key: id,
          at: at.toISOString(),
          level,
          message,
          fields,
        })),
        next: rows.at(-1)?.id ?? query.after ?? '0',
      }
    },
    async accept(agent, report) {
      const now = clock.now()
      const wanted = agent.logWantedUntil !== null && agent.logWantedUntil > now
      if (!wanted || report.lines.length === 0) return { wanted }
      const count = await store.insert(database, agent.id, { ...report, now })
      if (count > 0) {
        await store.trim(database, agent.id, keptLines)
        options.announceLines()
      }
      return { wanted }
    },
    async removeOld() {
      await store.removeBefore(database, new Date(clock.now().getTime() - keptMs))
    },
  }
}

async function firstLines(
  { database, clock, waitForLines }: AgentLogOptions,
  agentId: string,
  { after, limit = defaultLines, waitMs = 0 }: AgentLogQuery,
  signal: AbortSignal,
): Promise<readonly store.LogRow[]> {
  const deadline = clock.now().getTime() + waitMs
  for (;;) {
    const left = deadline - clock.now().getTime()
    // Waiting begins before looking, so that what comes in between is not missed.
    const waiting = new AbortController()
    const woken = waitForLines({ timeoutMs: Math.max(0, left), signal: AbortSignal.any([signal, waiting.signal]) })
    const rows = await store.list(database, agentId, { after, limit })
    if (rows.length > 0 || left <= 0 || signal.aborted) {
      waiting.abort()
      return rows
    }
    await woken
  }
}
