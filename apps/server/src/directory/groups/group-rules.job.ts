// Follows the journal for dynamic groups. Changes of users and changes of rules have a follower each, so that a rule that moves a
// hundred thousand users holds up nobody whose department has just changed.
import type { Database } from '../../platform/db/database.ts'
import type { Log } from '../../platform/log/log.ts'
import { createJournalFollower, type JournalFollower } from '../journal/journal-follower.service.ts'
import type { GroupRules } from './rule-members.service.ts'

export interface GroupRulesJobOptions {
  readonly database: Database
  readonly log: Log
  readonly rules: Pick<GroupRules, 'settleUsers' | 'settleChangedRules'>
  readonly wait: (options: { readonly timeoutMs: number; readonly signal: AbortSignal }) => Promise<unknown>
}

/** What may change whom a rule names; joining and leaving change what is suggested, and may be against a rule. */
const ofUsers = ['user.create', 'user.update', 'user.activate', 'user.suspend', 'user.join_group', 'user.leave_group']

export function createGroupRulesJob({ database, log, rules, wait }: GroupRulesJobOptions): JournalFollower {
  const followers = [
    createJournalFollower({
      database,
      log,
      wait,
      name: 'group-rules-users',
      actions: ofUsers,
      handle: async (rows, signal) => {
        await rules.settleUsers([...new Set(rows.map(({ subjectId }) => subjectId))].toSorted(), signal)
        // What was broken off has to come again.
        signal.throwIfAborted()
      },
    }),
    createJournalFollower({
      database,
      log,
      wait,
      name: 'group-rules-groups',
      actions: ['group.create', 'group.update'],
      handle: async (_rows, signal) => {
        await rules.settleChangedRules(signal)
        signal.throwIfAborted()
      },
    }),
  ]
  return {
    start: () => {
      for (const follower of followers) follower.start()
    },
    async stop() {
      await Promise.all(followers.map((follower) => follower.stop()))
    },
  }
}
