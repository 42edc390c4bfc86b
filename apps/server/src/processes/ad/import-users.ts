import type { Queryable } from '../../platform/db/database.ts'
import { groupAccounts, userAccounts } from '../../directory/bindings/account-import.service.ts'
import type { Account } from '../../directory/bindings/account.rules.ts'
import {
  changeImportedMemberships,
  findGroups,
  type ImportedMembership,
  listDirectoryRows,
} from '../../directory/groups/group-import.service.ts'
import type { User, UserInput } from '../../directory/users/user.rules.ts'
import {
  changeMany,
  createMany,
  findUsersByNames,
  type ImportedChange,
  lockUsers,
  removeUsers,
} from '../../directory/users/user-import.service.ts'
import { newId } from '@lockstep/kernel/ids'
import type { GuardedItem } from '../plans/plan.service.ts'
import { decideUser, type Loss, type UserDecision } from './import-user.rules.ts'
import { readDomainUser, writtenFields } from './import.rules.ts'
import type { ImportRun } from './import-run.ts'
import * as mirror from './mirror.store.ts'
import * as problems from './problem.store.ts'

type Change = Extract<UserDecision, { kind: 'change' }>
type Leave = Extract<UserDecision, { kind: 'leave' }>
type Create = Extract<UserDecision, { kind: 'create' }>

/** An object with what was decided on it. */
interface Decided {
  readonly object: mirror.MirrorObject
  readonly inScope: boolean
  readonly decision: UserDecision
  readonly name: string
}

/** Derives the next dirty users; answers how many there were. */
export async function importUsers(db: Queryable, run: ImportRun, limit: number): Promise<number> {
  const objects = await mirror.listDirty(db, { ...run.place, kind: 'user', limit })
  if (objects.length === 0) return 0
  const ancestors = await mirror.listAncestors(
    db,
    run.domain.id,
    objects.map((object) => object.guid),
  )
  const above = Map.groupBy(ancestors, (ancestor) => ancestor.guid)
  const decided = await decideAll(db, run, objects, above)
  const allowed = await guard(db, run, decided)
  const faults = new Map<string, problems.Problem>()
  for (const { object, decision, name } of decided)
    if (decision.kind === 'problem')
      faults.set(object.guid, problemOf(object.guid, name, decision.fault, decision.userId))

  const linked = new Map<string, User>()
  await createUsers(db, run, { decided, linked, faults })
  await changeUsers(db, run, { decided, linked, faults, allowed })
  await leaveUsers(db, run, decided, allowed)
  await importMemberships(db, run, { linked, above })
  await problems.replace(db, {
    domainId: run.domain.id,
    guids: objects.map((object) => object.guid),
    problems: [...faults.values()],
    now: run.now,
  })
  await mirror.settle(
    db,
    run.domain.id,
    decided.map(({ object, inScope, decision }) => ({
      guid: object.guid,
      // A held exit is still to come: the object counts as in scope until the exit was applied.
      inScope: inScope || (decision.kind === 'leave' && !allowed.has(lossKey(object.guid, decision.loss))),
      wanted: inScope && object.attributes === null,
    })),
  )
  return objects.length
}

function problemOf(
  guid: string,
  name: string,
  fault: { readonly code: string; readonly detail: string },
  userId?: string,
): problems.Problem {
  return { guid, name, code: fault.code, detail: fault.detail, userId: userId ?? null, groupId: null }
}

async function decideAll(
  db: Queryable,
  run: ImportRun,
  objects: readonly mirror.MirrorObject[],
  above: ReadonlyMap<string, readonly mirror.Ancestor[]>,
): Promise<readonly Decided[]> {
  const { domain, now, place } = run
  const reads = new Map(
    objects.map((object) => [
      object.guid,
      object.attributes === null || object.deleted
        ? undefined
        : readDomainUser(
            {
              guid: object.guid,
              dn: object.dn ?? '',
              attributes: object.attributes,
              unreadable: object.unreadable ?? [],
            },
            domain.behaviour,
            now,
          ),
    ]),
  )
  const accounts = await userAccounts.lockByExternalIds(db, {
    directoryId: domain.id,
    externalIds: objects.map((object) => object.guid),
  })
  const accountOf = new Map(accounts.map((account) => [account.externalId, account]))
  const names = [...reads.values()].flatMap((read) => (read !== undefined && 'user' in read ? [read.user] : []))
  const rivals = await findUsersByNames(db, {
    usernames: names.map((user) => user.username.toLowerCase()),
    emails: names.map((user) => user.email.toLowerCase()),
  })
  const users = await lockUsers(
    db,
    [...new Set([...accounts.map((account) => account.userId), ...rivals.map((user) => user.id)])].toSorted(),
  )
  const userOf = new Map<string, User>(users.map((user) => [user.id, user]))
  const byUsername = new Map(users.map((user) => [user.username.toLowerCase(), user]))
  const byEmail = new Map(users.map((user) => [user.email.toLowerCase(), user]))
  const rivalAccounts = await userAccounts.lockByUsers(db, {
    directoryId: domain.id,
    userIds: rivals.map((user) => user.id),
  })
  const accountOfUser = new Map(rivalAccounts.map((account) => [account.userId, account]))
  return objects.map((object): Decided => {
    const read = reads.get(object.guid)
    const known = read !== undefined && 'user' in read ? read.user : undefined
    const account = accountOf.get(object.guid)
    const sameUsername = known && byUsername.get(known.username.toLowerCase())
    const inGroup = (above.get(object.guid) ?? []).some((ancestor) => ancestor.groupGuid === place.integrationGroupGuid)
    const inScope = inGroup && object.inRoot && !object.deleted
    const decision = decideUser({
      domainId: domain.id,
      domainName: domain.name,
      behaviour: domain.behaviour,
      deleted: object.deleted,
      inScope,
      wasInScope: object.inScope,
      read,
      account,
      user: account && userOf.get(account.userId),
      sameUsername,
      sameEmail: known && byEmail.get(known.email.toLowerCase()),
      accountOfSameUsername: sameUsername && accountOfUser.get(sameUsername.id),
    })
    const sam = object.attributes?.['sAMAccountName']
    const outside = inGroup && !object.inRoot && !object.deleted && account === undefined
    return {
      object,
      inScope,
      name: typeof sam === 'string' ? sam : (object.dn ?? object.guid),
      decision: outside ? outsideProblem(domain.rootDn) : decision,
    }
  })
}

function outsideProblem(rootDn: string): UserDecision {
  return {
    kind: 'problem',
    fault: {
      code: 'outside_root',
      detail: `The user is in the integration group, but not below the root container (${rootDn}). Move the user there.`,
    },
  }
}

function lossKey(guid: string, loss: Loss): string {
  return `${guid} ${loss.kind} ${loss.field ?? ''}`
}

/** Proposes what takes something away; answers the keys of what may be done now. */
async function guard(db: Queryable, run: ImportRun, decided: readonly Decided[]): Promise<ReadonlySet<string>> {
  const { domain, plans } = run
  const source = { kind: 'directory', id: domain.id, name: domain.name } as const
  const items: GuardedItem[] = []
  const settled: string[] = []
  for (const { object, decision } of decided) {
    if (decision.kind !== 'change' && decision.kind !== 'leave') continue
    const losses = decision.kind === 'leave' ? [decision.loss] : decision.losses
    for (const loss of losses)
      items.push({
        kind: loss.kind,
        subjectKind: 'user',
        subjectId: decision.user.id,
        subjectName: decision.user.username,
        reference: { key: loss.field ?? '', guid: object.guid },
        reason: loss.reason,
        changes: lossChanges(decision.user, loss),
      })
    if (losses.length === 0) settled.push(decision.user.id)
  }
  await plans.withdraw(db, source, settled, ['suspend', 'delete', 'unbind', 'clear_field'])
  if (items.length === 0) return new Set()
  const size = await mirror.countSource(db, domain.id)
  const exits = items.filter((item) => item.kind !== 'clear_field').length
  const admitted = await plans.admit(db, {
    source,
    items,
    userCount: size.users,
    membershipCount: size.memberships,
    usersToCome: Math.max(0, run.possibleExits - exits),
  })
  return new Set(admitted.map((item) => `${String(item.reference['guid'])} ${item.kind} ${item.reference.key}`))
}

function lossChanges(user: User, loss: Loss): GuardedItem['changes'] {
  if (loss.kind === 'suspend') return { state: { before: user.state, after: 'SUSPENDED' } }
  if (loss.kind === 'clear_field' && loss.field !== undefined) {
    const before =
      loss.field in user.attributes ? user.attributes[loss.field] : loss.field === 'displayname' ? user.displayname : ''
    return { [loss.field]: { before: before ?? '', after: '' } }
  }
  return {}
}

interface Progress {
  readonly decided: readonly Decided[]
  /** Users who are tied to their object now, by GUID. */
  readonly linked: Map<string, User>
  readonly faults: Map<string, problems.Problem>
}

async function createUsers(db: Queryable, run: ImportRun, { decided, linked, faults }: Progress): Promise<void> {
  const creations = decided.filter((row): row is Decided & { decision: Create } => row.decision.kind === 'create')
  if (creations.length === 0) return
  const options = { origin: run.origin, directoryId: run.domain.id, now: run.now }
  const { users, refusals } = await createMany(
    db,
    creations.map(({ object, decision }) => ({
      key: object.guid,
      input: decision.input,
      ...(decision.state ? { state: decision.state } : {}),
    })),
    options,
  )
  for (const { object, name } of creations) {
    const user = users.get(object.guid)
    const refusal = refusals.get(object.guid)
    if (user) linked.set(object.guid, user)
    else if (refusal)
      faults.set(
        object.guid,
        problemOf(object.guid, name, {
          code: refusal.code,
          detail: `${refusal.detail ?? refusal.code} Correct it in Active Directory.`,
        }),
      )
  }
  await userAccounts.link(
    db,
    creations.flatMap(({ object, decision }) => {
      const user = linked.get(object.guid)
      return user === undefined
        ? []
        : [
            {
              id: newId(run.now.getTime()),
              directoryId: run.domain.id,
              userId: user.id,
              externalId: object.guid,
              externalName: object.dn ?? '',
              madeBy: 'directory' as const,
              agreed: agreedOf(decision.input),
              enabled: decision.state === undefined,
              inStep: true,
            },
          ]
    }),
  )
}

/** The values on which both sides agree after an import. */
function agreedOf(input: UserInput): Record<string, string> {
  return Object.fromEntries(
    writtenFields.flatMap((field) => {
      const value = input[field]
      return typeof value === 'string' ? [[field, value]] : []
    }),
  )
}

async function changeUsers(
  db: Queryable,
  run: ImportRun,
  { decided, linked, faults, allowed }: Progress & { readonly allowed: ReadonlySet<string> },
): Promise<void> {
  const rows = decided.filter((row): row is Decided & { decision: Change } => row.decision.kind === 'change')
  if (rows.length === 0) return
  const changes = rows.map(({ object, decision }) => withoutHeld(object.guid, decision, allowed))
  const options = { origin: run.origin, directoryId: run.domain.id, now: run.now }
  const { users, refusals } = await changeMany(db, changes, options)
  const observed: Parameters<typeof userAccounts.observe>[1][number][] = []
  const links: Parameters<typeof userAccounts.link>[1][number][] = []
  for (const { object, decision, name } of rows) {
    const { account } = decision
    const user = users.get(decision.user.id) ?? decision.user
    const refusal = refusals.get(decision.user.id)
    if (refusal)
      faults.set(
        object.guid,
        problemOf(
          object.guid,
          name,
          { code: refusal.code, detail: `${refusal.detail ?? refusal.code} Correct it in Active Directory.` },
          user.id,
        ),
      )
    linked.set(object.guid, user)
    const enabled = isEnabled(object)
    const isHome = user.homeDirectoryId === run.domain.id
    const agreed = isHome ? agreedOf(decision.input) : decision.agreed
    if (account !== undefined && decision.linked === 'known' && account.leftAt === null)
      observed.push({
        id: account.id,
        externalName: object.dn ?? '',
        agreed: { ...account.agreed, ...agreed },
        enabled,
        inStep: decision.inStep,
      })
    else
      links.push({
        id: account?.id ?? newId(run.now.getTime()),
        directoryId: run.domain.id,
        userId: user.id,
        externalId: object.guid,
        externalName: object.dn ?? '',
        madeBy: isHome ? 'directory' : (account?.madeBy ?? 'directory'),
        agreed,
        enabled,
        inStep: decision.inStep,
      })
  }
  await userAccounts.observe(db, observed)
  await userAccounts.link(db, links)
}

function isEnabled(object: mirror.MirrorObject): boolean {
  return (Number(object.attributes?.['userAccountControl'] ?? '512') & 2) === 0
}

/** The change without what the guard holds. */
function withoutHeld(guid: string, decision: Change, allowed: ReadonlySet<string>): ImportedChange {
  const held = decision.losses.filter((loss) => !allowed.has(lossKey(guid, loss)))
  if (held.length === 0) return { user: decision.user, input: decision.input, set: decision.set }
  const fields = new Set(held.flatMap((loss) => (loss.field === undefined ? [] : [loss.field])))
  const input = Object.fromEntries(Object.entries(decision.input).filter(([field]) => !fields.has(field)))
  const { state: _state, suspendedBy: _suspendedBy, ...rest } = decision.set
  const isSuspensionHeld = held.some((loss) => loss.kind === 'suspend')
  return { user: decision.user, input, set: isSuspensionHeld ? rest : decision.set }
}

/** Users whose account left: suspended, deleted or unbound, as the domain's behaviour says. */
async function leaveUsers(
  db: Queryable,
  run: ImportRun,
  decided: readonly Decided[],
  allowed: ReadonlySet<string>,
): Promise<void> {
  const rows = decided.filter(
    (row): row is Decided & { decision: Leave } =>
      row.decision.kind === 'leave' && allowed.has(lossKey(row.object.guid, row.decision.loss)),
  )
  if (rows.length === 0) return
  const { domain, now } = run
  const by = (kind: Loss['kind']): readonly (Decided & { decision: Leave })[] =>
    rows.filter((row) => row.decision.loss.kind === kind)
  const options = {
    directoryId: domain.id,
    now,
    origin: { ...run.origin, cause: { ...run.origin.cause, text: leaveText(rows) } },
  }
  const accounts = rows.map((row) => row.decision.account)
  await changeMany(
    db,
    by('suspend').flatMap(({ decision: { user } }) =>
      user.state === 'SUSPENDED'
        ? []
        : [{ user, input: {}, set: { state: 'SUSPENDED', suspendedBy: domain.id } as const }],
    ),
    options,
  )
  await changeMany(
    db,
    by('unbind').map(({ decision: { user } }) => ({
      user,
      input: { restrictedFields: [], external_dn: '', external_source_type: '' },
      set: user.homeDirectoryId === domain.id ? { homeDirectoryId: null } : {},
    })),
    options,
  )
  await removeUsers(
    db,
    by('delete').map((row) => row.decision.user),
    options,
  )
  await userAccounts.leave(
    db,
    accounts.map((account: Account) => account.id),
  )
}

function leaveText(rows: readonly (Decided & { decision: Leave })[]): string {
  return rows[0]?.decision.loss.reason ?? ''
}

/** Makes the memberships of tied users what the closure says, in the groups that the domain has a counterpart of. */
async function importMemberships(
  db: Queryable,
  run: ImportRun,
  facts: {
    readonly linked: ReadonlyMap<string, User>
    readonly above: ReadonlyMap<string, readonly mirror.Ancestor[]>
  },
): Promise<void> {
  const { domain } = run
  if (facts.linked.size === 0) return
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
  const drafts = await changeImportedMemberships(db, admitted)
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
  const has = (groupId: string, origin: string): boolean =>
    present.some((row) => row.groupId === groupId && row.origin === origin)
  const isLeaving = (groupId: string): boolean => present.some((row) => row.groupId === groupId && row.removing)
  const joined = wanted
    .filter(({ groupId, origin }) => !has(groupId, origin) && !(origin === 'directory' && isLeaving(groupId)))
    .map(({ groupId, origin }) => ({ groupId, groupName: nameOf(groupId), origin }))
  const left = present.flatMap((row) => {
    const origin = row.origin
    if (origin === 'rule') return []
    const isWanted = wanted.some((want) => want.groupId === row.groupId && want.origin === origin)
    // What the hub added and the domain now has is the domain's from here on.
    const isDelivered =
      origin === 'hub' &&
      !row.removing &&
      wanted.some((want) => want.groupId === row.groupId && want.origin === 'directory')
    const isGone = origin !== 'hub' && !isWanted
    return isDelivered || isGone ? [{ groupId: row.groupId, groupName: nameOf(row.groupId), origin }] : []
  })
  return joined.length === 0 && left.length === 0
    ? []
    : [{ guid, userId: user.id, username: user.username, joined, left }]
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
      .filter((row) => !change.joined.some((other) => other.groupId === row.groupId))
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
  const size = await mirror.countSource(db, domain.id)
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
        change.joined.some((other) => other.groupId === row.groupId) || allowed.has(`${change.userId} ${row.groupId}`),
    ),
  }))
}
