// Makes users members of the groups that their groups are in. It starts from stored state alone: whoever is where the nestings say costs no
// write, running it twice does no harm, and what a stop leaves undone is done by the next run.
import type { Database, Queryable } from '../../platform/db/database.ts'
import { systemActor } from '../access/access.rules.ts'
import type { ChangeOrigin, JournalDraft } from '../journal/journal.rules.ts'
import type { JournalService } from '../journal/journal.service.ts'
import * as members from './membership.store.ts'
import * as store from './nesting.store.ts'

export interface NestedMembers {
  /** Settles users whose memberships changed. */
  settleUsers(userIds: readonly string[], signal?: AbortSignal): Promise<void>
  /** Settles everybody below some groups, in which other groups are now than before. */
  settleGroups(groupIds: readonly string[], signal?: AbortSignal): Promise<void>
  /** Settles everybody. */
  settleAll(signal?: AbortSignal): Promise<void>
}

export interface NestedMemberOptions {
  readonly database: Database
  readonly journal: Pick<JournalService, 'record'>
  readonly announce: () => void
}

/** A membership and its journal row: under 2,000 rows a transaction. */
const changesPerTransaction = 900
const usersPerQuery = 300

const origin: ChangeOrigin = { actor: systemActor('hub'), cause: { kind: 'rule', text: 'Groups in groups' } }

export function createNestedMembers(options: NestedMemberOptions): NestedMembers {
  const { database } = options
  const walk = async (list: (after: string) => Promise<readonly string[]>, signal?: AbortSignal): Promise<void> => {
    for (let after: string | undefined = ''; after !== undefined;) {
      signal?.throwIfAborted()
      const ids = await list(after)
      await settle(options, ids)
      after = ids.length < usersPerQuery ? undefined : ids.at(-1)
    }
  }
  return {
    async settleUsers(userIds, signal) {
      if (!(await store.exist(database))) return
      for (let start = 0; start < userIds.length; start += usersPerQuery) {
        signal?.throwIfAborted()
        await settle(options, userIds.slice(start, start + usersPerQuery))
      }
    },
    settleGroups: (groupIds, signal) =>
      walk((after) => store.listUsersBelow(database, { groupIds, after, limit: usersPerQuery }), signal),
    async settleAll(signal) {
      await walk((after) => store.listDerivedUsers(database, after, usersPerQuery), signal)
      await walk((after) => store.listUsersInside(database, after, usersPerQuery), signal)
    },
  }
}

async function settle({ database, journal, announce }: NestedMemberOptions, userIds: readonly string[]): Promise<void> {
  if (userIds.length === 0) return
  for (let count = changesPerTransaction; count === changesPerTransaction;) {
    count = await database.transaction(async (transaction) => {
      await store.lockNestings(transaction)
      const found = await store.listDifferences(transaction, userIds, changesPerTransaction)
      await write(transaction, found)
      await journal.record(transaction, origin, found.flatMap(draftOf))
      return found.length
    })
    if (count > 0) announce()
  }
}

async function write(db: Queryable, found: readonly store.Difference[]): Promise<void> {
  const rows = (wanted: boolean) => found.filter((one) => one.wanted === wanted).map(store.rowOf)
  await members.insertRows(db, rows(true))
  await members.removeRows(db, rows(false))
}

/** Being a member in another way than before is not told. */
function draftOf({ groupId, groupName, userId, username, wanted, isMemberAnyway }: store.Difference): JournalDraft[] {
  if (isMemberAnyway) return []
  return [
    {
      action: wanted ? 'user.join_group' : 'user.leave_group',
      subjectKind: 'user',
      subjectId: userId,
      subject: username,
      changes: { [`group:${groupName}`]: wanted ? { after: 'member' } : { before: 'member' } },
      groups: [{ id: groupId, name: groupName, isMember: wanted }],
    },
  ]
}
