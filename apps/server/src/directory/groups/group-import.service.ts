// Groups and memberships as processes write them on behalf of a directory, inside the caller's transaction.
import type { Decision } from '@lockstep/contract/app-error'
import { newId } from '@lockstep/kernel/ids'
import type { Queryable } from '../../platform/db/database.ts'
import { type ChangeOrigin, type FieldChanges, type JournalDraft, journalInput } from '../journal/journal.rules.ts'
import { changeGroup, createGroup, type Group, type GroupInput } from './group.rules.ts'
import * as store from './group.store.ts'
import * as members from './membership.store.ts'

/** On whose behalf groups are written. */
export interface GroupImportOptions {
  readonly origin: ChangeOrigin
  readonly directoryId: string
  readonly now: Date
}

/**
 * Creates a group whose home is the directory; a taken name is a refusal. A group that the directory was asked to make under this name is
 * the one that came, whatever it is called here by now.
 */
export async function createImportedGroup(
  db: Queryable,
  input: GroupInput,
  { origin, directoryId, now }: GroupImportOptions,
): Promise<Decision<Group>> {
  const [asked] = await store.findAskedFor(db, { directoryId, name: input.name ?? '' })
  if (asked) return { ok: true, value: asked }
  const decision = createGroup(input, { id: newId(now.getTime()), now, homeDirectoryId: directoryId })
  if (!decision.ok) return decision
  const group = decision.value
  const journal = journalInput(origin, {
    action: 'group.create',
    subjectKind: 'group',
    subjectId: group.id,
    subject: group.name,
    changes: { name: { after: group.name } },
  })
  const made = await store.insertMany(db, [{ group, journal }])
  if (made.size > 0) return decision
  return { ok: false, code: 'group_name_taken', field: 'name', detail: `Another group is called "${group.name}".` }
}

/**
 * Changes a group on behalf of the directory; `set` states what no field of the input can say. What was changed here and is not written
 * there yet is newer than what was read: the input does not count then.
 */
export async function changeImportedGroup(
  db: Queryable,
  change: {
    readonly group: Group
    readonly input: GroupInput
    readonly set?: Partial<Pick<Group, 'homeDirectoryId' | 'outside'>>
  },
  { origin, directoryId, now }: GroupImportOptions,
): Promise<Decision<Group>> {
  const { group, set = {} } = change
  const key = { groupId: group.id, directoryId }
  const input = (await store.isAwaitedBy(db, key)) ? {} : change.input
  if (input.name !== undefined && input.name.toLowerCase() !== group.name.toLowerCase()) {
    const [rival] = await store.findByNames(db, [input.name.toLowerCase()])
    if (rival !== undefined && rival.id !== group.id)
      return { ok: false, code: 'group_name_taken', field: 'name', detail: `Another group is called "${input.name}".` }
  }
  const decision = changeGroup(group, input, { now, directoryId })
  if (!decision.ok) return decision
  const { changes } = decision.value
  const isSame =
    Object.keys(changes).length === 0 &&
    (set.homeDirectoryId === undefined || set.homeDirectoryId === group.homeDirectoryId) &&
    (set.outside === undefined || set.outside === group.outside)
  if (isSame) return { ok: true, value: group }
  const next: Group = { ...decision.value.group, ...set, revision: group.revision + 1, updated: now }
  const journal = journalInput(origin, {
    action: 'group.update',
    subjectKind: 'group',
    subjectId: group.id,
    subject: next.name,
    changes: { ...changes, ...tieChanges(group, next) },
  })
  const changed = await store.updateMany(db, [{ group: next, journal, baseRevision: group.revision }])
  // What came from there need not be written there.
  if (changed.size > 0) await store.noteInStep(db, key)
  return { ok: true, value: next }
}

/** Who manages the group, and whether it has a counterpart, where that changed. */
function tieChanges(before: Group, after: Group): FieldChanges {
  return {
    ...(before.homeDirectoryId === after.homeDirectoryId
      ? {}
      : { homeDirectory: { before: before.homeDirectoryId, after: after.homeDirectoryId } }),
    ...(before.outside === after.outside ? {} : { inDirectory: { before: before.outside, after: after.outside } }),
  }
}

/** Membership changes of one user that a directory brings, for the journal. */
export interface ImportedMembership {
  readonly userId: string
  readonly username: string
  readonly joined: readonly {
    readonly groupId: string
    readonly groupName: string
    readonly origin: 'directory' | 'nested'
  }[]
  readonly left: readonly {
    readonly groupId: string
    readonly groupName: string
    readonly origin: 'hub' | 'directory' | 'nested'
    readonly directoryId: string
  }[]
  /** Groups in which the user is a member in another way too, before and after. */
  readonly kept: ReadonlySet<string>
}

/** Writes the rows; answers what the journal is to say. Being moved from one origin to another is not told. */
export async function changeImportedMemberships(
  db: Queryable,
  directoryId: string,
  changes: readonly ImportedMembership[],
): Promise<readonly JournalDraft[]> {
  // What comes stands before what goes is gone: other directories are still told of who remains a member.
  await members.insertRows(
    db,
    changes.flatMap(({ userId, joined }) =>
      joined.map(({ groupId, origin }) => ({ groupId, userId, origin, directoryId })),
    ),
  )
  await members.removeRows(
    db,
    changes.flatMap(({ userId, left }) => left.map((row) => ({ ...row, userId }))),
  )
  return changes.flatMap(membershipDraft)
}

function membershipDraft({ userId, username, joined, left, kept }: ImportedMembership): JournalDraft[] {
  const namesOf = (rows: readonly { readonly groupId: string; readonly groupName: string }[]) =>
    new Set(rows.filter(({ groupId }) => !kept.has(groupId)).map(({ groupName }) => groupName))
  const [before, after] = [namesOf(left), namesOf(joined)]
  const came = [...after].filter((name) => !before.has(name))
  const went = [...before].filter((name) => !after.has(name))
  if (came.length === 0 && went.length === 0) return []
  const changes = {
    ...Object.fromEntries(came.map((name) => [`group:${name}`, { after: 'member' }])),
    ...Object.fromEntries(went.map((name) => [`group:${name}`, { before: 'member' }])),
  }
  const action = came.length > 0 ? 'user.join_group' : 'user.leave_group'
  const ids = new Map([...left, ...joined].map((row) => [row.groupName, row.groupId]))
  const groups = [...came, ...went].map((name) => ({ id: ids.get(name) ?? '', name, isMember: after.has(name) }))
  return [{ action, subjectKind: 'user', subjectId: userId, subject: username, changes, groups }]
}

/** The rows that a directory's closure may own of some users. */
export const listDirectoryRows: typeof members.listDirectoryRows = members.listDirectoryRows

/** Groups by id. */
export const findGroups: (db: Queryable, ids: readonly string[]) => Promise<readonly Group[]> = store.findMany
/** Groups by lower-case name. */
export const findGroupsByName: (db: Queryable, names: readonly string[]) => Promise<readonly Group[]> =
  store.findByNames

/** Which of some groups each of some users is a member of; users who are in none are left out. */
export async function listGroupIdsOf(
  db: Queryable,
  query: { readonly groupIds: readonly string[]; readonly userIds: readonly string[] },
): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const pairs = await members.listPairs(db, query)
  const byUser = Map.groupBy(pairs, ({ userId }) => userId)
  return new Map([...byUser].map(([userId, rows]) => [userId, new Set(rows.map(({ groupId }) => groupId))]))
}
