import { groupAccounts } from '../../directory/bindings/account-import.service.ts'
import {
  changeImportedMemberships,
  findGroups,
  type ImportedMembership,
  listDirectoryRows,
} from '../../directory/groups/group-import.service.ts'
import type { User } from '../../directory/users/user.rules.ts'
import type { Queryable } from '../../platform/db/database.ts'
import type { GuardedItem } from '../plans/plan.rules.ts'
import { configurationOf } from './configuration.rules.ts'
import type { ImportRun } from './import-run.ts'
import type * as mirror from './mirror.store.ts'
import * as ties from './mirror-ties.store.ts'

/** Makes the memberships of tied users what the closure says, in the groups that the domain has a counterpart of. */
export async function importMemberships(
  db: Queryable,
  run: ImportRun,
  facts: {
    readonly linked: ReadonlyMap<string, User>
    readonly above: ReadonlyMap<string, readonly mirror.Ancestor[]>
  },
): Promise<void> {
  const { domain } = run
  // Where the hub alone decides, the domain's memberships are what the hub wrote.
  if (facts.linked.size === 0 || !configurationOf(domain.useCase).isBrought) return
  const users = [...facts.linked]
  const groupGuids = [...new Set(users.flatMap(([guid]) => (facts.above.get(guid) ?? []).map((row) => row.groupGuid)))]
  const ties = await groupAccounts.listByExternalIds(db, { directoryId: domain.id, externalIds: groupGuids })
  const groupOf = new Map(ties.map((tie) => [tie.externalId, tie.groupId]))
  const rows = Map.groupBy(
    await listDirectoryRows(db, { userIds: users.map(([, user]) => user.id), directoryId: domain.id }),
    (row) => row.userId,
  )
  const groupIds = [...new Set([...groupOf.values(), ...[...rows.values()].flat().map((row) => row.groupId)])]
  const names = new Map((await findGroups(db, groupIds)).map((group) => [group.id as string, group.name]))
  const changes = users.flatMap(([guid, user]) => {
    const wanted = (facts.above.get(guid) ?? []).flatMap((row) => {
      const groupId = groupOf.get(row.groupGuid)
      return groupId === undefined
        ? []
        : [{ groupId, origin: row.direct ? ('directory' as const) : ('nested' as const) }]
    })
    return membershipChange({ guid, user, names, wanted, present: rows.get(user.id) ?? [] })
  })
  const admitted = await guardMemberships(db, run, changes)
  const drafts = await changeImportedMemberships(db, domain.id, admitted)
  await run.journal.record(db, run.origin, drafts)
}

interface MembershipFacts {
  readonly guid: string
  readonly user: User
  readonly names: ReadonlyMap<string, string>
  readonly wanted: readonly { readonly groupId: string; readonly origin: 'directory' | 'nested' }[]
  readonly present: Awaited<ReturnType<typeof listDirectoryRows>>
}

type MembershipChange = ImportedMembership & { readonly guid: string }

function membershipChange({ guid, user, names, wanted, present }: MembershipFacts): MembershipChange[] {
  const nameOf = (groupId: string): string => names.get(groupId) ?? groupId
  // What another domain brought is not for this one to say.
  const own = present.filter((row) => !row.isOther)
  const has = (groupId: string, origin: string): boolean =>
    own.some((row) => row.groupId === groupId && row.origin === origin)
  const isLeaving = (groupId: string): boolean => own.some((row) => row.groupId === groupId && row.removing)
  // What a rule of the hub made and the domain was told stays the rule's: it ends with the rule.
  const isHubs = (groupId: string): boolean => isLeaving(groupId) || has(groupId, 'rule')
  const joined = wanted
    .filter(({ groupId, origin }) => !has(groupId, origin) && !(origin === 'directory' && isHubs(groupId)))
    .map(({ groupId, origin }) => ({ groupId, groupName: nameOf(groupId), origin }))
  const left = own.filter((row) => {
    const { origin } = row
    if (origin === 'rule') return false
    const isWanted = wanted.some((want) => want.groupId === row.groupId && want.origin === origin)
    // What the hub added and the domain now has is the domain's from here on.
    const isDelivered =
      origin === 'hub' &&
      !row.removing &&
      wanted.some((want) => want.groupId === row.groupId && want.origin === 'directory')
    const isGone = origin !== 'hub' && !isWanted
    return isDelivered || isGone
  })
  if (joined.length === 0 && left.length === 0) return []
  const kept = new Set(present.flatMap((row) => (row.isMember && !left.includes(row) ? [row.groupId] : [])))
  const gone = left.flatMap(({ groupId, origin, directoryId }) =>
    origin === 'rule' ? [] : [{ groupId, groupName: nameOf(groupId), origin, directoryId }],
  )
  return [{ guid, userId: user.id, username: user.username, joined, left: gone, kept }]
}

/** Removals go through the guard; a membership that only changes its origin is none. */
async function guardMemberships(
  db: Queryable,
  run: ImportRun,
  changes: readonly MembershipChange[],
): Promise<readonly MembershipChange[]> {
  const { domain, plans } = run
  const removals = changes.flatMap((change) =>
    change.left
      .filter((row) => !change.kept.has(row.groupId) && !change.joined.some((other) => other.groupId === row.groupId))
      .map((row): GuardedItem => ({
        kind: 'remove_member',
        subjectKind: 'user',
        subjectId: change.userId,
        subjectName: change.username,
        reference: { key: row.groupId, guid: change.guid },
        reason: `The user left the group ${row.groupName} in ${domain.name}.`,
        changes: { [`group:${row.groupName}`]: { before: 'member' } },
      })),
  )
  if (removals.length === 0) return changes
  const size = await ties.countSource(db, domain.id)
  const admitted = await plans.admit(db, {
    source: { kind: 'directory', id: domain.id, name: domain.name },
    items: removals,
    userCount: size.users,
    membershipCount: size.memberships,
  })
  const allowed = new Set(admitted.map((item) => `${item.subjectId} ${item.reference.key}`))
  return changes.map((change) => ({
    ...change,
    left: change.left.filter(
      (row) =>
        change.kept.has(row.groupId) ||
        change.joined.some((other) => other.groupId === row.groupId) ||
        allowed.has(`${change.userId} ${row.groupId}`),
    ),
  }))
}
