import type { AgentLogRow } from '@lockstep/contract/hub/directory-agent'

/** Lines that stay on the page; the agent itself keeps no more. */
const keptLines = 500

/** The lines on the page with the new ones behind them, each once. */
export function withNewLines(shown: readonly AgentLogRow[], rows: readonly AgentLogRow[]): readonly AgentLogRow[] {
  const keys = new Set(shown.map(({ key }) => key))
  return [...shown, ...rows.filter(({ key }) => !keys.has(key))].slice(-keptLines)
}

/** The facts of a line in words: `role primary, epoch 3`. */
export function factsText(fields: AgentLogRow['fields']): string {
  return Object.entries(fields)
    .map(([name, value]) => `${name} ${String(value)}`)
    .join(', ')
}
