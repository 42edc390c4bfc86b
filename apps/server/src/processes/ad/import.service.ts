// Derives users, groups and memberships from a domain's mirror. It starts from what is marked dirty and from nothing else, works in
// transactions of bounded size, and may stop anywhere: what is settled is settled together with its mark. Groups come first, because
// users belong to them; managers last, because they are users themselves.
import type { Actor } from '@lockstep/contract/access'
import type { Clock } from '@lockstep/kernel/clock'
import { groupAccounts, userAccounts } from '../../directory/bindings/account-import.service.ts'
import type { JournalService } from '../../directory/journal/journal.service.ts'
import { changeMany, type ImportedChange, lockUsers } from '../../directory/users/user-import.service.ts'
import type { Database, Queryable } from '../../platform/db/database.ts'
import type { PlanService } from '../plans/plan.service.ts'
import type { Domain } from './domain.rules.ts'
import { anchorDomain, rootsOf } from './domain-anchors.ts'
import * as domains from './domain.store.ts'
import { isPrivilegedGroup } from './import.rules.ts'
import { importGroups } from './import-groups.ts'
import type { ImportRun } from './import-run.ts'
import { importUsers } from './import-users.ts'
import type { Lane } from './lane.rules.ts'
import * as comparisons from './comparison.store.ts'
import { makeLostAgain } from './lost-accounts.ts'
import * as mirror from './mirror.store.ts'
import * as scope from './mirror-scope.store.ts'
import * as ties from './mirror-ties.store.ts'
import * as translations from './translation.store.ts'

const objectsPerTransaction = 1000
/** As many as PostgreSQL works on while this process prepares the next ones; smaller batches, because all of them are in memory. */
const laneCount = 2
const objectsPerLane = 500
const roundLimit = 1000
const rulesPerDomain = 500

export interface ImportService {
  /** Derives everything that is dirty; one call at a time per domain, later calls wait for it and look again. */
  derive(domainId: string, actor: Actor): Promise<void>
  /** Derives what has become due by time alone, such as an account's end of validity. */
  deriveDue(domainId: string, actor: Actor): Promise<void>
  /** Applies what a person released. */
  applyReleased(domainId: string, actor: Actor): Promise<void>
}

export interface ImportServiceOptions {
  readonly database: Database
  readonly clock: Clock
  readonly journal: JournalService
  readonly plans: PlanService
  readonly announce: () => void
  /** The state that the organization's settings give to users who are made one by one. */
  readonly defaultState?: () => Promise<'ACTIVATED' | 'STAGED'>
}

export function createImportService(options: ImportServiceOptions): ImportService {
  const running = new Map<string, Promise<void>>()
  const inTurn = (domainId: string, work: () => Promise<void>): Promise<void> => {
    const before = running.get(domainId) ?? Promise.resolve()
    const next = before.then(work, work)
    running.set(
      domainId,
      next.catch(() => undefined),
    )
    return next
  }
  return {
    derive: (domainId, actor) => inTurn(domainId, () => deriveDomain(options, domainId, actor)),
    async deriveDue(domainId, actor) {
      // Before its turn and without the lock, for it takes long: whoever is named and changes meanwhile is looked at once more.
      const expired = await ties.listExpired(options.database, domainId, options.clock.now())
      await inTurn(domainId, async () => {
        await options.database.transaction(async (transaction) => {
          await domains.lockMirror(transaction, domainId)
          await mirror.markDirty(transaction, domainId, expired)
          await groupAccounts.repend(
            transaction,
            await ties.listUndelivered(transaction, domainId, objectsPerTransaction),
          )
          await makeLostAgain(transaction, options, domainId)
        })
        await deriveDomain(options, domainId, actor)
      })
    },
    applyReleased: (domainId, actor) => inTurn(domainId, () => applyReleased(options, domainId, actor)),
  }
}

async function deriveDomain(options: ImportServiceOptions, domainId: string, actor: Actor): Promise<void> {
  const { database, announce } = options
  let hasExits = false
  const noteExit = (): void => {
    hasExits = true
  }
  const beginning = await database.transaction(async (transaction) => {
    await domains.lockMirror(transaction, domainId)
    await mirror.markConflicts(transaction, domainId)
    return begin(options, transaction, { domainId, actor, noteExit })
  })
  if (beginning === undefined) return
  let mayShare = beginning.isUntouched
  for (let round = 0; round < roundLimit; round += 1) {
    const worked = await database.transaction(async (transaction) => {
      await domains.lockMirror(transaction, domainId)
      const run = await beginRun(options, transaction, beginning)
      if (run === undefined) return 0
      await mirror.settleOthers(transaction, domainId)
      const groups = await importGroups(transaction, run, objectsPerTransaction)
      if (groups > 0) return groups
      if (mayShare) return 'users'
      const users = await importUsers(transaction, run, { limit: objectsPerTransaction })
      if (users > 0) return users
      const managers = await importManagers(transaction, run)
      if (managers > 0) return managers
      if (!hasExits) return 0
      // Whoever left may have had the name that another object waits for, such as one that was made anew.
      hasExits = false
      return (await mirror.markConflicts(transaction, domainId)) > 0 ? 'again' : 0
    })
    if (worked === 0) break
    announce()
    if (worked !== 'users') continue
    mayShare = false
    const lanes = Array.from({ length: laneCount }, (_, index) => ({ index, count: laneCount }))
    await Promise.all(lanes.map((lane) => deriveLane(options, beginning, lane)))
  }
}

/**
 * The users of a first import, several transactions beside each other: there is nobody yet whom any of them could take something from, and
 * whom two of them claim only one gets. Stops where somebody could lose something: one transaction after the other decides on that.
 */
async function deriveLane(options: ImportServiceOptions, beginning: Beginning, lane: Lane): Promise<void> {
  for (let round = 0; round < roundLimit; round += 1) {
    const worked = await options.database.transaction(async (transaction) => {
      await domains.lockLane(transaction, beginning.domainId, lane.index)
      const run = await beginRun(options, transaction, beginning)
      if (run === undefined || run.possibleExits > 0) return 0
      return importUsers(transaction, run, { limit: objectsPerLane, lane })
    })
    if (worked === 0) break
    options.announce()
  }
}

/** What stays the same while a domain is derived. */
interface Beginning extends Pick<ImportRun, 'privilegedGuids' | 'defaultState' | 'noteExit'> {
  readonly domainId: string
  readonly actor: Actor
  /** Nobody of the domain is known yet. */
  readonly isUntouched: boolean
}

/** A read that has begun, or one that is to bring more, says too little. */
function isDerivable({ openReadId, lastReadAt, awaitsFullRead }: Domain): boolean {
  return openReadId === null && lastReadAt !== null && !awaitsFullRead
}

async function begin(
  { defaultState }: ImportServiceOptions,
  db: Queryable,
  known: Pick<Beginning, 'domainId' | 'actor' | 'noteExit'>,
): Promise<Beginning | undefined> {
  const { domainId } = known
  const found = await domains.find(db, domainId)
  if (found === undefined || !isDerivable(found)) return undefined
  const { behaviour } = await anchorDomain(db, found)
  const systemGroups = await scope.listSystemGroups(db, domainId)
  const chosen = behaviour.defaultState
  return {
    ...known,
    isUntouched: await ties.isUntouched(db, domainId),
    privilegedGuids: systemGroups.filter(({ sid }) => isPrivilegedGroup(sid)).map(({ guid }) => guid),
    defaultState: chosen === 'organization' ? ((await defaultState?.()) ?? 'ACTIVATED') : chosen,
  }
}

/** Undefined when nothing may be derived: a read is open, or the group that says who is in scope was never seen. */
async function beginRun(
  { clock, plans, journal }: ImportServiceOptions,
  db: Queryable,
  { domainId, actor, privilegedGuids, defaultState, noteExit }: Beginning,
): Promise<ImportRun | undefined> {
  const domain = await domains.find(db, domainId)
  if (domain === undefined || !isDerivable(domain)) return undefined
  if (domain.integrationGroupGuid === null) return undefined
  const roots = rootsOf(domain)
  if (roots.rootGuids.length === 0 && !roots.wholeDomain) return undefined
  const { integrationGroupGuid, behaviour } = domain
  const adminGroupGuid = behaviour.adminGroup === '' ? null : domain.adminGroupGuid
  const place = { ...roots, integrationGroupGuid, adminGroupGuid }
  const text = `Read from Active Directory (${domain.name})`
  return {
    domain,
    origin: { actor, cause: { kind: 'directory', directoryId: domainId, text } },
    now: clock.now(),
    plans,
    journal,
    place,
    rules: await translations.list(db, domainId, rulesPerDomain),
    ...{ privilegedGuids, defaultState, noteExit },
    possibleExits: await mirror.countPossibleExits(db, place),
  }
}

async function importManagers(db: Parameters<typeof ties.listManagerChanges>[0], run: ImportRun): Promise<number> {
  const changes = await ties.listManagerChanges(db, run.domain.id, objectsPerTransaction)
  if (changes.length === 0) return 0
  const managerOf = new Map(changes.map((change) => [change.userId, change.managerId]))
  const users = await lockUsers(db, [...managerOf.keys()])
  const changed = users.flatMap((user) => {
    const manager = managerOf.get(user.id) ?? null
    const isSame = user.homeDirectoryId !== run.domain.id || manager === user.manager || manager === user.id
    return isSame ? [] : [{ user, input: {}, set: { manager } }]
  })
  await setManagers(db, run, changed)
  await ties.settleManagers(
    db,
    run.domain.id,
    changes.map((change) => change.guid),
  )
  return changes.length
}

/** Who a manager is, is not written to a domain: an account that had nothing waiting has nothing waiting afterwards. */
async function setManagers(db: Queryable, run: ImportRun, changes: readonly ImportedChange[]): Promise<void> {
  const directoryId = run.domain.id
  const accounts = await userAccounts.lockByUsers(db, { directoryId, userIds: changes.map(({ user }) => user.id) })
  const { users } = await changeMany(db, changes, { origin: run.origin, directoryId, now: run.now })
  const revisionBefore = new Map(changes.map(({ user }) => [user.id as string, user.revision]))
  const isChanged = (userId: string): boolean => {
    const user = users.get(userId)
    return user !== undefined && user.revision !== revisionBefore.get(userId)
  }
  await userAccounts.settle(
    db,
    accounts
      .filter((account) => account.appliedRevision === account.desiredRevision && isChanged(account.userId))
      // The change of the user raised it by one.
      .map((account) => ({ id: account.id, revision: account.desiredRevision + 1 })),
  )
}

/** Looks again at what a released plan names; the guard lets it pass now, unless the domain has changed its mind. */
async function applyReleased(options: ImportServiceOptions, domainId: string, actor: Actor): Promise<void> {
  const { database, plans } = options
  const source = { kind: 'directory', id: domainId } as const
  const planIds = await plans.listReleasedPlanIds(source)
  if (planIds.length === 0) return
  const guids = (await plans.listReleased(source)).map((reference) => reference.guid)
  const isTaken = await database.transaction(async (transaction) => {
    await domains.lockMirror(transaction, domainId)
    // Lost accounts wait until all are known; so does what was released of them.
    if (await comparisons.isAsking(transaction, domainId)) return false
    await makeLostAgain(transaction, options, domainId)
    await mirror.markDirty(transaction, domainId, [...new Set(guids)])
    return true
  })
  if (!isTaken) return
  await deriveDomain(options, domainId, actor)
  await database.transaction((transaction) => plans.closeReleased(transaction, planIds))
}
