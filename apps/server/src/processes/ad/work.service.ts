// What the sync agent has to do. Work is never sent: the agent asks, the hub leases a batch of accounts, groups and memberships that are
// behind and says how they should be; what is reported done is not behind any more. An agent that dies and asks again gets at once what it
// did not report; one that does not come back lets its lease run out.
import type {
  GroupOutcome,
  MemberOutcome,
  MemberWork,
  UserOutcome,
  UserWork,
  WorkItem,
  WorkReply,
  WorkReport,
  WorkRequest,
} from '@lockstep/contract/agents/protocol'
import { AppError } from '@lockstep/contract/app-error'
import type { Clock } from '@lockstep/kernel/clock'
import type { JsonObject } from '@lockstep/kernel/json'
import { pause } from '@lockstep/kernel/retry'
import { groupAccounts, userAccounts } from '../../directory/bindings/account-import.service.ts'
import type { Account, AccountError, AccountReport } from '../../directory/bindings/account.rules.ts'
import type { ChangeOrigin, JournalDraft } from '../../directory/journal/journal.rules.ts'
import type { JournalService } from '../../directory/journal/journal.service.ts'
import type { User } from '../../directory/users/user.rules.ts'
import { lockUsers } from '../../directory/users/user-import.service.ts'
import type { Database, Queryable } from '../../platform/db/database.ts'
import { domainSettings } from './agent.service.ts'
import * as agents from './agent.store.ts'
import type { Agent } from './agent.store.ts'
import type { Domain } from './domain.rules.ts'
import * as domains from './domain.store.ts'
import * as mirror from './mirror.store.ts'
import { retryAt, userWork, writtenValues } from './work.rules.ts'

/** How long an agent may take over a batch before another one gets it. */
const workLeaseMs = 60_000
/** How long the primary stays primary without asking. */
const primaryLeaseMs = 15_000
const renewEveryMs = 5_000
/** Wake-ups closer together than this are answered by one look. */
const settleMs = 5

export interface WorkService {
  /** Waits up to `waitMs` for something to do. */
  next(agent: Agent, request: WorkRequest, signal: AbortSignal): Promise<WorkReply>
  report(agent: Agent, report: WorkReport): Promise<void>
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
    report: (agent, report) => record(options, agent, report),
  }
}

async function waitForWork(
  { database, clock, wait }: WorkServiceOptions,
  agent: Agent,
  request: WorkRequest,
  signal: AbortSignal,
): Promise<WorkReply> {
  const deadline = clock.now().getTime() + request.waitMs
  // An agent asks when everything that it had is reported; what is not was lost in an earlier life of it.
  const lost = { directoryId: agent.domainId, agentId: agent.id }
  await groupAccounts.releaseLeases(database, lost)
  await userAccounts.releaseLeases(database, lost)
  for (;;) {
    // Waiting begins before looking, so that what is announced in between is not missed.
    const waiting = new AbortController()
    const left = deadline - clock.now().getTime()
    const woken = wait({
      timeoutMs: Math.max(0, Math.min(left, renewEveryMs)),
      signal: AbortSignal.any([signal, waiting.signal]),
    })
    const reply = await lookForWork(database, agent, request.maxItems)
    if (reply.items.length > 0 || left <= 0 || signal.aborted || reply.role === 'paused') {
      waiting.abort()
      return reply
    }
    await woken
    await pause(settleMs, signal)
  }
}

async function lookForWork(database: Database, caller: Agent, limit: number): Promise<WorkReply> {
  // Looked up anew: a wait is long, and the agent may have been paused or removed meanwhile.
  const agent = await agents.find(database, caller.id)
  if (agent === undefined) throw new AppError('unauthenticated')
  const request = { domainId: agent.domainId, kind: 'SYNC', agentId: agent.id, leaseMs: primaryLeaseMs } as const
  const lease = agent.paused ? undefined : await domains.takeLease(database, request)
  const domain = await domains.find(database, agent.domainId)
  if (domain === undefined) throw new AppError('not_found', { field: 'domainId' })
  const isPrimary = lease?.agentId === agent.id
  // A domain that is the authority for everything is never written to.
  const isWritten = isPrimary && domain.useCase !== 'ADASAUTHORITY'
  const items = isWritten
    ? await database.transaction((transaction) => leaseItems(transaction, domain, { agentId: agent.id, limit }))
    : []
  return {
    role: agent.paused ? 'paused' : isPrimary ? 'primary' : 'standby',
    epoch: lease?.epoch ?? domain.syncEpoch,
    settings: domainSettings(domain),
    items,
  }
}

interface Taker {
  readonly agentId: string
  readonly limit: number
}

async function leaseItems(db: Queryable, domain: Domain, { agentId, limit }: Taker): Promise<WorkItem[]> {
  const request = { directoryId: domain.id, agentId, limit, leaseMs: workLeaseMs }
  const groups = (await groupAccounts.lease(db, request)).map((group) => ({
    kind: 'group' as const,
    groupId: group.groupId,
    revision: group.desiredRevision,
    name: group.name,
    description: group.description,
    ...(group.externalId === null ? {} : { guid: group.externalId }),
  }))
  const users = await leaseUsers(db, domain, { agentId, limit })
  const members = memberItems(await groupAccounts.listPendingMembers(db, domain.id, limit * 20))
  return [...groups, ...users, ...members].slice(0, Math.max(limit, groups.length + users.length))
}

async function leaseUsers(db: Queryable, domain: Domain, { agentId, limit }: Taker): Promise<UserWork[]> {
  for (;;) {
    const accounts = await userAccounts.lease(db, { directoryId: domain.id, agentId, limit, leaseMs: workLeaseMs })
    if (accounts.length === 0) return []
    const users = await usersOf(db, accounts)
    const items = accounts.map((account) => ({ account, work: userWork(account, users.get(account.userId), domain) }))
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

/** True when the domain disabled it, as far as is known; an account in the making is disabled because it is not complete. */
function isKnownDisabled(account: Account): boolean {
  return account.enabled === false && account.creatingSince === null
}

async function usersOf(db: Queryable, accounts: readonly Account[]): Promise<ReadonlyMap<string, User>> {
  const users = await lockUsers(db, accounts.map((account) => account.userId).toSorted())
  return new Map(users.map((user) => [user.id as string, user]))
}

function memberItems(pending: Awaited<ReturnType<typeof groupAccounts.listPendingMembers>>): MemberWork[] {
  return [...Map.groupBy(pending, (row) => row.groupId)].map(([groupId, rows]) => ({
    kind: 'members',
    groupId,
    groupGuid: rows[0]?.groupExternalId ?? '',
    add: rows.filter((row) => !row.removing).map((row) => ({ userId: row.userId, guid: row.userExternalId })),
    remove: rows.filter((row) => row.removing).map((row) => ({ userId: row.userId, guid: row.userExternalId })),
  }))
}

async function record(
  { database, clock, journal, announce }: WorkServiceOptions,
  agent: Agent,
  report: WorkReport,
): Promise<void> {
  const now = clock.now()
  await database.transaction(async (transaction) => {
    const domain = await domains.find(transaction, agent.domainId)
    if (domain === undefined) throw new AppError('not_found', { field: 'domainId' })
    const origin: ChangeOrigin = {
      actor: { kind: 'agent', id: agent.id, name: agent.hostname ?? agent.id, permissions: new Set() },
      cause: { kind: 'directory', directoryId: domain.id, text: `Written to Active Directory (${domain.name})` },
    }
    const users = report.outcomes.filter((outcome): outcome is UserOutcome => outcome.kind === 'user')
    const drafts = await recordUsers(transaction, { domain, outcomes: users, now })
    for (const outcome of report.outcomes) {
      if (outcome.kind === 'group') await recordGroup(transaction, { domain, outcome, now })
      if (outcome.kind === 'members') await recordMembers(transaction, { domain, outcome, now })
    }
    await journal.record(transaction, origin, drafts)
    await domains.noteWrite(transaction, domain.id, now)
  })
  announce()
}

interface Recording<Outcome> {
  readonly domain: Domain
  readonly outcome: Outcome
  readonly now: Date
}

async function recordUsers(
  db: Queryable,
  { domain, outcomes, now }: { readonly domain: Domain; readonly outcomes: readonly UserOutcome[]; readonly now: Date },
): Promise<JournalDraft[]> {
  if (outcomes.length === 0) return []
  const accounts = await userAccounts.lockByIds(db, {
    directoryId: domain.id,
    ids: outcomes.map((outcome) => outcome.accountId),
  })
  const accountOf = new Map(accounts.map((account) => [account.id, account]))
  const users = await usersOf(db, accounts)
  const reports: AccountReport[] = []
  const drafts: JournalDraft[] = []
  for (const outcome of outcomes) {
    const account = accountOf.get(outcome.accountId)
    if (account === undefined) continue
    const user = users.get(account.userId)
    reports.push(accountReport({ account, user, domain, outcome, now }))
    drafts.push(...userDrafts(account, user, domain, outcome))
  }
  await userAccounts.report(db, reports)
  // What the domain said of the state of an account in the making did not count; now that it is made, it does.
  const made = outcomes.filter(
    (outcome) => outcome.enabled === false && accountOf.get(outcome.accountId)?.creatingSince instanceof Date,
  )
  await mirror.markDirty(
    db,
    domain.id,
    made.flatMap(({ guid }) => guid ?? []),
  )
  return drafts
}

interface ReportedAccount {
  readonly account: Account
  readonly user: User | undefined
  readonly domain: Domain
  readonly outcome: UserOutcome
  readonly now: Date
}

function accountReport({ account, user, domain, outcome, now }: ReportedAccount): AccountReport {
  const { failure } = outcome
  const found = {
    id: account.id,
    revision: outcome.revision,
    ...(outcome.guid === undefined ? {} : { externalId: outcome.guid }),
    ...(outcome.dn === undefined ? {} : { externalName: outcome.dn }),
    ...(outcome.enabled === undefined ? {} : { enabled: outcome.enabled }),
    written: outcome.created === true || (outcome.written ?? []).length > 0,
  }
  if (failure) {
    const notMade = account.externalId === null && outcome.guid === undefined && !failure.retryable
    const error = accountError(failure, now)
    return { ...found, error, retryAt: retryAt(now, account.attempts, failure.retryable), notMade }
  }
  // The domain may have been read between the writing and this report, so what was written counts, not what was known before.
  const wasDisabledByHub = outcome.enabled === false && (outcome.written ?? []).includes('userAccountControl')
  const disabledByHub =
    outcome.enabled === true ? false : wasDisabledByHub || account.disabledByHub || outcome.created === true
  // Values changed here since the work was handed out are not agreed: the account is behind again and gets them next time.
  const isCurrent = account.desiredRevision === outcome.revision
  const isNew = account.externalId === null || outcome.created === true || outcome.takenOver === true
  const agreed: JsonObject = user !== undefined && isCurrent ? writtenValues(account, user, { domain, isNew }) : {}
  return { ...found, agreed, ...(outcome.enabled === undefined ? {} : { disabledByHub }) }
}

function accountError(failure: NonNullable<UserOutcome['failure']>, now: Date): AccountError {
  const { kind, code, message, remedy } = failure
  return { kind, message, remedy, at: now.toISOString(), ...(code === undefined ? {} : { code }) }
}

function userDrafts(account: Account, user: User | undefined, domain: Domain, outcome: UserOutcome): JournalDraft[] {
  const subject = user?.username ?? account.externalName ?? account.userId
  const draft = (action: string, changes: NonNullable<JournalDraft['changes']>): JournalDraft[] => [
    { action, subjectKind: 'user', subjectId: account.userId, subject, changes },
  ]
  const key = `account:${domain.name}`
  if (outcome.failure) {
    if (account.error?.message === outcome.failure.message) return []
    return draft('account.fail', { [key]: { after: outcome.failure.message } })
  }
  if (outcome.created) return draft('account.create', { [key]: { after: outcome.dn ?? 'created' } })
  if (outcome.takenOver) return draft('account.take_over', { [key]: { after: outcome.dn ?? 'taken over' } })
  const written = outcome.written ?? []
  if (outcome.enabled !== undefined && account.enabled !== null && outcome.enabled !== account.enabled)
    return draft(outcome.enabled ? 'account.enable' : 'account.disable', {
      [key]: { before: account.enabled ? 'enabled' : 'disabled', after: outcome.enabled ? 'enabled' : 'disabled' },
    })
  return written.length === 0 ? [] : draft('account.update', { [key]: { after: written.join(', ') } })
}

async function recordGroup(db: Queryable, { domain, outcome, now }: Recording<GroupOutcome>): Promise<void> {
  const { failure } = outcome
  await groupAccounts.report(db, {
    directoryId: domain.id,
    groupId: outcome.groupId,
    revision: outcome.revision,
    externalId: outcome.guid ?? null,
    externalName: outcome.dn ?? null,
    error: failure ? accountError(failure, now) : null,
    retryAt: failure ? retryAt(now, 0, failure.retryable) : null,
  })
}

/** What was written is also noted in the mirror, so that the next look at the user finds what the directory now has. */
async function recordMembers(db: Queryable, { domain, outcome, now }: Recording<MemberOutcome>): Promise<void> {
  const { failure, groupId } = outcome
  const pending = (await groupAccounts.listPendingMembers(db, domain.id, 100_000)).filter(
    (row) => row.groupId === groupId,
  )
  const reported = (userIds: readonly string[]): typeof pending => pending.filter((row) => userIds.includes(row.userId))
  // Only what waits in this domain: an agent settles nothing of another one.
  const [added, removed] = [reported(outcome.added), reported(outcome.removed)]
  const [first] = [...added, ...removed]
  if (first) {
    await groupAccounts.settleMembers(db, {
      groupId,
      added: added.map((row) => row.userId),
      removed: removed.map((row) => row.userId),
    })
    // As reported, not as wanted: somebody may have changed their mind since the work was handed out.
    await mirror.writeMembers(db, domain.id, [
      {
        guid: first.groupExternalId,
        complete: false,
        added: added.map((row) => row.userExternalId),
        removed: removed.map((row) => row.userExternalId),
      },
    ])
  }
  if (!failure) return
  const userIds = pending.filter((row) => !added.includes(row) && !removed.includes(row)).map((row) => row.userId)
  await groupAccounts.failMembers(db, {
    groupId,
    userIds,
    error: accountError(failure, now),
    retryAt: retryAt(now, 0, failure.retryable),
  })
}
