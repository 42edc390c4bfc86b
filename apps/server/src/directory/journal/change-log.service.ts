// The journal as a log of changes that others read over months: positions that outlive restarts, and a way to tell that a database was
// restored, so that what a reader knows may never have happened. Two things tell it: the epoch, which changes with the cluster or its
// timeline, and a witness, the newest row at the time of a page, which is missing when an older copy of the same files came back.
import type { Clock } from '@lockstep/kernel/clock'
import { newId } from '@lockstep/kernel/ids'
import type { Database } from '../../platform/db/database.ts'
import type { Witness } from './change-log.rules.ts'
import * as store from './change-log.store.ts'
import { type FeedPosition, feedEnd } from './journal.store.ts'

export interface ChangeLog {
  /** The next rows after a position, gap-free, of the given kinds and without the given actions. */
  read: (
    after: FeedPosition,
    page: { readonly limit: number; readonly kinds: readonly string[]; readonly exceptActions: readonly string[] },
  ) => Promise<store.ChangeRowPage>
  /** The position behind everything that is settled now. */
  end(): Promise<FeedPosition>
  witness(): Promise<Witness | undefined>
  /** False when the witness' row is not in the journal. */
  confirms(witness: Witness): Promise<boolean>
  /** The name of the time in which positions are comparable; begun when there is none on this server. */
  epoch(): Promise<string>
}

export function createChangeLog({ database, clock }: { database: Database; clock: Clock }): ChangeLog {
  return {
    read: (after, page) => store.readChangeRows(database, after, page),
    end: () => feedEnd(database),
    witness: () => store.findNewest(database),
    confirms: (witness) => store.hasRow(database, witness),
    async epoch() {
      const present = await store.findEpoch(database)
      return present ?? store.beginEpoch(database, newId(clock.now().getTime()))
    },
  }
}
