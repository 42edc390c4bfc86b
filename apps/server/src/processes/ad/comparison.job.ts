import { backoffMs, pause } from '@lockstep/kernel/retry'
import { createJournalFollower } from '../../directory/journal/journal-follower.service.ts'
import type { Database } from '../../platform/db/database.ts'
import type { Log } from '../../platform/log/log.ts'
import type { ComparisonWork } from './comparison-work.ts'

export interface ComparisonJobOptions {
  readonly database: Database
  readonly log: Log
  readonly comparisonWork: ComparisonWork
  /** Resolves at the next change of anything, or after `timeoutMs`. */
  readonly wait: (options: { readonly timeoutMs: number; readonly signal: AbortSignal }) => Promise<unknown>
}

export interface ComparisonJob {
  start(): void
  /** Ends after the batch in hand. */
  stop(): Promise<void>
  readonly tasks: { readonly 'ad.compare': () => Promise<void> }
}

/** How late a finished read may be noticed while nothing else happens. */
const safetyPollMs = 1_000
/** In a stream of other changes the table is looked at this often, not at every one of them. */
const restMs = 250

/** Works on comparisons as long as there are any. */
export function createComparisonJob({ database, log, comparisonWork, wait }: ComparisonJobOptions): ComparisonJob {
  const stopping = new AbortController()
  const { signal } = stopping
  let running: Promise<void> = Promise.resolve()
  const releases = createJournalFollower({
    ...{ database, log, wait, name: 'comparisons', actions: ['plan.release'] },
    handle: () => comparisonWork.applyReleased(),
  })
  const run = async (): Promise<void> => {
    let failures = 0
    while (!signal.aborted) {
      const waiting = new AbortController()
      const woken = wait({ timeoutMs: safetyPollMs, signal: AbortSignal.any([signal, waiting.signal]) })
      try {
        const hasWorked = await comparisonWork.work()
        failures = 0
        if (hasWorked) waiting.abort()
        else {
          await woken
          await pause(restMs, signal)
        }
      } catch (error) {
        waiting.abort()
        log.warn({ err: error }, 'work on comparisons failed and is tried again')
        await pause(backoffMs(failures, { baseMs: 500, limitMs: 30_000 }), signal)
        failures += 1
      }
    }
  }
  return {
    start() {
      running = run()
      releases.start()
    },
    async stop() {
      stopping.abort()
      await Promise.all([running, releases.stop()])
    },
    tasks: {
      async 'ad.compare'() {
        await comparisonWork.beginDue()
        await comparisonWork.applyReleased()
      },
    },
  }
}
