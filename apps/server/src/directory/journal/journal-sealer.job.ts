import { hostname } from 'node:os'
import { pause } from '@lockstep/kernel/retry'
import type { Database } from '../../platform/db/database.ts'
import { createLeadership } from '../../platform/db/leadership.ts'
import type { Log } from '../../platform/log/log.ts'
import type { JournalChain } from './journal-chain.service.ts'

const sealEveryMs = 1000

export interface JournalSealer {
  start(): void
  stop(): Promise<void>
}

/** Seals what was written, every second; among several hubs one does. */
export function createJournalSealer({
  database,
  log,
  chain,
}: {
  readonly database: Database
  readonly log: Log
  readonly chain: JournalChain
}): JournalSealer {
  const leadership = createLeadership({
    database,
    log,
    key: 'journal-sealer',
    holder: `${hostname()} (${process.pid})`,
  })
  const seal = async (signal: AbortSignal): Promise<void> => {
    while (!signal.aborted) {
      await chain
        .seal()
        .catch((error: unknown) => log.warn({ err: error }, 'sealing the journal failed and is tried again'))
      await pause(sealEveryMs, signal)
    }
  }
  return {
    start: () => void leadership.run(({ signal }) => seal(signal)),
    stop: () => leadership.stop(),
  }
}
