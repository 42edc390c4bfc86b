// Changes as JSON, one a line, and after those of a page a line with the cursor behind it: whoever keeps that line once the others are
// worked through goes on from there with --since and misses nothing.
import type { HubClient } from '@lockstep/client/hub-client'
import { HubError } from '@lockstep/client/hub-error'
import type { ChangePage } from '@lockstep/contract/hub/change'
import { backoffMs, pause } from '@lockstep/kernel/retry'
import { type Command, type CommandOptions, type Outcome, UsageError } from './command.ts'

const rowsPerPage = 500
const waitSeconds = 50

export const changesCommand: Command = {
  name: 'changes',
  operands: [],
  options: ['since', 'kind', 'limit'],
  flags: ['follow', 'objects'],
  summary:
    'print what there is and what changed since a cursor (or “now”), as lines of JSON; --follow goes on for ever',
  run: async (hub, _, options, print) => printChanges(hub, options, print),
}

async function printChanges(
  hub: HubClient,
  { since: begin, kind, limit, follow = false, objects = false }: CommandOptions,
  print: (line: string) => void,
): Promise<Outcome> {
  const rows = limit === undefined ? rowsPerPage : Number(limit)
  if (!Number.isSafeInteger(rows) || rows < 1) throw new UsageError('--limit must be a whole number above zero.')
  let since = begin
  for (;;) {
    const query = {
      limit: rows,
      ...(since === undefined ? {} : { since }),
      ...(kind === undefined ? {} : { kind }),
      ...(objects ? { include: 'object' as const } : {}),
    }
    const page = follow
      ? await untilAnswered(() => hub.changes.list({ ...query, wait: waitSeconds }))
      : await hub.changes.list(query)
    for (const item of page.items) print(JSON.stringify(item))
    if (page.items.length > 0 || !follow || since === undefined || since === 'now')
      print(JSON.stringify({ next: page.next, more: page.more }))
    since = page.next
    if (!follow && !page.more) return { value: undefined, lines: [] }
  }
}

/** A hub that is restarted is waited for; a refusal is one. */
async function untilAnswered(ask: () => Promise<ChangePage>): Promise<ChangePage> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await ask()
    } catch (error) {
      const passes = error instanceof HubError && (error.status === 0 || error.status === 429 || error.status >= 500)
      if (!passes) throw error
      await pause(backoffMs(attempt, { baseMs: 500, limitMs: 30_000 }))
    }
  }
}
