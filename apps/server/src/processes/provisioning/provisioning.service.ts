// Follows the journal and makes accounts what bindings and memberships say. It starts from stored state alone: whoever a change may
// concern is settled, whether the change matters or not.
import type { BindingService } from '../../directory/bindings/binding.service.ts'
import type { GroupService } from '../../directory/groups/group.service.ts'
import { createJournalFollower, type JournalFollower } from '../../directory/journal/journal-follower.service.ts'
import type { Database } from '../../platform/db/database.ts'
import type { Log } from '../../platform/log/log.ts'

const usersPerTransaction = 900

export interface ProvisioningOptions {
  readonly database: Database
  readonly log: Log
  readonly bindings: Pick<BindingService, 'settle' | 'listUnconnected'>
  readonly groups: Pick<GroupService, 'listMemberIds'>
  readonly wait: (options: { readonly timeoutMs: number; readonly signal: AbortSignal }) => Promise<unknown>
  /** Where directories put accounts may depend on the groups of their users. */
  readonly followGroups: (userIds: readonly string[]) => Promise<void>
  readonly announce: () => void
}

const ofUser = new Set(['user.join_group', 'user.leave_group', 'user.bind', 'user.unbind', 'user.activate'])
const ofGroup = new Set(['group.bind', 'group.unbind'])
// A directory that was never written to may be from now on.
const ofDirectory = 'directory.update'

export function createProvisioning(options: ProvisioningOptions): JournalFollower {
  const { database, log, bindings, groups, wait, followGroups, announce } = options
  const settle = async (userIds: readonly string[]): Promise<void> => {
    for (let start = 0; start < userIds.length; start += usersPerTransaction)
      await database.transaction((transaction) =>
        bindings.settle(transaction, userIds.slice(start, start + usersPerTransaction)),
      )
  }
  /** Settles page by page whoever is listed, until nobody follows. */
  const settleListed = async (
    list: (after: string, limit: number) => Promise<readonly string[]>,
    signal: AbortSignal,
  ): Promise<void> => {
    for (let after: string | undefined = ''; after !== undefined && !signal.aborted;) {
      const ids = await list(after, usersPerTransaction)
      await settle(ids)
      after = ids.at(-1)
    }
  }
  return createJournalFollower({
    database,
    log,
    wait,
    name: 'provisioning',
    actions: [...ofUser, ...ofGroup, ofDirectory],
    handle: async (rows, signal) => {
      const userIds = new Set(rows.filter((row) => ofUser.has(row.action)).map((row) => row.subjectId))
      const groupIds = new Set(rows.filter((row) => ofGroup.has(row.action)).map((row) => row.subjectId))
      const directoryIds = new Set(rows.filter((row) => row.action === ofDirectory).map((row) => row.subjectId))
      await settle([...userIds].toSorted())
      await followGroups([...userIds].toSorted())
      for (const id of groupIds) await settleListed((after, limit) => groups.listMemberIds(id, after, limit), signal)
      for (const id of directoryIds)
        await settleListed((after, limit) => bindings.listUnconnected(id, after, limit), signal)
      if (userIds.size + groupIds.size + directoryIds.size > 0) announce()
    },
  })
}
