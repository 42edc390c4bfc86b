import { backoffMs, pause } from '@lockstep/kernel/retry'
import type { Log } from '../../platform/log/log.ts'
import type { BulkJobService } from './bulk-job.service.ts'
import type { ScheduledStateService } from './scheduled-state.service.ts'

export interface BulkWorker {
  start(): void
  /** Ends after the batch in hand. */
  stop(): Promise<void>
}

export interface BulkWorkerOptions {
  readonly bulkJobs: Pick<BulkJobService, 'work'>
  readonly scheduledStates: Pick<ScheduledStateService, 'work'>
  /** Resolves at the next change of anything, or after `timeoutMs`. */
  readonly wait: (options: { readonly timeoutMs: number; readonly signal: AbortSignal }) => Promise<unknown>
  readonly log: Log
}

/** How late a scheduled change may be while nothing else happens. */
const safetyPollMs = 1_000
/** In a stream of other changes the tables are looked at this often, not at every one of them. */
const restMs = 100

/** Works on bulk jobs and on scheduled changes of state as long as there are any, in every hub beside the others. */
export function createBulkWorker({ bulkJobs, scheduledStates, wait, log }: BulkWorkerOptions): BulkWorker {
  const stopping = new AbortController()
  const { signal } = stopping
  let running: Promise<void> = Promise.resolve()
  const run = async (): Promise<void> => {
    let failures = 0
    while (!signal.aborted) {
      const waiting = new AbortController()
      // Begun before looking, so that nothing that is announced meanwhile is missed.
      const woken = wait({ timeoutMs: safetyPollMs, signal: AbortSignal.any([signal, waiting.signal]) })
      try {
        const wasDue = await scheduledStates.work()
        const wasWaiting = await bulkJobs.work()
        failures = 0
        if (wasDue || wasWaiting) waiting.abort()
        else {
          await woken
          await pause(restMs, signal)
        }
      } catch (error) {
        waiting.abort()
        log.warn({ err: error }, 'work on bulk jobs failed and is tried again')
        await pause(backoffMs(failures, { baseMs: 200, limitMs: 10_000 }), signal)
        failures += 1
      }
    }
  }
  return {
    start() {
      running = run()
    },
    async stop() {
      stopping.abort()
      await running
    },
  }
}
