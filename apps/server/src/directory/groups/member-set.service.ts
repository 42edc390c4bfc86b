// Members as sets: many are added or removed in one transaction each, and the group is never read and written back as a list.
import { accept, AppError } from '@lockstep/contract/app-error'
import type { Clock } from '@lockstep/kernel/clock'
import { newId, parseId } from '@lockstep/kernel/ids'
import type { Queryable } from '../../platform/db/database.ts'
import { requirePermission } from '../access/access.rules.ts'
import { type ChangeOrigin, journalInput } from '../journal/journal.rules.ts'
import type { User } from '../users/user.rules.ts'
import { lastChangeOf } from './group-attributes.store.ts'
import { creationDraft, updateDraft } from './group-drafts.ts'
import { refusing } from './group-refusals.ts'
import { changeGroup, createGroup, type Group, type GroupInput, isDynamic } from './group.rules.ts'
import * as store from './group.store.ts'
import * as sets from './member-set.store.ts'
import { createMemberJoins, joinsTogether } from './member-joins.ts'
import { type Leaving, leaving } from './member-leaving.service.ts'
import { joinDrafts, membershipChanges, type MembershipOptions } from './membership.service.ts'
import * as members from './membership.store.ts'
import { nestWithin } from './nesting.service.ts'

/** What becomes of the members of a group; the values are ids of users and of groups. */
export interface MemberSetChange {
  readonly verb: 'add' | 'remove' | 'replace'
  readonly values: readonly string[]
}

/** A change of a group and of its members. */
export interface WholeChange {
  readonly input: GroupInput
  /** On what the change was decided; `revision_changed` when it is not so any more. */
  readonly revision: number
  /** The same for the members: the group's last change, when it matters what they are. */
  readonly lastChange?: number
  readonly sets: readonly MemberSetChange[]
}

/** Refusals are AppErrors. */
export interface MemberSetService {
  /** Makes a group with its members, users and groups. */
  create(origin: ChangeOrigin, input: GroupInput, memberIds: readonly string[]): Promise<Group>
  /**
   * Changes a group and its members together, or nothing of both. Where a rule decides on members, and beyond 5,000 members, they come
   * after the group, in pieces.
   */
  change(origin: ChangeOrigin, groupId: string, change: WholeChange): Promise<void>
  /** Takes users and groups out of a group, as far as they are in it. */
  remove(origin: ChangeOrigin, groupId: string, memberIds: readonly string[]): Promise<void>
  /** Who would leave a group by these changes, one after the other. */
  leaving(groupId: string, sets: readonly MemberSetChange[]): Promise<Leaving>
}

/** Each member is two rows of the journal, and a transaction may write 2,000. */
const membersPerTransaction = 900
/** More than other transactions write, because a client that is told of a failure takes it that nothing happened. */
const membersTogether = 5_000

export interface MemberSetOptions extends MembershipOptions {
  readonly clock: Clock
}

export function createMemberSets(options: MemberSetOptions): MemberSetService {
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
  const oneByOne: OneByOne = {
    add: (origin, groupId, userIds) => inPieces(origin, { groupId, userIds }, 'add'),
    remove: (origin, groupId, userIds) => inPieces(origin, { groupId, userIds }, 'remove'),
    async replace(origin, groupId, userIds) {
      requirePermission(origin.actor, 'groups.write')
      const group = await findGroup(options, groupId)
      const wanted = new Set(userIds.map((id) => parseId(id) ?? id))
      const present = new Set(await sets.listDirectMembers(options.database, group.id))
      await inPieces(origin, { groupId, userIds: [...wanted].filter((id) => !present.has(id)) }, 'add')
      await inPieces(origin, { groupId, userIds: [...present].filter((id) => !wanted.has(id)) }, 'remove')
    },
  }
  return {
    create: creating(options, oneByOne),
    change: changing(options, oneByOne),
    leaving: (groupId, wanted) => leaving(options, parseId(groupId) ?? '', wanted),
    async remove(origin, groupId, memberIds) {
      await options.database.transaction(async (transaction) => {
        const group = await store.lock(transaction, parseId(groupId) ?? '')
        const named = [{ verb: 'remove', users: [], groups: memberIds }] as const
        if (group !== undefined) await nestWithin(transaction, options, origin, { group, named })
      })
      await oneByOne.remove(origin, groupId, memberIds)
    },
  }
}

type OneByOne = Readonly<
  Record<MemberSetChange['verb'], (origin: ChangeOrigin, groupId: string, userIds: readonly string[]) => Promise<void>>
>

function creating(options: MemberSetOptions, oneByOne: OneByOne): MemberSetService['create'] {
  const { database, clock, announce } = options
  return async (origin, input, memberIds) => {
    requirePermission(origin.actor, 'groups.write')
    const now = clock.now()
    const named = await namedIn(options, { verb: 'add', values: memberIds })
    const { users } = named
    const group = accept(createGroup(input, { id: newId(now.getTime()), now }))
    const isTogether = users.length <= membersTogether
    await database.transaction(async (transaction) => {
      const journal = journalInput(origin, creationDraft(group))
      const made = await store.insertMany(transaction, [{ group, journal }])
      if (made.size === 0) {
        const isNamed = (await store.findByNames(transaction, [group.name.toLowerCase()])).length > 0
        throw isNamed ? new AppError('group_name_taken', { field: 'name' }) : new AppError('attribute_value_taken')
      }
      await nestWithin(transaction, options, origin, { group, named: [named] })
      if (isTogether) await changeWithin(transaction, options, origin, { group, users, op: 'add' })
    })
    announce()
    if (!isTogether) await oneByOne.add(origin, group.id, idsOf(users))
    return group
  }
}

function changing(options: MemberSetOptions, oneByOne: OneByOne): MemberSetService['change'] {
  const { database, clock, announce } = options
  const join = createMemberJoins(options)
  return async (origin, groupId, { input, revision, lastChange, sets: wanted }) => {
    requirePermission(origin.actor, 'groups.write')
    const id = parseId(groupId) ?? ''
    // Before the transaction: a second connection within it would have to wait for those who wait for this group.
    const named = await Promise.all(wanted.map((set) => namedIn(options, set)))
    const joining = lastChange === undefined ? joiners(named) : undefined
    if (joining !== undefined && (await join({ origin, groupId: id, input, revision, users: joining })) === 'joined') {
      announce()
      return
    }
    const isTogether = await refusing('groups_name', () =>
      database.transaction(async (transaction) => {
        const group = await store.lock(transaction, id)
        if (group === undefined) throw new AppError('not_found', { field: 'id' })
        const isAsSeen = lastChange === undefined || (await lastChangeOf(transaction, id)) === lastChange
        if (group.revision !== revision || !isAsSeen) throw new AppError('revision_changed')
        const { group: next, changes } = accept(changeGroup(group, input, { now: clock.now() }))
        const isTold = Object.keys(changes).length > 0
        const journal = journalInput(origin, { ...updateDraft(next), changes })
        if (isTold) await store.updateMany(transaction, [{ group: next, baseRevision: group.revision, journal }])
        await nestWithin(transaction, options, origin, { group: next, named })
        return (
          !isDynamic(group.membershipMethod) && (await setWithin(transaction, options, origin, { group: next, named }))
        )
      }),
    )
    announce()
    if (!isTogether) for (const { verb, users } of named) await oneByOne[verb](origin, id, idsOf(users))
  }
}

/** The few users who come into a group, when nothing else becomes of its members. */
function joiners(named: readonly NamedSet[]): readonly User[] | undefined {
  const users = named.flatMap((set) => set.users)
  const isAll = named.every(({ verb, groups }) => verb === 'add' && groups.length === 0)
  return isAll && users.length > 0 && users.length <= joinsTogether ? users : undefined
}

/** A change of members with those who are meant. Of what is removed, whatever is no user is taken for a group. */
interface NamedSet {
  readonly verb: MemberSetChange['verb']
  readonly users: readonly User[]
  readonly groups: readonly string[]
}

interface NamedSets {
  readonly group: Group
  readonly named: readonly NamedSet[]
}

function idsOf(rows: readonly { readonly id: string }[]): readonly string[] {
  return rows.map(({ id }) => id)
}

async function namedIn(options: MembershipOptions, { verb, values }: MemberSetChange): Promise<NamedSet> {
  const ids = [...new Set(values.map((value) => parseId(value) ?? value))]
  const users = await options.findUsers(ids)
  if (users.length === ids.length) return { verb, users, groups: [] }
  const known = new Set<string>(idsOf(users))
  const rest = ids.filter((id) => !known.has(id))
  if (verb === 'remove') return { verb, users, groups: rest }
  const groups = new Set(idsOf(await store.findMany(options.database, rest)))
  const missing = rest.find((id) => !groups.has(id))
  if (missing === undefined) return { verb, users, groups: [...groups] }
  throw new AppError('not_found', {
    field: 'members',
    detail: `members: there is no user or group "${missing.slice(0, 50)}".`,
  })
}

/** Carries out changes of members one after the other; false, and nothing done, when they are too many for one transaction. */
async function setWithin(
  transaction: Queryable,
  options: MemberSetOptions,
  origin: ChangeOrigin,
  { group, named }: NamedSets,
): Promise<boolean> {
  const count = named.reduce((sum, { users }) => sum + users.length, 0)
  const replaced = named.some(({ verb }) => verb === 'replace')
  const present = replaced ? await sets.listDirectMembers(transaction, group.id) : []
  if (count + present.length > membersTogether) return false
  for (const { verb, users } of named) {
    if (verb !== 'replace') {
      await changeWithin(transaction, options, origin, { group, users, op: verb })
      continue
    }
    const stay = new Set<string>(users.map(({ id }) => id))
    const leaving = (await sets.listDirectMembers(transaction, group.id)).filter((id) => !stay.has(id))
    await changeWithin(transaction, options, origin, { group, users, op: 'add' })
    const leavers = await sets.namesOf(transaction, leaving)
    await changeWithin(transaction, options, origin, { group, users: leavers, op: 'remove' })
  }
  return true
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
  readonly users: readonly sets.NamedUser[]
  readonly op: 'add' | 'remove'
}

async function changeTogether(options: MembershipOptions, origin: ChangeOrigin, change: Together): Promise<void> {
  await options.database.transaction(async (transaction) => {
    const group = await store.lock(transaction, change.group.id)
    if (group === undefined) throw new AppError('not_found', { field: 'id' })
    await changeWithin(transaction, options, origin, { ...change, group })
  })
}

/** Adds or removes who is not a member yet, or still is one; the group is locked. */
async function changeWithin(
  transaction: Queryable,
  { journal }: MembershipOptions,
  origin: ChangeOrigin,
  { group, users, op }: Together,
): Promise<void> {
  const named = users.map(({ id }) => id)
  const direct = named.length === 0 ? new Set() : await sets.listDirectAmong(transaction, group.id, named)
  const changed = users.filter(({ id }) => direct.has(id) === (op === 'remove'))
  if (changed.length === 0) return
  const ids = changed.map(({ id }) => id)
  if (op === 'add') await sets.joinAll(transaction, group.id, ids)
  else await members.leaveAll(transaction, group.id, ids)
  await journal.record(
    transaction,
    origin,
    changed.flatMap((user) => joinDrafts(op, group, user)),
  )
}
