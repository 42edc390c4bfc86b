import type { Wakeups } from '../../platform/db/wakeups.ts'
import { type AgentBundleService, createAgentBundleService } from './agent-bundle.service.ts'
import { type AgentLogService, createAgentLogService } from './agent-log.service.ts'
import { type AgentWatch, type AgentWatchOptions, createAgentWatch } from './agent-watch.service.ts'

const agentLogLines = 'agent_log_lines'

/** What belongs to the agents beside their work: their logs, their files, and whether any is there. */
export function createAgentSurroundings(
  options: AgentWatchOptions,
  wakeups: Pick<Wakeups, 'announce' | 'wait'>,
  bundlesFolder: string,
): { agentLogs: AgentLogService; agentBundles: AgentBundleService; agentWatch: AgentWatch } {
  return {
    agentLogs: createAgentLogService({
      ...options,
      announceLines: () => wakeups.announce(agentLogLines),
      waitForLines: (how) => wakeups.wait(agentLogLines, how),
    }),
    agentBundles: createAgentBundleService({ ...options, folder: bundlesFolder }),
    agentWatch: createAgentWatch(options),
  }
}
