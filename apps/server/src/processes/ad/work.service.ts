// What the sync agent has to do. Work is never sent: the agent asks, the hub leases a batch of accounts, groups and memberships that are
// behind and says how they should be; what is reported done is not behind any more. An agent that dies and asks again gets at once what it
// did not report; one that does not come back lets its lease run out. `work-report.ts` says what a report counts for.
import type {
  MemberWork,
  UserWork,
  WorkItem,
  WorkPassword,
  WorkReply,
  WorkReport,
  WorkReportReply,
  WorkRequest,
} from '@lockstep/contract/agents/protocol'
import { AppError } from '@lockstep/contract/app-error'
import type { Clock } from '@lockstep/kernel/clock'
import { pause } from '@lockstep/kernel/retry'
import { groupAccounts, memberDeliveries, userAccounts } from '../../directory/bindings/account-import.service.ts'
import type { Account } from '../../directory/bindings/account.rules.ts'
import { listGroupIdsOf } from '../../directory/groups/group-import.service.ts'
import type { JournalService } from '../../directory/journal/journal.service.ts'
import type { User } from '../../directory/users/user.rules.ts'
import { findUsersById } from '../../directory/users/user-import.service.ts'
import type { Database, Queryable } from '../../platform/db/database.ts'
import { domainSettings, electAgent } from './agent.service.ts'
import * as agents from './agent.store.ts'
import type { Agent } from './agent.store.ts'
import { configurationOf } from './configuration.rules.ts'
import { placedWork, ruledGroupIds } from './container.rules.ts'
import type { Domain } from './domain.rules.ts'
import * as domains from './domain.store.ts'
import { leaseMs } from './lease.rules.ts'
import { mayGetPassword, workPassword } from './password-delivery.rules.ts'
import * as deliveries from './password-delivery.store.ts'
import { exportingWork } from './exported-attributes.rules.ts'
import * as memberReads from './members-read.store.ts'
import * as translations from './translation.store.ts'
import { recordReport } from './work-report.ts'
import { userWork } from './work.rules.ts'

/**
 * How long an agent may take over a batch before another one gets it: as long as what a dead agent had waits. What it did not begin by then
 * it gets again with its next question, at once.
 */
const workLeaseMs = 20_000
/** How often a waiting question renews the lease of the primary. */
const renewEveryMs = leaseMs / 3
/** Wake-ups closer together than this are answered by one look. */
const settleMs = 5

export interface WorkService {
  /** Waits up to `waitMs` for something to do. */
  next(agent: Agent, request: WorkRequest, signal: AbortSignal): Promise<WorkReply>
  report(agent: Agent, report: WorkReport): Promise<WorkReportReply>
}

export interface WorkServiceOptions {
  readonly database: Database
  readonly clock: Clock
  readonly journal: JournalService
  /** Resolves at the next change of anything, or after `timeoutMs`. */
  readonly wait: (options: { readonly timeoutMs: number; readonly signal: AbortSignal }) => Promise<unknown>
  readonly announce: () => void
}

export function createWorkService(options: WorkServiceOptions): WorkService {
  return {
    next: (agent, request, signal) => waitForWork(options, agent, request, signal),
    async report(agent, report) {
      const primary = await recordReport(options, agent, report)
      await agents.noteSign(options.database, agent.id, options.clock.now())
      return { primary }
    },
  }
}

async function waitForWork(
  { database, clock, wait }: WorkServiceOptions,
  agent: Agent,
  request: WorkRequest,
  signal: AbortSignal,
): Promise<WorkReply> {
  const deadline = clock.now().getTime() + request.waitMs
  if (request.holdsWork !== true) await releaseLost(database, agent)
  for (;;) {
    // Waiting begins before looking, so that what is announced in between is not missed.
    const waiting = new AbortController()
    const left = deadline - clock.now().getTime()
    const woken = wait({
      timeoutMs: Math.max(0, Math.min(left, renewEveryMs)),
      signal: AbortSignal.any([signal, waiting.signal]),
    })
    const reply = await lookForWork(database, agent, request, clock.now())
    const hasNews = reply.items.length > 0 || (reply.logWanted === true && request.sendsLog !== true)
    if (hasNews || left <= 0 || signal.aborted || reply.role === 'paused') {
      waiting.abort()
      return reply
    }
    await woken
    await pause(settleMs, signal)
  }
}

/** An agent that holds no work has reported everything that it had; what it did not was lost in an earlier life of it. */
async function releaseLost(database: Database, agent: Agent): Promise<void> {
  const lost = { directoryId: agent.domainId, agentId: agent.id }
  await groupAccounts.releaseLeases(database, lost)
  await userAccounts.releaseLeases(database, lost)
  await memberDeliveries.releaseLeases(database, lost)
}

async function lookForWork(
  database: Database,
  caller: Agent,
  { maxItems: limit, directory }: WorkRequest,
  now: Date,
): Promise<WorkReply> {
  // Looked up anew: a wait is long, and the agent may have been paused or removed meanwhile.
  const agent = await agents.find(database, caller.id)
  if (agent === undefined) throw new AppError('unauthenticated')
  const lease = await electAgent(database, agent, { isReaching: directory.reachable, now })
  const domain = await domains.find(database, agent.domainId)
  if (domain === undefined) throw new AppError('not_found', { field: 'domainId' })
  const isPrimary = lease?.agentId === agent.id
  // A domain that is the authority for everything is never written to.
  const isWritten = isPrimary && configurationOf(domain.useCase).isWritten
  const items = isWritten
    ? await database.transaction((transaction) => leaseItems(transaction, domain, { agentId: agent.id, limit }))
    : []
  return {
    role: agent.paused ? 'paused' : isPrimary ? 'primary' : 'standby',
    epoch: lease?.epoch ?? domain.syncEpoch,
    settings: domainSettings(domain),
    leaseMs: workLeaseMs,
    mayHoldWork: true,
    items,
    logWanted: agent.logWantedUntil !== null && agent.logWantedUntil > now,
  }
}

interface Taker {
  readonly agentId: string
  readonly limit: number
}

async function leaseItems(db: Queryable, domain: Domain, { agentId, limit }: Taker): Promise<WorkItem[]> {
  await deliveries.raiseWaiting(db, agentId)
  const request = { directoryId: domain.id, agentId, limit, leaseMs: workLeaseMs }
  const groups = (await groupAccounts.lease(db, request)).map((group) => ({
    kind: 'group' as const,
    groupId: group.groupId,
    revision: group.desiredRevision,
    name: group.name,
    description: group.description,
    ...(group.externalId === null ? {} : { guid: group.externalId }),
    ...(group.creatingSince === null ? {} : { creatingSince: group.creatingSince.toISOString() }),
  }))
  const users = await leaseUsers(db, domain, { agentId, limit })
  const room = { groups: limit - groups.length - users.length, rows: limit * 20 }
  const leased = await memberDeliveries.lease(db, { ...request, ...room })
  const groupGuids = [...new Set(leased.map((row) => row.groupExternalId))]
  const members = memberItems(leased, await memberReads.listMembersRead(db, domain.id, groupGuids))
  return [...groups, ...users, ...members]
}

async function leaseUsers(db: Queryable, domain: Domain, { agentId, limit }: Taker): Promise<UserWork[]> {
  for (;;) {
    const accounts = await userAccounts.lease(db, { directoryId: domain.id, agentId, limit, leaseMs: workLeaseMs })
    if (accounts.length === 0) return []
    const users = await usersOf(db, accounts)
    const passwords = await passwordsOf(db, { accounts, users, domain, agentId })
    const rules = await translations.list(db, domain.id, rulesPerDomain)
    const groupsOf = await groupsForPlaces(db, domain, [...users.keys()])
    const items = accounts.map((account) => {
      const user = users.get(account.userId)
      const plain = userWork(account, user, domain, passwords.get(account.id))
      if (user === undefined) return { account, work: plain }
      const work = exportingWork(plain, { domain, rules }, { account, user })
      const groupIds = groupsOf.get(account.userId) ?? noGroups
      return { account, work: placedWork(work, domain, { account, user, groupIds }) }
    })
    const nothing = items.filter((item) => item.work === undefined)
    await userAccounts.settle(
      db,
      nothing.map(({ account }) => ({ id: account.id, revision: account.desiredRevision })),
    )
    const disabling = items.filter(({ account, work }) => work?.enabled === 'disable' && !isKnownDisabled(account))
    await userAccounts.noteDisabling(
      db,
      disabling.map(({ account }) => account.id),
    )
    const work = items.flatMap((item) => (item.work === undefined ? [] : [item.work]))
    if (work.length > 0) return work
  }
}

const rulesPerDomain = 500
const noGroups: ReadonlySet<string> = new Set()

/** Which of the groups that the domain's containers depend on users belong to. */
function groupsForPlaces(
  db: Queryable,
  { containerRules }: Domain,
  userIds: readonly string[],
): ReturnType<typeof listGroupIdsOf> {
  return listGroupIdsOf(db, { groupIds: ruledGroupIds(containerRules), userIds })
}

interface PasswordSearch {
  readonly accounts: readonly Account[]
  readonly users: ReadonlyMap<string, User>
  readonly domain: Domain
  readonly agentId: string
}

/** The passwords that wait for this agent, by account. Where the domain got authority over them meanwhile they are erased instead. */
async function passwordsOf(
  db: Queryable,
  { accounts, users, domain, agentId }: PasswordSearch,
): Promise<ReadonlyMap<string, WorkPassword>> {
  const accountOf = new Map(accounts.map((account) => [account.id, account]))
  const found = new Map<string, WorkPassword>()
  const notAnyMore: { accountId: string; revision: number }[] = []
  for (const waiting of await deliveries.listForAgent(db, { agentId, accountIds: [...accountOf.keys()] })) {
    const account = accountOf.get(waiting.accountId)
    const user = users.get(waiting.userId)
    if (account === undefined || user === undefined || !account.wanted) continue
    const isAllowed = waiting.despiteAuthority || mayGetPassword(domain.useCase, domain.id, user)
    if (isAllowed) found.set(account.id, workPassword(waiting, account))
    else notAnyMore.push(waiting)
  }
  await deliveries.erase(
    db,
    notAnyMore.map(({ accountId, revision }) => ({ accountId, revision })),
  )
  return found
}

/** True when the domain disabled it, as far as is known; an account in the making is disabled because it is not complete. */
function isKnownDisabled(account: Account): boolean {
  return account.enabled === false && account.creatingSince === null
}

async function usersOf(db: Queryable, accounts: readonly Account[]): Promise<ReadonlyMap<string, User>> {
  // Users are not locked after their accounts, which whoever changes a user does in the other order. A change under way meanwhile raises the
  // account once this is committed, so that it is handed out again.
  const users = await findUsersById(
    db,
    accounts.map((account) => account.userId),
  )
  return new Map(users.map((user) => [user.id as string, user]))
}

function memberItems(
  pending: Awaited<ReturnType<typeof memberDeliveries.lease>>,
  membersRead: ReadonlyMap<string, number>,
): MemberWork[] {
  return [...Map.groupBy(pending, (row) => row.groupId)].map(([groupId, rows]) => ({
    kind: 'members',
    groupId,
    groupGuid: rows[0]?.groupExternalId ?? '',
    add: rows.filter((row) => !row.removing).map((row) => ({ userId: row.userId, guid: row.userExternalId })),
    remove: rows.filter((row) => row.removing).map((row) => ({ userId: row.userId, guid: row.userExternalId })),
    membersRead: membersRead.get(rows[0]?.groupExternalId ?? '') ?? 0,
  }))
}
