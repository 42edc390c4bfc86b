// What an integration took out of groups and its guard keeps: the members stay, and for the integration they are gone.
import type { Database, Queryable } from '../../platform/db/database.ts'
import type { ChangeOrigin } from '../journal/journal.rules.ts'
import type { JournalService } from '../journal/journal.service.ts'
import type { MemberHold } from './member-hold.store.ts'
import * as store from './member-hold.store.ts'

export interface MemberHoldService {
  /** Keeps members for the group although the integration took them out. */
  hold(origin: ChangeOrigin, group: { readonly id: string; readonly name: string }, hold: MemberHold): Promise<void>
  /** Which of some members are kept. */
  among(hold: MemberHold): Promise<readonly string[]>
  /** Nothing is kept for them any more; answers for whom something was. */
  end(db: Queryable, hold: MemberHold): Promise<readonly string[]>
}

export interface MemberHoldOptions {
  readonly database: Database
  readonly journal: Pick<JournalService, 'record'>
  readonly announce: () => void
}

export function createMemberHolds({ database, journal, announce }: MemberHoldOptions): MemberHoldService {
  return {
    async hold(origin, { id, name }, hold) {
      await database.transaction(async (transaction) => {
        const count = await store.insert(transaction, hold)
        if (count === 0) return
        // Also for the tag of the group, which is another one for the integration now.
        const changes = { members: { after: `${count} held` } }
        await journal.record(transaction, origin, [
          { action: 'group.hold_members', subjectKind: 'group', subjectId: id, subject: name, changes },
        ])
      })
      announce()
    },
    among: (hold) => store.listAmong(database, hold),
    end: (db, hold) => store.remove(db, hold),
  }
}
