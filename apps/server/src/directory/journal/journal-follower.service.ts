// A follower reads the feed in order from where it stands, lets its handler act, and moves on. The handler is idempotent: after a crash
// the last rows come again. In all hub processes together one follower of a name runs at a time.
import { pause } from '@lockstep/kernel/retry'
import type { Database } from '../../platform/db/database.ts'
import { createLeadership } from '../../platform/db/leadership.ts'
import type { Log } from '../../platform/log/log.ts'
import * as store from './journal.store.ts'

const rowsPerRound = 1000
const retryMs = 1000
const safetyPollMs = 1000
/** A change after a quiet time is handled at once; in a stream of changes one round takes what came in this time. */
const restMs = 50
/** Why a wait ends early. Without a reason every end of one would make an error with its stack. */
const found = new Error('a follower looks by itself')

export interface JournalFollower {
  start(): void
  stop(): Promise<void>
}

export interface JournalFollowerOptions {
  readonly database: Database
  readonly log: Log
  readonly name: string
  /** Resolves at the next change of anything, or after `timeoutMs`. */
  readonly wait: (options: { readonly timeoutMs: number; readonly signal: AbortSignal }) => Promise<unknown>
  /** The actions that concern the follower; it passes over all others. */
  readonly actions: readonly string[]
  readonly handle: (rows: readonly store.FeedRow[], signal: AbortSignal) => Promise<void>
}

export function createJournalFollower(options: JournalFollowerOptions): JournalFollower {
  const { database, log, name, wait, actions, handle } = options
  const leadership = createLeadership({ database, log, key: `follower:${name}` })
  const follow = async (signal: AbortSignal): Promise<void> => {
    // Nobody else moves the position while this process leads.
    let position: store.FeedPosition | undefined
    // Rows passed over since the position was stored: after a crash they are passed over once more, which costs less than a commit now.
    let passed = 0
    while (!signal.aborted) {
      const waiting = new AbortController()
      const woken = wait({ timeoutMs: safetyPollMs, signal: AbortSignal.any([signal, waiting.signal]) })
      try {
        position ??= await store.findFollower(database, name)
        const { rows, end, count } = await store.readFeedPage(database, position, { limit: rowsPerRound, actions })
        if (end === undefined) {
          await woken
          continue
        }
        waiting.abort(found)
        if (rows.length > 0) await handle(rows, signal)
        passed += count
        if (rows.length > 0 || passed >= rowsPerRound) {
          await store.moveFollower(database, name, end)
          passed = 0
        }
        position = end
        if (count < rowsPerRound) await pause(restMs, signal)
      } catch (error) {
        waiting.abort(found)
        log.warn({ err: error, follower: name }, 'a follower of the journal failed and tries again')
        await pause(retryMs, signal)
      }
    }
  }
  return {
    start: () => void leadership.run(({ signal }) => follow(signal)),
    stop: () => leadership.stop(),
  }
}
