import { AppError } from '@lockstep/contract/app-error'
import { parseId } from '@lockstep/kernel/ids'
import type { Database, Queryable } from '../../platform/db/database.ts'
import { isForeignKeyViolation } from '../../platform/db/database-error.ts'
import { requirePermission } from '../access/access.rules.ts'
import type { ChangeOrigin, JournalDraft } from '../journal/journal.rules.ts'
import type { JournalService } from '../journal/journal.service.ts'
import type { User } from '../users/user.rules.ts'
import { type Group, ruleOf } from './group.rules.ts'
import * as store from './group.store.ts'
import * as members from './membership.store.ts'
import * as ruleMembers from './rule-members.store.ts'
import * as progress from './rule-progress.store.ts'
import * as suggestions from './suggestion.store.ts'

export interface MembershipOptions {
  readonly database: Database
  readonly journal: JournalService
  readonly findUsers: (ids: readonly string[]) => Promise<readonly User[]>
  readonly announce: () => void
}

const membersPerTransaction = 900

type ChangeMember = (origin: ChangeOrigin, groupId: string, userId: string) => Promise<void>

/** What requests do with single members. */
export interface MembershipChanges {
  readonly add: ChangeMember
  readonly remove: ChangeMember
  /** Does what a rule suggests; where that is so already, nothing. */
  readonly apply: (
    origin: ChangeOrigin,
    groupId: string,
    suggestion: { readonly userId: string; readonly op: 'add' | 'remove' },
  ) => Promise<void>
}

/** Single members, as requests add and remove them. */
export function membershipChanges(options: MembershipOptions): MembershipChanges {
  const { database, journal, announce, findUsers } = options
  const noUser = (): AppError => new AppError('not_found', { field: 'id', detail: 'id: there is no such user.' })
  type Work = (transaction: Queryable, group: Group, user: User) => Promise<void>
  const inGroup = async (groupId: string, userId: string, work: Work): Promise<void> => {
    // Before the transaction: a second connection within it would have to wait for those who wait for this group.
    const [user] = await findUsers([parseId(userId) ?? ''])
    await database
      .transaction(async (transaction) => {
        const group = await store.lock(transaction, parseId(groupId) ?? '')
        if (group === undefined) throw new AppError('not_found', { field: 'group_id' })
        if (user === undefined) throw noUser()
        await work(transaction, group, user)
      })
      .catch((error: unknown) => {
        throw isForeignKeyViolation(error) ? noUser() : error
      })
    announce()
  }
  const remove = async (transaction: Queryable, origin: ChangeOrigin, { group, user }: Pair): Promise<void> => {
    const rows = await members.listRows(transaction, { groupId: group.id, userId: user.id })
    const present = rows.filter((row) => !row.removing)
    const own = present.filter((row) => row.origin !== 'nested')
    if (present.length === 0) throw new AppError('not_found', { field: 'id', detail: 'id: the user is not a member.' })
    if (own.length === 0) throw new AppError('derived_membership', { field: 'id' })
    if (await exemptFrom(transaction, { group, user }, 'named'))
      await journal.record(transaction, origin, [exemptionDraft(group, user)])
    await members.leave(transaction, { groupId: group.id, userId: user.id })
    await suggestions.remove(transaction, { groupId: group.id, userId: user.id })
    await journal.record(transaction, origin, joinDrafts('remove', group, user))
  }
  const add = async (transaction: Queryable, origin: ChangeOrigin, { group, user }: Pair): Promise<void> => {
    const rows = await members.listRows(transaction, { groupId: group.id, userId: user.id })
    if (rows.some((row) => !row.removing && row.origin !== 'nested')) throw new AppError('already_exists')
    if (await exemptFrom(transaction, { group, user }, 'unnamed'))
      await journal.record(transaction, origin, [exemptionDraft(group, user)])
    await members.join(transaction, { groupId: group.id, userId: user.id, origin: 'hub' })
    await suggestions.remove(transaction, { groupId: group.id, userId: user.id })
    await journal.record(transaction, origin, joinDrafts('add', group, user))
  }
  const inStep = new Set(['already_exists', 'not_found'])
  return {
    async add(origin, groupId, userId) {
      requirePermission(origin.actor, 'groups.write')
      await inGroup(groupId, userId, (transaction, group, user) => add(transaction, origin, { group, user }))
    },
    async remove(origin, groupId, userId) {
      requirePermission(origin.actor, 'groups.write')
      await inGroup(groupId, userId, (transaction, group, user) => remove(transaction, origin, { group, user }))
    },
    async apply(origin, groupId, { userId, op }) {
      const work = op === 'add' ? add : remove
      await inGroup(groupId, userId, (transaction, group, user) => work(transaction, origin, { group, user })).catch(
        (error: unknown) => {
          // Somebody else did it meanwhile, or the user or the group is gone.
          if (!(error instanceof AppError && inStep.has(error.code))) throw error
        },
      )
    },
  }
}

interface Pair {
  readonly group: Group
  readonly user: User
}

/**
 * What a person does by hand in a group whose members a rule decides holds against the rule: the user is exempted from it, unless the
 * rule says the same anyway. Answers whether that changed the group.
 */
async function exemptFrom(db: Queryable, { group, user }: Pair, when: 'named' | 'unnamed'): Promise<boolean> {
  if (group.membershipMethod !== 'DYNAMIC_AUTOMATED' || group.memberQueryExemptions.includes(user.id)) return false
  const isNamed = await ruleMembers.isNamed(db, ruleOf(group), user.id)
  if (isNamed !== (when === 'named')) return false
  await progress.exempt(db, group.id, user.id)
  return true
}

function exemptionDraft(group: Group, user: User): JournalDraft {
  const before = group.memberQueryExemptions
  return {
    action: 'group.update',
    subjectKind: 'group',
    subjectId: group.id,
    subject: group.name,
    changes: { memberQueryExemptions: { before, after: [...before, user.id] } },
  }
}

/** Says of every member that they leave, in pieces, before the group goes. */
export async function removeAllMembers(options: MembershipOptions, origin: ChangeOrigin, group: Group): Promise<void> {
  let after = ''
  for (;;) {
    const ids = await members.listMemberIds(options.database, group.id, after, membersPerTransaction)
    if (ids.length === 0) return
    const users = await options.findUsers(ids)
    await options.database.transaction(async (transaction) => {
      await members.removeAll(
        transaction,
        group.id,
        users.map(({ id }) => id),
      )
      await options.journal.record(
        transaction,
        origin,
        users.map((user) => leaveDraft(group, user)),
      )
    })
    after = ids.at(-1) ?? after
  }
}

/** The journal's words for somebody who comes into a group or leaves it. */
export function joinDrafts(kind: 'add' | 'remove', group: Group, user: Pick<User, 'id' | 'username'>): JournalDraft[] {
  const side = kind === 'add' ? 'after' : 'before'
  return [
    {
      action: kind === 'add' ? 'group.member_add' : 'group.member_remove',
      subjectKind: 'group',
      subjectId: group.id,
      subject: group.name,
      changes: { member: { [side]: user.username } },
    },
    kind === 'add'
      ? {
          action: 'user.join_group',
          subjectKind: 'user',
          subjectId: user.id,
          subject: user.username,
          changes: { [`group:${group.name}`]: { after: 'member' } },
          groups: [{ id: group.id, name: group.name, isMember: true }],
        }
      : leaveDraft(group, user),
  ]
}

function leaveDraft(group: Group, user: Pick<User, 'id' | 'username'>): JournalDraft {
  return {
    action: 'user.leave_group',
    subjectKind: 'user',
    subjectId: user.id,
    subject: user.username,
    changes: { [`group:${group.name}`]: { before: 'member' } },
    groups: [{ id: group.id, name: group.name, isMember: false }],
  }
}
