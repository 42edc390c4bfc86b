// Follows the journal for what integrations leave to be done: released changes, and read-only fields after a change of settings.
import { createJournalFollower, type JournalFollower } from '../../directory/journal/journal-follower.service.ts'
import type { Database } from '../../platform/db/database.ts'
import type { Log } from '../../platform/log/log.ts'
import { type FieldLockOptions, settleFieldLocks } from './field-lock.service.ts'
import type { TakeawayService } from './takeaway.service.ts'

export interface IntegrationJobOptions extends FieldLockOptions {
  readonly database: Database
  readonly log: Log
  readonly takeaways: Pick<TakeawayService, 'carryOutReleased'>
  readonly wait: (options: { readonly timeoutMs: number; readonly signal: AbortSignal }) => Promise<unknown>
}

export function createIntegrationJob(options: IntegrationJobOptions): JournalFollower {
  const { database, log, wait, takeaways } = options
  return createJournalFollower({
    database,
    log,
    wait,
    name: 'integrations',
    actions: ['plan.release', 'integration.update', 'integration.delete'],
    async handle(_rows, signal) {
      await takeaways.carryOutReleased(signal)
      await settleFieldLocks(options, signal)
    },
  })
}
