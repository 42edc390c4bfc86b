import { hostname } from 'node:os'
import { backoffMs, pause } from '@lockstep/kernel/retry'
import { createJournalFollower } from '../../directory/journal/journal-follower.service.ts'
import type { Database } from '../../platform/db/database.ts'
import { createLeadership } from '../../platform/db/leadership.ts'
import type { Log } from '../../platform/log/log.ts'
import type { NoticeWork } from './notice.service.ts'
import { noticeLeadership } from './notice-sender.ts'

export interface NoticeJobOptions {
  readonly database: Database
  readonly log: Log
  readonly work: NoticeWork
  /** Resolves at the next change of anything, or after `timeoutMs`. */
  readonly wait: (options: { readonly timeoutMs: number; readonly signal: AbortSignal }) => Promise<unknown>
}

/** How late another try may be. */
const safetyPollMs = 1_000
/** In a stream of other changes the table is looked at this often. */
const restMs = 100

/** Queues what the journal causes and sends what is due; among several hubs one does each. */
export function createNoticeJob({ database, log, work, wait }: NoticeJobOptions): {
  start(): void
  stop(): Promise<void>
} {
  const follower = createJournalFollower({
    ...{ database, log, wait },
    name: 'notices',
    actions: work.actions,
    handle: (rows) => work.queueCaused(rows.map(({ seq }) => seq)),
  })
  const leadership = createLeadership({
    ...{ database, log },
    key: noticeLeadership,
    holder: `${hostname()} (${process.pid})`,
  })
  const send = async ({ epoch, signal }: { readonly epoch: number; readonly signal: AbortSignal }): Promise<void> => {
    await work.takeBack(epoch)
    let failures = 0
    while (!signal.aborted) {
      const waiting = new AbortController()
      // Begun before looking, so that nothing that is announced meanwhile is missed.
      const woken = wait({ timeoutMs: safetyPollMs, signal: AbortSignal.any([signal, waiting.signal]) })
      try {
        const sent = await work.sendDue({ epoch, signal })
        failures = 0
        if (sent > 0) waiting.abort()
        else {
          await woken
          await pause(restMs, signal)
        }
      } catch (error) {
        waiting.abort()
        log.warn({ err: error }, 'sending mails failed and is tried again')
        await pause(backoffMs(failures, { baseMs: 200, limitMs: 10_000 }), signal)
        failures += 1
        // The term may be over: then the leadership is won anew, and with it the right to what is in hand.
        if (failures > 3) return
      }
    }
  }
  return {
    start() {
      follower.start()
      void leadership.run(send)
    },
    async stop() {
      await Promise.all([follower.stop(), leadership.stop()])
    },
  }
}
