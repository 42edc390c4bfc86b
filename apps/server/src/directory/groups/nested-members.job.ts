// Follows the journal for groups in groups: whoever joins or leaves the inner one joins or leaves the outer one.
import type { Database } from '../../platform/db/database.ts'
import type { Log } from '../../platform/log/log.ts'
import { createJournalFollower, type JournalFollower } from '../journal/journal-follower.service.ts'
import type { NestedMembers } from './nested-members.service.ts'

export interface NestedMembersJobOptions {
  readonly database: Database
  readonly log: Log
  readonly nestedMembers: Pick<NestedMembers, 'settleUsers' | 'settleGroups'>
  readonly wait: (options: { readonly timeoutMs: number; readonly signal: AbortSignal }) => Promise<unknown>
}

const ofGroups = ['group.nest', 'group.unnest']

export function createNestedMembersJob({
  database,
  log,
  nestedMembers,
  wait,
}: NestedMembersJobOptions): JournalFollower {
  return createJournalFollower({
    database,
    log,
    wait,
    name: 'nested-members',
    actions: [...ofGroups, 'user.join_group', 'user.leave_group'],
    async handle(rows, signal) {
      const subjects = (isOfGroup: boolean): readonly string[] => [
        ...new Set(
          rows.filter(({ action }) => ofGroups.includes(action) === isOfGroup).map(({ subjectId }) => subjectId),
        ),
      ]
      const groupIds = subjects(true)
      if (groupIds.length > 0) await nestedMembers.settleGroups(groupIds, signal)
      await nestedMembers.settleUsers(subjects(false), signal)
    },
  })
}
