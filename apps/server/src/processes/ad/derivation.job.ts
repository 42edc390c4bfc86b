import type { Clock } from '@lockstep/kernel/clock'
import { systemActor } from '../../directory/access/access.rules.ts'
import { createJournalFollower, type JournalFollower } from '../../directory/journal/journal-follower.service.ts'
import type { Database } from '../../platform/db/database.ts'
import type { Log } from '../../platform/log/log.ts'
import type { DomainService } from './domain.service.ts'
import type { ImportService } from './import.service.ts'

export interface DerivationOptions {
  readonly database: Database
  readonly log: Log
  readonly clock: Clock
  readonly wait: (options: { readonly timeoutMs: number; readonly signal: AbortSignal }) => Promise<unknown>
  readonly domains: DomainService
  readonly importer: ImportService
}

/** A domain that was read completely since then, such as for a comparison, is not read again. */
const verifiedForMs = 12 * 60 * 60 * 1000

/** What follows from the mirrors of all domains: at once when a plan is released or a setting changed, and by the clock in any case. */
export interface DerivationJob extends JournalFollower {
  readonly tasks: { readonly 'ad.derive': () => Promise<void>; readonly 'ad.verify': () => Promise<void> }
}

export function createDerivationJob({
  database,
  log,
  clock,
  wait,
  domains,
  importer,
}: DerivationOptions): DerivationJob {
  const actor = systemActor('hub')
  const deriveAll = async (): Promise<void> => {
    for (const domain of await domains.listDomains()) {
      await importer.deriveDue(domain.id, actor)
      await importer.applyReleased(domain.id, actor)
    }
  }
  const verifyAll = async (): Promise<void> => {
    const cause = { kind: 'schedule', text: 'Daily verification' } as const
    const since = new Date(clock.now().getTime() - verifiedForMs)
    for (const { id, lastFullReadAt } of await domains.listDomains())
      if (lastFullReadAt === null || lastFullReadAt < since) await domains.requestFullRead({ actor, cause }, id)
  }
  const follower = createJournalFollower({
    database,
    log,
    wait,
    name: 'active-directory',
    actions: ['plan.release', 'directory.update'],
    handle: () => deriveAll(),
  })
  return { ...follower, tasks: { 'ad.derive': deriveAll, 'ad.verify': verifyAll } }
}
