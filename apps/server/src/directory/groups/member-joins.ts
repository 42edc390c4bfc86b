// Users who come into groups, many requests at once: those that arrive while others are being committed are carried out in one transaction, as
// users are created. One by one, requests about one group would wait for the group's lock and a commit each.
import { accept, AppError } from '@lockstep/contract/app-error'
import type { Clock } from '@lockstep/kernel/clock'
import { createBatcher } from '../../platform/db/batcher.ts'
import type { Queryable } from '../../platform/db/database.ts'
import { type ChangeOrigin, journalInput } from '../journal/journal.rules.ts'
import type { User } from '../users/user.rules.ts'
import { changeGroup, type Group, type GroupInput, isDynamic } from './group.rules.ts'
import * as store from './group.store.ts'
import * as sets from './member-set.store.ts'
import { joinDrafts, type MembershipOptions } from './membership.service.ts'

/** Users who come into a group, and what else is asked of it. */
export interface MemberJoin {
  readonly origin: ChangeOrigin
  readonly groupId: string
  readonly input: GroupInput
  /** On what it was decided. */
  readonly revision: number
  readonly users: readonly User[]
}

/** `alone`: nothing is done, because more than members changes, or a rule decides on them. */
export type JoinOutcome = 'joined' | 'alone'

/** More in one request are a transaction of their own: a batch of 64 stays below the rows that one may write. */
export const joinsTogether = 10

/** Makes users members. Refuses with `not_found` and `revision_changed`. */
export function createMemberJoins({
  database,
  clock,
}: Pick<MembershipOptions, 'database'> & { readonly clock: Clock }): (join: MemberJoin) => Promise<JoinOutcome> {
  const batcher = createBatcher<MemberJoin, JoinOutcome | AppError>({
    // One at a time: two would wait for each other's lock on the same group.
    inFlight: 1,
    send: (joins) => database.transaction((transaction) => joinWithin(transaction, joins, clock.now())),
  })
  return async (join) => {
    const outcome = await batcher.submit(join)
    if (outcome instanceof AppError) throw outcome
    return outcome
  }
}

async function joinWithin(
  transaction: Queryable,
  joins: readonly MemberJoin[],
  now: Date,
): Promise<readonly (JoinOutcome | AppError)[]> {
  const ids = [...new Set(joins.map(({ groupId }) => groupId))]
  const groups = new Map<string, Group>((await store.lockMany(transaction, ids)).map((group) => [group.id, group]))
  const outcomes = joins.map((join) => outcomeOf(join, groups.get(join.groupId), now))
  const entries = new Map<string, sets.NewMember>()
  for (const [index, { origin, groupId, users }] of joins.entries()) {
    const group = groups.get(groupId)
    if (group === undefined || outcomes[index] !== 'joined') continue
    for (const user of users) {
      // Of two who ask for the same, the first did it.
      const key = `${groupId} ${user.id}`
      if (entries.has(key)) continue
      const journal = joinDrafts('add', group, user).map((draft) => journalInput(origin, draft))
      entries.set(key, { groupId, userId: user.id, journal })
    }
  }
  await sets.joinMany(transaction, [...entries.values()])
  return outcomes
}

function outcomeOf({ input, revision }: MemberJoin, group: Group | undefined, now: Date): JoinOutcome | AppError {
  if (group === undefined) return new AppError('not_found', { field: 'id' })
  if (group.revision !== revision) return new AppError('revision_changed')
  const decision = changeGroup(group, input, { now })
  if (!decision.ok) return 'alone'
  const { changes } = accept(decision)
  return isDynamic(group.membershipMethod) || Object.keys(changes).length > 0 ? 'alone' : 'joined'
}
