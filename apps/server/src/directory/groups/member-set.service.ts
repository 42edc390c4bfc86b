// Members as sets: many are added or removed in one transaction each, and the group is never read and written back as a list.
import { AppError } from '@lockstep/contract/app-error'
import { parseId } from '@lockstep/kernel/ids'
import type { Queryable } from '../../platform/db/database.ts'
import { requirePermission } from '../access/access.rules.ts'
import type { ChangeOrigin } from '../journal/journal.rules.ts'
import type { User } from '../users/user.rules.ts'
import { type Group, isDynamic } from './group.rules.ts'
import * as store from './group.store.ts'
import * as sets from './member-set.store.ts'
import { joinDrafts, membershipChanges, type MembershipOptions } from './membership.service.ts'
import * as members from './membership.store.ts'

/** Refusals are AppErrors. */
export interface MemberSetService {
  /** Adds users; who is a member already stays one. `not_found` with the field `members` names users that do not exist. */
  add(origin: ChangeOrigin, groupId: string, userIds: readonly string[]): Promise<void>
  /** Removes users; who is no member is no hindrance. */
  remove(origin: ChangeOrigin, groupId: string, userIds: readonly string[]): Promise<void>
  /** Makes exactly these users members, apart from those whom a nested group brings. */
  replace(origin: ChangeOrigin, groupId: string, userIds: readonly string[]): Promise<void>
}

/** Each member is two rows of the journal, and a transaction may write 2,000. */
const membersPerTransaction = 900

export function createMemberSets(options: MembershipOptions): MemberSetService {
  const single = membershipChanges(options)
  const inPieces = async (
    origin: ChangeOrigin,
    { groupId, userIds }: { readonly groupId: string; readonly userIds: readonly string[] },
    op: 'add' | 'remove',
  ): Promise<void> => {
    requirePermission(origin.actor, 'groups.write')
    const ids = [...new Set(userIds.map((id) => parseId(id) ?? id))]
    const group = await findGroup(options, groupId)
    const users = await usersOf(options, ids, op)
    for (let start = 0; start < users.length; start += membersPerTransaction) {
      const piece = users.slice(start, start + membersPerTransaction)
      // Where a rule decides, what is done by hand holds against the rule, one by one.
      if (isDynamic(group.membershipMethod))
        for (const user of piece) await single.apply(origin, group.id, { userId: user.id, op })
      else await changeTogether(options, origin, { group, users: piece, op })
    }
    if (users.length > 0) options.announce()
  }
  return {
    add: (origin, groupId, userIds) => inPieces(origin, { groupId, userIds }, 'add'),
    remove: (origin, groupId, userIds) => inPieces(origin, { groupId, userIds }, 'remove'),
    async replace(origin, groupId, userIds) {
      requirePermission(origin.actor, 'groups.write')
      const group = await findGroup(options, groupId)
      const wanted = new Set(userIds.map((id) => parseId(id) ?? id))
      const present = await sets.listDirectMembers(options.database, group.id)
      await inPieces(origin, { groupId, userIds: [...wanted].filter((id) => !present.includes(id)) }, 'add')
      await inPieces(origin, { groupId, userIds: present.filter((id) => !wanted.has(id)) }, 'remove')
    },
  }
}

async function findGroup({ database }: MembershipOptions, id: string): Promise<Group> {
  const [group] = await store.findMany(database, [parseId(id) ?? ''])
  if (group === undefined) throw new AppError('not_found', { field: 'id' })
  return group
}

async function usersOf(
  { findUsers }: MembershipOptions,
  ids: readonly string[],
  op: 'add' | 'remove',
): Promise<readonly User[]> {
  const users = await findUsers(ids)
  if (op === 'remove' || users.length === ids.length) return users
  const known = new Set<string>(users.map(({ id }) => id))
  const missing = ids.find((id) => !known.has(id)) ?? ''
  throw new AppError('not_found', {
    field: 'members',
    detail: `members: there is no user "${missing.slice(0, 50)}".`,
  })
}

interface Together {
  readonly group: Group
  readonly users: readonly User[]
  readonly op: 'add' | 'remove'
}

async function changeTogether(options: MembershipOptions, origin: ChangeOrigin, change: Together): Promise<void> {
  const { database, journal } = options
  await database.transaction(async (transaction) => {
    const group = await store.lock(transaction, change.group.id)
    if (group === undefined) throw new AppError('not_found', { field: 'id' })
    const direct = await sets.listDirectAmong(
      transaction,
      group.id,
      change.users.map(({ id }) => id),
    )
    const changed = change.users.filter(({ id }) => direct.has(id) === (change.op === 'remove'))
    if (changed.length === 0) return
    await write(transaction, { ...change, group, users: changed })
    const drafts = changed.flatMap((user) => joinDrafts(change.op, group, user))
    await journal.record(transaction, origin, drafts)
  })
}

async function write(transaction: Queryable, { group, users, op }: Together): Promise<void> {
  const ids = users.map(({ id }) => id)
  if (op === 'add') await sets.joinAll(transaction, group.id, ids)
  else for (const userId of ids) await members.leave(transaction, { groupId: group.id, userId })
}
