import type { Queryable } from '../../platform/db/database.ts'
import { userAccounts } from '../../directory/bindings/account-import.service.ts'
import type { Account } from '../../directory/bindings/account.rules.ts'
import type { User } from '../../directory/users/user.rules.ts'
import { removePasswords } from '../../directory/users/password-import.service.ts'
import { changeMany, createMany, type ImportedChange, removeUsers } from '../../directory/users/user-import.service.ts'
import { newId } from '@lockstep/kernel/ids'
import type { JsonObject } from '@lockstep/kernel/json'
import type { GuardedItem } from '../plans/plan.rules.ts'
import { type Decided, decideUsers } from './decide-users.ts'
import type { Loss, UserDecision } from './user-decision.rules.ts'
import type { ImportRun } from './import-run.ts'
import { withoutAuthority } from './applied-authorities.rules.ts'
import { changeNamedUsers } from './change-named-users.ts'
import { configurationOf } from './configuration.rules.ts'
import { disablings, suspendDisabled } from './disabled-leavers.ts'
import { importMemberships } from './import-memberships.ts'
import type { Lane } from './lane.rules.ts'
import { lostError } from './lost-accounts.ts'
import * as mirror from './mirror.store.ts'
import * as ties from './mirror-ties.store.ts'
import * as problems from './problem.store.ts'

type Change = Extract<UserDecision, { kind: 'change' }>
type Leave = Extract<UserDecision, { kind: 'leave' }>
type Create = Extract<UserDecision, { kind: 'create' }>

/** Derives the next dirty users; answers how many there were. On a lane, users who might lose something are left to who comes after. */
export async function importUsers(
  db: Queryable,
  run: ImportRun,
  { limit, lane }: { readonly limit: number; readonly lane?: Lane },
): Promise<number> {
  const objects = await mirror.listDirty(db, {
    ...run.place,
    kind: 'user',
    limit,
    ...(lane === undefined ? {} : { lane }),
  })
  if (objects.length === 0) return 0
  const ancestors = await mirror.listAncestors(
    db,
    run.domain.id,
    objects.map((object) => object.guid),
  )
  const above = Map.groupBy(ancestors, (ancestor) => ancestor.guid)
  const decided = await decideUsers(db, run, objects, above)
  if (lane !== undefined && decided.some(({ decision }) => decision.kind === 'change' || decision.kind === 'leave'))
    return 0
  const allowed = await guard(db, run, decided)
  const faults = new Map<string, problems.Problem>()
  for (const { object, decision, name } of decided)
    if (decision.kind === 'problem')
      faults.set(object.guid, problemOf(object.guid, name, decision.fault, decision.userId))

  const doubted = decided.flatMap(({ decision }) => (decision.kind === 'again' ? [decision.account.id] : []))
  await userAccounts.noteSeen(db, doubted)
  const gone = decided.flatMap(({ decision }) => (decision.kind === 'gone' ? [decision.account.id] : []))
  await userAccounts.noteGone(db, { ids: gone, error: lostError(run.domain, run.now) })
  const linked = new Map<string, User>()
  await createUsers(db, run, { decided, linked, faults })
  await changeUsers(db, run, { decided, linked, faults, allowed })
  await leaveUsers(db, run, decided, allowed)
  await suspendDisabled(db, run, { decided, allowed })
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
      deleted: object.deleted,
      // A held exit is still to come: the object counts as in scope until the exit was applied.
      inScope: inScope || (decision.kind === 'leave' && !allowed.has(lossKey(object.guid, decision.loss))),
      wanted: (inScope && object.attributes === null) || decision.kind === 'again',
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
        mayBeMore: decision.kind === 'leave',
        changes: lossChanges(decision.user, loss),
      })
    if (losses.length === 0) settled.push(decision.user.id)
  }
  await plans.withdraw(db, source, {
    subjectIds: settled,
    kinds: ['suspend', 'delete', 'unbind', 'clear_field', 'pend_password'],
  })
  if (items.length === 0) return new Set()
  const size = await ties.countSource(db, domain.id)
  const counts = { source, userCount: size.users, membershipCount: size.memberships }
  const exits = items.filter((item) => item.kind !== 'clear_field').length
  const usersToCome = Math.max(0, run.possibleExits - exits)
  const keyOf = ({ kind, reference }: GuardedItem): string => `${reference.guid} ${kind} ${reference.key}`
  const allowed = new Set((await plans.admit(db, { ...counts, items, usersToCome })).map(keyOf))
  const held = decided.filter(
    ({ object, decision }) => decision.kind === 'leave' && !allowed.has(lossKey(object.guid, decision.loss)),
  )
  for (const item of await plans.admit(db, { ...counts, items: disablings(run, held) })) allowed.add(keyOf(item))
  return allowed
}

export function lossChanges(user: User, loss: Loss): GuardedItem['changes'] {
  if (loss.kind === 'pend_password') return { password: { before: 'set', after: 'pending' } }
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
              agreed: decision.agreed,
              enabled: isEnabled(object),
              inStep: true,
            },
          ]
    }),
  )
}

async function changeUsers(
  db: Queryable,
  run: ImportRun,
  { decided, linked, faults, allowed }: Progress & { readonly allowed: ReadonlySet<string> },
): Promise<void> {
  const rows = decided.filter(
    (row): row is Decided & { decision: Change } =>
      row.decision.kind === 'change' && !isTakeoverHeld(row.object.guid, row.decision, allowed),
  )
  if (rows.length === 0) return
  const changes = rows.map(({ object, decision }) => {
    return { ...withoutHeld(object.guid, decision, allowed), takes: decision.takes }
  })
  const options = { origin: run.origin, directoryId: run.domain.id, now: run.now }
  const { users, refusals, refused } = await changeNamedUsers(db, changes, options)
  await removePasswords(
    db,
    rows.flatMap(({ decision }) => (decision.set.activated === false ? [decision.user.id] : [])),
  )
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
    const agreed = withoutFields(decision.agreed, refused.get(user.id))
    if (account !== undefined && decision.linked === 'known' && account.leftAt === null)
      observed.push({
        id: account.id,
        externalName: object.dn ?? '',
        agreed: { ...account.agreed, ...agreed },
        enabled,
        inStep: decision.inStep,
        isBehind: decision.isBehind,
        mayBeOld: !configurationOf(run.domain.useCase).isBrought,
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

/** A takeover that would take a password away waits as a whole, so that it is proposed again until somebody decides. */
function isTakeoverHeld(guid: string, { losses }: Change, allowed: ReadonlySet<string>): boolean {
  return losses.some((loss) => loss.kind === 'pend_password' && !allowed.has(lossKey(guid, loss)))
}

function withoutFields(agreed: JsonObject, fields: ReadonlySet<string> | undefined): JsonObject {
  return Object.fromEntries(Object.entries(agreed).filter(([field]) => fields?.has(field) !== true))
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
  run.noteExit()
  const { domain, now } = run
  const by = (kind: Loss['kind']): readonly (Decided & { decision: Leave })[] =>
    rows.filter((row) => row.decision.loss.kind === kind)
  const options = {
    directoryId: domain.id,
    now,
    origin: { ...run.origin, cause: { ...run.origin.cause, text: leaveText(rows) } },
  }
  const accounts = rows.map((row) => row.decision.account)
  const gone = rows.filter((row) => row.object.deleted).map((row) => row.decision.account.id)
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
      input: { ...withoutAuthority(domain.id, user.attributes), ...unmarked(user, domain.id) },
      set: user.homeDirectoryId === domain.id ? { homeDirectoryId: null } : {},
    })),
    options,
  )
  await removeUsers(
    db,
    by('delete').map((row) => row.decision.user),
    options,
  )
  await userAccounts.noteGone(db, { ids: gone, error: lostError(domain, now) })
  await userAccounts.leave(
    db,
    accounts.map((account: Account) => account.id),
  )
}

/** Whoever has another home keeps what that one noted. */
function unmarked({ homeDirectoryId }: User, domainId: string): { readonly [field: string]: string } {
  const isOthers = homeDirectoryId !== null && homeDirectoryId !== domainId
  return isOthers ? {} : { external_dn: '', external_source_type: '' }
}

function leaveText(rows: readonly (Decided & { decision: Leave })[]): string {
  return rows[0]?.decision.loss.reason ?? ''
}
