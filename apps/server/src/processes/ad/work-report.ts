// What a report of the sync agent counts for. What an agent wrote is a fact about the domain, whoever has the work now; but an item is
// settled by the agent that holds it alone. The rule, item by item and under a lock:
//
// - held by the reporting agent: settled as reported (done, or failed and tried again later), and the lease ends;
// - handed out anew to another agent, taken back, or settled before: only identities that were not known are noted (the GUID of what was
//   made, so that nobody makes it twice) and that something was written and not read since. Nothing is settled, released, delayed or failed;
// - a membership that is not waiting (any more): the mirror is told what was written, and where this is not what the hub has, the hub's is
//   written again.
//
// The epoch of the report is not asked: an agent that lost its lease and reports before anybody else was given the item still settles it.
import type { GroupOutcome, MemberOutcome, UserOutcome, WorkReport } from '@lockstep/contract/agents/protocol'
import { AppError } from '@lockstep/contract/app-error'
import type { Clock } from '@lockstep/kernel/clock'
import type { JsonObject } from '@lockstep/kernel/json'
import { groupAccounts, memberDeliveries, userAccounts } from '../../directory/bindings/account-import.service.ts'
import type { Account, AccountError, AccountReport } from '../../directory/bindings/account.rules.ts'
import type { ChangeOrigin, JournalDraft } from '../../directory/journal/journal.rules.ts'
import type { JournalService } from '../../directory/journal/journal.service.ts'
import type { User } from '../../directory/users/user.rules.ts'
import { findUsersById } from '../../directory/users/user-import.service.ts'
import type { Database, Queryable } from '../../platform/db/database.ts'
import type { Agent } from './agent.store.ts'
import type { Domain } from './domain.rules.ts'
import * as domains from './domain.store.ts'
import { exportedValues } from './exported-attributes.rules.ts'
import { leaseMs } from './lease.rules.ts'
import * as leases from './lease.store.ts'
import * as memberReads from './members-read.store.ts'
import * as mirror from './mirror.store.ts'
import { recordPasswords } from './password-report.ts'
import type { Translation } from './translation.rules.ts'
import * as translations from './translation.store.ts'
import { retryAt, writtenValues } from './work.rules.ts'

const rulesPerDomain = 500

interface RecordOptions {
  readonly database: Database
  readonly clock: Clock
  readonly journal: JournalService
  readonly announce: () => void
}

/** Takes what an agent says it did, and says whether it is still primary. */
export async function recordReport(
  { database, clock, journal, announce }: RecordOptions,
  agent: Agent,
  report: WorkReport,
): Promise<boolean> {
  const now = clock.now()
  const isPrimary = await database.transaction(async (transaction) => {
    // Before every other lock: what is marked in the mirror while somebody derives from it would be settled unseen.
    if (report.outcomes.some(({ kind }) => kind === 'members')) await domains.lockMirror(transaction, agent.domainId)
    const domain = await domains.find(transaction, agent.domainId)
    if (domain === undefined) throw new AppError('not_found', { field: 'domainId' })
    const recording = { domain, agentId: agent.id, now }
    const origin: ChangeOrigin = {
      actor: { kind: 'agent', id: agent.id, name: agent.hostname ?? agent.id, permissions: new Set() },
      cause: { kind: 'directory', directoryId: domain.id, text: `Written to Active Directory (${domain.name})` },
    }
    const users = report.outcomes.filter((outcome): outcome is UserOutcome => outcome.kind === 'user')
    const drafts = await recordUsers(transaction, recording, users)
    for (const outcome of report.outcomes) {
      if (outcome.kind === 'group') await recordGroup(transaction, recording, outcome)
      if (outcome.kind === 'members') await recordMembers(transaction, recording, outcome)
    }
    await journal.record(transaction, origin, drafts)
    // A primary that writes for long need not ask meanwhile.
    return leases.noteWrite(transaction, { domainId: domain.id, agentId: agent.id, leaseMs, now })
  })
  announce()
  return isPrimary
}

interface Recording {
  readonly domain: Domain
  readonly agentId: string
  readonly now: Date
}

async function recordUsers(
  db: Queryable,
  { domain, agentId, now }: Recording,
  outcomes: readonly UserOutcome[],
): Promise<JournalDraft[]> {
  if (outcomes.length === 0) return []
  const accounts = await userAccounts.lockByIds(db, {
    directoryId: domain.id,
    ids: outcomes.map((outcome) => outcome.accountId),
  })
  const accountOf = new Map(accounts.map((account) => [account.id, account]))
  const users = new Map(
    (
      await findUsersById(
        db,
        accounts.map((account) => account.userId),
      )
    ).map((user) => [user.id as string, user]),
  )
  const passwords = await recordPasswords(
    db,
    outcomes.flatMap((outcome) => {
      const account = accountOf.get(outcome.accountId)
      return account === undefined ? [] : [{ account, outcome }]
    }),
    { agentId, now, errorOf: (failure) => accountError(failure, now) },
  )
  const rules = await translations.list(db, domain.id, rulesPerDomain)
  const reports: AccountReport[] = []
  const drafts: JournalDraft[] = []
  const late: UserOutcome[] = []
  const made: string[] = []
  for (const outcome of outcomes) {
    const account = accountOf.get(outcome.accountId)
    if (account === undefined) continue
    if (account.leasedBy !== agentId) {
      late.push(outcome)
      continue
    }
    const user = users.get(account.userId)
    const reported = { account, user, domain, rules, outcome, now, passwordFailure: passwords.get(account.id) }
    reports.push(accountReport(reported))
    drafts.push(...userDrafts(account, user, domain, outcome), ...passwordDrafts(reported))
    // What the domain said of the state of an account in the making did not count; now that it is made, it does.
    if (outcome.enabled === false && account.creatingSince !== null && outcome.guid !== undefined)
      made.push(outcome.guid)
  }
  await userAccounts.report(db, reports)
  await userAccounts.noteWritten(db, late.map(lateFacts))
  await mirror.markDirty(db, domain.id, made)
  return drafts
}

function lateFacts({ accountId, guid, dn, created, written }: UserOutcome): {
  readonly id: string
  readonly externalId: string | null
  readonly externalName: string | null
  readonly written: boolean
} {
  const isWritten = created === true || (written ?? []).length > 0
  return { id: accountId, externalId: guid ?? null, externalName: dn ?? null, written: isWritten }
}

interface ReportedAccount {
  readonly account: Account
  readonly user: User | undefined
  readonly domain: Domain
  readonly rules: readonly Translation[]
  readonly outcome: UserOutcome
  readonly now: Date
  /** The password was refused and is tried again. */
  readonly passwordFailure: NonNullable<UserOutcome['failure']> | undefined
}

function accountReport(reported: ReportedAccount): AccountReport {
  const { account, user, domain, rules, outcome, now, passwordFailure } = reported
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
    const gone = account.externalId !== null && failure.kind === 'object_missing'
    return { ...found, error, retryAt: retryAt(now, account.attempts, failure), notMade, gone }
  }
  // The domain may have been read between the writing and this report, so what was written counts, not what was known before.
  const wasDisabledByHub = outcome.enabled === false && (outcome.written ?? []).includes('userAccountControl')
  const disabledByHub =
    outcome.enabled === true ? false : wasDisabledByHub || account.disabledByHub || outcome.created === true
  // Values changed here since the work was handed out are not agreed: the account is behind again and gets them next time.
  const isCurrent = account.desiredRevision === outcome.revision
  const isNew = account.externalId === null || outcome.created === true || outcome.takenOver === true
  const agreed: JsonObject =
    user !== undefined && isCurrent
      ? { ...writtenValues(account, user, { domain, isNew }), ...exportedValues({ domain, rules }, user, { isNew }) }
      : {}
  const done = { ...found, agreed, ...(outcome.enabled === undefined ? {} : { disabledByHub }) }
  if (passwordFailure === undefined) return done
  // Everything else is as it should be, but the account is not in step until the password is.
  const error = accountError(passwordFailure, now)
  return { ...done, made: true, error, retryAt: retryAt(now, account.attempts, passwordFailure) }
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
  // What was only found so, when an account was asked for, the agent did not do.
  const isOwn = written.length > 0 || !account.unsure
  if (isOwn && outcome.enabled !== undefined && account.enabled !== null && outcome.enabled !== account.enabled)
    return draft(outcome.enabled ? 'account.enable' : 'account.disable', {
      [key]: { before: account.enabled ? 'enabled' : 'disabled', after: outcome.enabled ? 'enabled' : 'disabled' },
    })
  return written.length === 0 ? [] : draft('account.update', { [key]: { after: written.join(', ') } })
}

function passwordDrafts({ account, user, domain, outcome }: ReportedAccount): JournalDraft[] {
  const { password } = outcome
  if (password === undefined) return []
  const { failure } = password
  // The same refusal again is no news.
  if (failure !== undefined && failure.message === account.passwordError?.message) return []
  const subject = user?.username ?? account.externalName ?? account.userId
  const changes = { [`account:${domain.name}`]: { after: failure?.message ?? 'password' } }
  const action = failure === undefined ? 'account.set_password' : 'account.fail'
  return [{ action, subjectKind: 'user', subjectId: account.userId, subject, changes }]
}

const otherGroup = {
  kind: 'group_collision',
  message: 'What the domain has under this name belongs to another group of the hub.',
  remedy: 'Rename one of the two groups.',
} as const

async function recordGroup(db: Queryable, { domain, agentId, now }: Recording, outcome: GroupOutcome): Promise<void> {
  const { failure, groupId, guid, dn } = outcome
  const key = { directoryId: domain.id, groupId }
  const account = await groupAccounts.lock(db, key)
  if (account === undefined) return
  const holders = await groupAccounts.listByExternalIds(db, { directoryId: domain.id, externalIds: guid ? [guid] : [] })
  const isOthers = holders.some((holder) => holder.groupId !== groupId)
  if (account.leasedBy !== agentId) {
    if (guid !== undefined && !isOthers)
      await groupAccounts.noteMade(db, { ...key, externalId: guid, externalName: dn ?? null })
    return
  }
  const retryable = isOthers || failure?.retryable === true
  const problem = isOthers ? { ...otherGroup, retryable } : failure
  const isKnown = account.externalId !== null || guid !== undefined
  await groupAccounts.report(db, {
    ...key,
    revision: outcome.revision,
    externalId: isOthers ? null : (guid ?? null),
    externalName: isOthers ? null : (dn ?? null),
    error: problem ? accountError(problem, now) : null,
    retryAt: problem ? retryAt(now, account.attempts, problem) : null,
    // The next try may be under another name only when nothing can have been made under this one.
    notMade: isOthers || (failure !== undefined && !isKnown && !failure.retryable),
  })
}

/**
 * What was written is also noted in the mirror, as reported: the next look at the user finds what the directory now has. A read that told
 * of the group's members since the work was given out may be newer than the writing, and stays; if it is older, the writing is still to be read.
 */
async function recordMembers(
  db: Queryable,
  { domain, agentId, now }: Recording,
  { groupId, added, removed, membersRead, failure }: MemberOutcome,
): Promise<void> {
  const key = { directoryId: domain.id, groupId }
  const reported = await memberDeliveries.settle(db, { ...key, agentId, added, removed })
  const late = reported.filter((row) => !row.settled)
  const lateIds = (isRemoved: boolean): string[] =>
    late.filter((row) => row.removed === isRemoved).map((row) => row.userId)
  await memberDeliveries.removeAgain(db, { ...key, userIds: lateIds(false) })
  await memberDeliveries.addAgain(db, { ...key, userIds: lateIds(true) })
  const [first] = reported
  if (first) {
    const guids = (isRemoved: boolean): string[] =>
      reported.filter((row) => row.removed === isRemoved).map((row) => row.userExternalId)
    const guid = first.groupExternalId
    const isReadSince =
      membersRead !== undefined && (await memberReads.lockMembersRead(db, domain.id, guid)) > membersRead
    if (!isReadSince)
      await mirror.writeMembers(db, domain.id, [{ guid, complete: false, added: guids(false), removed: guids(true) }])
    // Reads left these memberships alone while they waited.
    await mirror.markDirty(db, domain.id, [...new Set(reported.map((row) => row.userExternalId))])
  }
  if (!failure) return
  await memberDeliveries.fail(db, {
    ...key,
    agentId,
    error: accountError(failure, now),
    retryAt: retryAt(now, 0, failure),
  })
}
