import { accept, AppError } from '@lockstep/contract/app-error'
import type { MembershipOrigin } from '@lockstep/contract/hub/user'
import type { Clock } from '@lockstep/kernel/clock'
import { newId, parseId } from '@lockstep/kernel/ids'
import { requirePermission } from '../access/access.rules.ts'
import { type ChangeOrigin, journalInput } from '../journal/journal.rules.ts'
import { nameOfUser } from '../users/user-name.rules.ts'
import { type FoundGroup, lastChangeOf } from './group-attributes.store.ts'
import { creationDraft, nestingDraft, removalDraft, updateDraft } from './group-drafts.ts'
import { changeGroup, createGroup, type Group, type GroupInput, type Member } from './group.rules.ts'
import { changeUntilWritten, refusing, requireExempted, requireSortable } from './group-refusals.ts'
import * as store from './group.store.ts'
import { type MembershipOptions, membershipChanges, removeAllMembers } from './membership.service.ts'
import * as members from './membership.store.ts'
import * as nestings from './nesting.store.ts'
import * as progress from './rule-progress.store.ts'
import * as suggestions from './suggestion.store.ts'

type Actor = ChangeOrigin['actor']

/** Groups and their members. Refusals are AppErrors. */
export interface GroupService {
  create(origin: ChangeOrigin, input: GroupInput): Promise<Group>
  /** With `replace`, fields that are not named get their defaults, as a PUT of the older protocol does. */
  change(origin: ChangeOrigin, id: string, change: { input: GroupInput; revision?: number }): Promise<Group>
  /** With what was seen of the group: `revision_changed` when it, or who its members are, is not so any more. */
  remove(origin: ChangeOrigin, id: string, seen?: Pick<FoundGroup, 'revision' | 'lastChange'>): Promise<Group>
  get(actor: Actor, id: string): Promise<Group>
  list(actor: Actor, listing: store.GroupListing): Promise<readonly Group[]>
  count(actor: Actor, listing: store.GroupListing): Promise<number>
  addMember(origin: ChangeOrigin, groupId: string, userId: string): Promise<void>
  removeMember(origin: ChangeOrigin, groupId: string, userId: string): Promise<void>
  listMembers(actor: Actor, listing: members.MemberListing): Promise<readonly Member[]>
  /** The ids of members in their order, a page at a time. */
  listMemberPage(
    actor: Actor,
    page: { readonly groupId: string; readonly limit: number; readonly skip: number },
  ): Promise<readonly string[]>
  countMembers(actor: Actor, groupId: string, search?: string): Promise<number>
  /** The groups that are members of a group. */
  groupsIn(groupId: string): Promise<readonly { readonly id: string; readonly name: string }[]>
  memberCounts(groupIds: readonly string[]): Promise<ReadonlyMap<string, number>>
  groupsOfUser(
    actor: Actor,
    userId: string,
  ): Promise<readonly { groupId: string; groupName: string; origins: MembershipOrigin[] }[]>
  /** What the rule of a reviewed group would change, in the order of the users' ids. */
  listSuggestions(
    actor: Actor,
    listing: suggestions.SuggestionListing,
  ): Promise<{ readonly rows: readonly suggestions.Suggestion[]; readonly total: number }>
  /** Does what is suggested about the users; answers those about whom something was. */
  applySuggestions(origin: ChangeOrigin, groupId: string, userIds: readonly string[]): Promise<readonly string[]>
  suggestionCounts(groupIds: readonly string[]): Promise<ReadonlyMap<string, suggestions.SuggestionCounts>>
  /** True while the members are being made what a changed rule says. */
  isSettling(groupId: string): Promise<boolean>
  /** Ids of members in id order, for walking a group in pieces. */
  listMemberIds(groupId: string, afterId: string, limit: number): Promise<readonly string[]>
}

export interface GroupServiceOptions extends MembershipOptions {
  readonly clock: Clock
}

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
    ...suggestionUse(options, { find, membership }),
    groupsIn: async (groupId) =>
      (await nestings.listIn(database, [groupId])).map(({ memberGroupId: id, name }) => ({ id, name })),
    memberCounts: (groupIds) => members.countsByGroup(database, groupIds),
    isSettling: (groupId) => progress.isBehind(database, groupId),
    listMemberIds: (groupId, afterId, limit) => members.listMemberIds(database, groupId, afterId, limit),
  }
}

function groupChanges(options: GroupServiceOptions, find: Find): Pick<GroupService, 'create' | 'change' | 'remove'> {
  const { database, clock, journal, announce, findUsers } = options
  return {
    async create(origin, input) {
      requirePermission(origin.actor, 'groups.write')
      const now = clock.now()
      await requireExempted({ input, known: [], find: findUsers, noun: 'user' })
      const group = accept(createGroup(input, { id: newId(now.getTime()), now }))
      const made = await store.insertMany(database, [{ group, journal: journalInput(origin, creationDraft(group)) }])
      if (made.size === 0) throw new AppError('group_name_taken', { field: 'name' })
      announce()
      return group
    },
    async change(origin, id, { input, revision }) {
      requirePermission(origin.actor, 'groups.write')
      return changeUntilWritten(async () => {
        const group = await find(id)
        if (revision !== undefined && revision !== group.revision) throw new AppError('revision_changed')
        await requireExempted({ input, known: group.memberQueryExemptions, find: findUsers, noun: 'user' })
        const { group: next, changes } = accept(changeGroup(group, input, { now: clock.now() }))
        if (Object.keys(changes).length === 0) return group
        const write = {
          group: next,
          baseRevision: group.revision,
          journal: journalInput(origin, { ...updateDraft(next), changes }),
        }
        const changed = await refusing('groups_name', () => store.updateMany(database, [write]))
        if (changed.size === 0) return undefined
        announce()
        return next
      })
    },
    async remove(origin, id, seen) {
      requirePermission(origin.actor, 'groups.write')
      const group = await find(id)
      // Before its members go: whoever is somewhere through it alone is there no more.
      await database.transaction(async (transaction) => {
        const locked = await store.lock(transaction, group.id)
        if (locked === undefined) throw new AppError('not_found', { field: 'id' })
        const isAsSeen =
          seen === undefined ||
          (locked.revision === seen.revision && (await lastChangeOf(transaction, group.id)) === seen.lastChange)
        if (!isAsSeen) throw new AppError('revision_changed')
        const outer = await nestings.unnestEverywhere(transaction, group.id)
        if (outer.length === 0) return
        await journal.record(
          transaction,
          origin,
          outer.map((one) => nestingDraft('group.unnest', one, group.name)),
        )
      })
      await removeAllMembers(options, origin, group)
      await database.transaction(async (transaction) => {
        if (!(await store.remove(transaction, group.id))) throw new AppError('not_found', { field: 'id' })
        await journal.record(transaction, origin, [removalDraft(group)])
      })
      announce()
      return group
    },
  }
}

interface SuggestionUse {
  readonly find: Find
  readonly membership: ReturnType<typeof membershipChanges>
}

function suggestionUse(
  { database }: GroupServiceOptions,
  { find, membership }: SuggestionUse,
): Pick<GroupService, 'listSuggestions' | 'applySuggestions' | 'suggestionCounts'> {
  return {
    async listSuggestions(actor, listing) {
      requirePermission(actor, 'groups.read')
      const { id } = await find(listing.groupId)
      const [rows, counts] = await Promise.all([
        suggestions.list(database, { ...listing, groupId: id }),
        suggestions.counts(database, [id]),
      ])
      const { add = 0, remove = 0 } = counts.get(id) ?? {}
      return { rows, total: add + remove }
    },
    async applySuggestions(origin, groupId, userIds) {
      requirePermission(origin.actor, 'groups.write')
      const group = await find(groupId)
      const found = await suggestions.find(database, group.id, userIds)
      for (const suggestion of found) await membership.apply(origin, group.id, suggestion)
      return found.map(({ userId }) => userId)
    },
    suggestionCounts: (groupIds) => suggestions.counts(database, groupIds),
  }
}

function groupReads(
  { database }: GroupServiceOptions,
  find: Find,
): Pick<GroupService, 'get' | 'list' | 'count' | 'listMembers' | 'listMemberPage' | 'countMembers' | 'groupsOfUser'> {
  return {
    async get(actor, id) {
      requirePermission(actor, 'groups.read')
      return find(id)
    },
    async list(actor, listing) {
      requirePermission(actor, 'groups.read')
      requireSortable(listing.sort, store.columnOf)
      return refusing('groups_name', () => database.query(store.listQuery(listing)))
    },
    async count(actor, listing) {
      requirePermission(actor, 'groups.read')
      const [row] = await refusing('groups_name', () => database.query<{ count: number }>(store.countQuery(listing)))
      return row?.count ?? 0
    },
    async listMembers(actor, listing) {
      requirePermission(actor, 'groups.read')
      await find(listing.groupId)
      const rows = await members.listMembers(database, listing)
      return rows.map(({ attributes, ...member }) => ({
        ...member,
        name: nameOfUser({ ...member, attributes, displayname: member.displayName }),
      }))
    },
    async listMemberPage(actor, page) {
      requirePermission(actor, 'groups.read')
      const { id } = await find(page.groupId)
      return members.listMemberPage(database, { ...page, groupId: id })
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
