import { accept, AppError } from '@lockstep/contract/app-error'
import type { MembershipOrigin } from '@lockstep/contract/hub/user'
import type { Clock } from '@lockstep/kernel/clock'
import { newId, parseId } from '@lockstep/kernel/ids'
import { ConditionError } from '../../platform/db/compose.ts'
import type { Database, Queryable } from '../../platform/db/database.ts'
import { isForeignKeyViolation, isUniqueViolation } from '../../platform/db/database-error.ts'
import { requirePermission } from '../access/access.rules.ts'
import { type ChangeOrigin, type JournalDraft, journalInput } from '../journal/journal.rules.ts'
import type { JournalService } from '../journal/journal.service.ts'
import type { User } from '../users/user.rules.ts'
import { changeGroup, createGroup, type Group, type GroupInput, type Member } from './group.rules.ts'
import * as store from './group.store.ts'
import * as members from './membership.store.ts'

type Actor = ChangeOrigin['actor']

/** Groups and their members. Refusals are AppErrors. */
export interface GroupService {
  create(origin: ChangeOrigin, input: GroupInput): Promise<Group>
  /** With `replace`, fields that are not named get their defaults, as a PUT of the older protocol does. */
  change(origin: ChangeOrigin, id: string, change: { input: GroupInput; revision?: number }): Promise<Group>
  remove(origin: ChangeOrigin, id: string): Promise<Group>
  get(actor: Actor, id: string): Promise<Group>
  list(actor: Actor, listing: store.GroupListing): Promise<readonly Group[]>
  count(actor: Actor, listing: store.GroupListing): Promise<number>
  addMember(origin: ChangeOrigin, groupId: string, userId: string): Promise<void>
  removeMember(origin: ChangeOrigin, groupId: string, userId: string): Promise<void>
  listMembers(actor: Actor, listing: members.MemberListing): Promise<readonly Member[]>
  countMembers(actor: Actor, groupId: string, search?: string): Promise<number>
  memberCounts(groupIds: readonly string[]): Promise<ReadonlyMap<string, number>>
  groupsOfUser(
    actor: Actor,
    userId: string,
  ): Promise<readonly { groupId: string; groupName: string; origins: MembershipOrigin[] }[]>
  /** Ids of members in id order, for walking a group in pieces. */
  listMemberIds(groupId: string, afterId: string, limit: number): Promise<readonly string[]>
}

export interface GroupServiceOptions {
  readonly database: Database
  readonly clock: Clock
  readonly journal: JournalService
  readonly findUsers: (ids: readonly string[]) => Promise<readonly User[]>
  readonly announce: () => void
}

const changeAttempts = 20
const membersPerTransaction = 900

type Find = (id: string) => Promise<Group>

export function createGroupService(options: GroupServiceOptions): GroupService {
  const { database } = options
  const find: Find = async (id) => {
    const [group] = await store.findMany(database, [parseId(id) ?? ''])
    if (group === undefined) throw new AppError('not_found', { field: 'id' })
    return group
  }
  const membership = membershipChanges(options)
  return {
    ...groupChanges(options, find),
    ...groupReads(options, find),
    addMember: membership.add,
    removeMember: membership.remove,
    memberCounts: (groupIds) => members.countsByGroup(database, groupIds),
    listMemberIds: (groupId, afterId, limit) => members.listMemberIds(database, groupId, afterId, limit),
  }
}

function groupChanges(options: GroupServiceOptions, find: Find): Pick<GroupService, 'create' | 'change' | 'remove'> {
  const { database, clock, journal, announce } = options
  return {
    async create(origin, input) {
      requirePermission(origin.actor, 'groups.write')
      const now = clock.now()
      const group = accept(createGroup(input, { id: newId(now.getTime()), now }))
      const made = await store.insertMany(database, [
        { group, journal: journalInput(origin, draft('group.create', group)) },
      ])
      if (made.size === 0) throw new AppError('group_name_taken', { field: 'name' })
      announce()
      return group
    },
    async change(origin, id, { input, revision }) {
      requirePermission(origin.actor, 'groups.write')
      for (let attempt = 0; attempt < changeAttempts; attempt += 1) {
        const group = await find(id)
        if (revision !== undefined && revision !== group.revision) throw new AppError('revision_changed')
        const { group: next, changes } = accept(changeGroup(group, input, { now: clock.now() }))
        if (Object.keys(changes).length === 0) return group
        const write = {
          group: next,
          baseRevision: group.revision,
          journal: journalInput(origin, { ...draft('group.update', next), changes }),
        }
        const changed = await store.updateMany(database, [write]).catch((error: unknown) => {
          throw refusalOf(error)
        })
        if (changed.size === 0) continue
        announce()
        return next
      }
      throw new AppError('revision_changed')
    },
    async remove(origin, id) {
      requirePermission(origin.actor, 'groups.write')
      const group = await find(id)
      await removeAllMembers(options, origin, group)
      await database.transaction(async (transaction) => {
        if (!(await store.remove(transaction, group.id))) throw new AppError('not_found', { field: 'id' })
        await journal.record(transaction, origin, [draft('group.delete', group)])
      })
      announce()
      return group
    },
  }
}

function groupReads(
  { database }: GroupServiceOptions,
  find: Find,
): Pick<GroupService, 'get' | 'list' | 'count' | 'listMembers' | 'countMembers' | 'groupsOfUser'> {
  return {
    async get(actor, id) {
      requirePermission(actor, 'groups.read')
      return find(id)
    },
    async list(actor, listing) {
      requirePermission(actor, 'groups.read')
      for (const { field } of listing.sort)
        if (store.columnOf(field) === undefined)
          throw new AppError('invalid_filter', {
            field: 'sort',
            detail: `sort: "${field.slice(0, 50)}" cannot be sorted by.`,
          })
      return guarded(() => database.query(store.listQuery(listing)))
    },
    async count(actor, listing) {
      requirePermission(actor, 'groups.read')
      const [row] = await guarded(() => database.query<{ count: number }>(store.countQuery(listing)))
      return row?.count ?? 0
    },
    async listMembers(actor, listing) {
      requirePermission(actor, 'groups.read')
      await find(listing.groupId)
      return members.listMembers(database, listing)
    },
    async countMembers(actor, groupId, search) {
      requirePermission(actor, 'groups.read')
      return members.countMembers(database, groupId, search)
    },
    async groupsOfUser(actor, userId) {
      requirePermission(actor, 'users.read')
      return members.listGroupsOfUser(database, userId)
    },
  }
}

/** Single members, as requests add and remove them. */
function membershipChanges(options: GroupServiceOptions): Record<'add' | 'remove', GroupService['addMember']> {
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
  return {
    async add(origin, groupId, userId) {
      requirePermission(origin.actor, 'groups.write')
      await inGroup(groupId, userId, async (transaction, group, user) => {
        const rows = await members.listRows(transaction, { groupId: group.id, userId: user.id })
        const leaving = rows.find((row) => row.removing)
        if (rows.some((row) => !row.removing && row.origin !== 'nested')) throw new AppError('already_exists')
        if (leaving) await members.setRemoving(transaction, { ...leaving, removing: false })
        else
          await members.insert(transaction, {
            groupId: group.id,
            userId: user.id,
            origin: 'hub',
            pending: group.outside,
          })
        await journal.record(transaction, origin, joinDrafts('add', group, user))
      })
    },
    async remove(origin, groupId, userId) {
      requirePermission(origin.actor, 'groups.write')
      await inGroup(groupId, userId, async (transaction, group, user) => {
        const rows = await members.listRows(transaction, { groupId: group.id, userId: user.id })
        const present = rows.filter((row) => !row.removing)
        const own = present.filter((row) => row.origin !== 'nested')
        if (present.length === 0)
          throw new AppError('not_found', { field: 'id', detail: 'id: the user is not a member.' })
        if (own.length === 0) throw new AppError('derived_membership', { field: 'id' })
        for (const row of own) {
          const isWrittenThere = row.origin === 'directory' || (group.outside && !row.pending)
          if (isWrittenThere) await members.setRemoving(transaction, { ...row, removing: true })
          else await members.remove(transaction, row)
        }
        await journal.record(transaction, origin, joinDrafts('remove', group, user))
      })
    },
  }
}

/** Says of every member that they leave, in pieces, before the group goes. */
async function removeAllMembers(options: GroupServiceOptions, origin: ChangeOrigin, group: Group): Promise<void> {
  let after = ''
  for (;;) {
    const ids = await members.listMemberIds(options.database, group.id, after, membersPerTransaction)
    if (ids.length === 0) return
    const users = await options.findUsers(ids)
    await options.database.transaction(async (transaction) => {
      const rows = users.flatMap((user) =>
        (['hub', 'directory', 'nested', 'rule'] as const).map((from) => ({
          groupId: group.id,
          userId: user.id,
          origin: from,
        })),
      )
      await members.removeRows(transaction, rows)
      await options.journal.record(
        transaction,
        origin,
        users.map((user) => leaveDraft(group, user)),
      )
    })
    after = ids.at(-1) ?? after
  }
}

function draft(action: string, group: Group): JournalDraft {
  const fields = action === 'group.update' ? {} : { name: group.name, description: group.description }
  const changes = Object.fromEntries(
    Object.entries(fields)
      .filter(([, value]) => value !== '')
      .map(([field, value]) => [field, action === 'group.delete' ? { before: value } : { after: value }]),
  )
  return { action, subjectKind: 'group', subjectId: group.id, subject: group.name, changes }
}

function joinDrafts(kind: 'add' | 'remove', group: Group, user: User): JournalDraft[] {
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
        }
      : leaveDraft(group, user),
  ]
}

function leaveDraft(group: Group, user: User): JournalDraft {
  return {
    action: 'user.leave_group',
    subjectKind: 'user',
    subjectId: user.id,
    subject: user.username,
    changes: { [`group:${group.name}`]: { before: 'member' } },
  }
}

async function guarded<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw refusalOf(error)
  }
}

function refusalOf(error: unknown): unknown {
  if (error instanceof ConditionError)
    return new AppError('invalid_filter', { field: error.field, detail: error.message })
  if (isUniqueViolation(error, 'groups_name')) return new AppError('group_name_taken', { field: 'name' })
  if (isForeignKeyViolation(error)) return new AppError('not_found', { field: 'id' })
  return error
}
