import type { PasswordOutcome, WorkItem, WorkReply, WorkReport, WorkRequest } from '@lockstep/contract/agents/protocol'
import { pause } from '@lockstep/kernel/retry'
import type { LogFields } from '../agent/log.ts'
import { Patience } from '../agent/patience.ts'
import type { AgentContext } from '../agent/program.ts'
import { agentVersion } from '../agent/version.ts'
import { applyGroup } from './apply-group.ts'
import { applyMembers } from './apply-members.ts'
import { applyUser } from './apply-user.ts'
import { ReportQueue } from './report-queue.ts'
import { failureOf } from './work-failure.ts'
import type { WorkPlace } from './work-place.ts'
import { type Batch, batchItems, createLease, type GivenWork, supplyWork } from './work-supply.ts'

type Outcome = WorkReport['outcomes'][number]

/**
 * Items worked on at one time: while one is written the next is read. A domain controller writes one after the other, whatever the number of
 * connections, and answers more slowly on several.
 */
const atOneTime = 2
/** A hub that answers sooner than this with nothing to do did not wait; it is not asked again at once. */
const hastyMs = 200

/** The life of a sync agent: asks for work, does it in its order, and reports what came of it. Resolves after `stop`. */
export async function runSync(context: AgentContext): Promise<void> {
  const { stop, log, timing, directory } = context
  const patience = new Patience(timing, log)
  let role = ''
  // The first answer comes at once, so that the agent can say that it runs.
  let waitMs = 0
  while (!stop.aborted) {
    try {
      const { reachable, error } = await directory.check()
      const askedAt = performance.now()
      const batch = await askForWork(context, { waitMs: reachable ? waitMs : 0 })
      const { reply } = batch
      if (reachable) context.onRunning(reply.settings)
      else log.warn('The domain controller does not answer', { error })
      if (reply.role !== role) log.info('The hub assigned a role', { role: reply.role, epoch: reply.epoch })
      role = reply.role
      await perform(context, batch)
      patience.recovered()
      const isHasty = reply.items.length === 0 && waitMs > 0 && performance.now() - askedAt < hastyMs
      if (reply.role !== 'primary') await pause(timing.standbyMs, stop)
      else if (!reachable || isHasty) await pause(hastyMs, stop)
      waitMs = timing.workWaitMs
    } catch (error) {
      await patience.after(error, stop)
    }
  }
}

async function askForWork(
  { hub, hostname, directory, logTail, stop }: AgentContext,
  question: Pick<WorkRequest, 'waitMs' | 'holdsWork'>,
): Promise<Batch> {
  const about = { hostname: hostname.slice(0, 255), version: agentVersion, directory: directory.state }
  const request = { ...about, ...question, maxItems: batchItems, sendsLog: logTail.sends }
  const reply = await hub.requestWork(request, { signal: stop })
  logTail.heed(reply.logWanted)
  return { reply, isOver: createLease(reply.leaseMs) }
}

/** Works as long as there is something to do, until the agent is stopped or the hub says that it is not primary any more. */
async function perform(context: AgentContext, first: Batch): Promise<void> {
  const { hub, log, timing, deadline, stop, directory } = context
  const { items, epoch } = first.reply
  if (items.length === 0) return
  const deposed = new AbortController()
  const onDeposed = (): void => {
    if (!deposed.signal.aborted) log.info('The hub takes the work back')
    deposed.abort()
  }
  const reports = new ReportQueue({ hub, epoch, log, timing, deadline, onDeposed })
  const end = AbortSignal.any([stop, deposed.signal])
  const askForMore = async (): Promise<Batch | undefined> => {
    // However slowly the hub takes reports, no more than a batch of them waits.
    await reports.drain()
    if (end.aborted || !directory.state.reachable) return undefined
    const batch = await askForWork(context, { waitMs: 0, holdsWork: true })
    if (batch.reply.role !== 'primary') onDeposed()
    return batch
  }
  const active = new Map<string, Promise<void>>()
  const work = async ({ item, reply }: GivenWork): Promise<void> => {
    const outcome = await performItem(context, item, reply.settings, end)
    if (outcome === undefined) return
    tell(context, item, outcome)
    reports.add(outcome)
  }
  try {
    for await (const given of supplyWork(first, askForMore)) {
      const account = soleAccount(given.item)
      await roomFor(account, active)
      if (end.aborted) break
      if (given.isOver()) {
        log.warn('The lease of the work ran out', { leaseMs: given.reply.leaseMs })
        break
      }
      const working = work(given)
      if (account === undefined) await working
      else
        active.set(
          account,
          working.finally(() => active.delete(account)),
        )
    }
  } finally {
    await Promise.all(active.values())
    await reports.drain()
  }
}

/** The account that is all an item touches; undefined when it makes one, or is about a group and others than itself. */
function soleAccount(item: WorkItem): string | undefined {
  return item.kind === 'user' && item.guid !== undefined ? item.accountId : undefined
}

/** Waits until an item may begin: beside work on other accounts, one that touches more than its account when nothing else is under way. */
async function roomFor(account: string | undefined, active: ReadonlyMap<string, Promise<void>>): Promise<void> {
  if (account === undefined) await Promise.all(active.values())
  else while (active.size >= atOneTime || active.has(account)) await Promise.race(active.values())
}

async function performItem(
  { directory, domainId, sealing }: AgentContext,
  item: WorkItem,
  settings: WorkReply['settings'],
  end: AbortSignal,
): Promise<Outcome | undefined> {
  let place: WorkPlace
  try {
    place = { client: await directory.open(), settings, domainId, sealing }
  } catch (error) {
    return failedOutcome(item, error)
  }
  switch (item.kind) {
    case 'user':
      return applyUser(place, item)
    case 'group':
      return applyGroup(place, item)
    case 'members':
      return applyMembers(place, item, end)
    default:
      // Work of a newer hub: it hands it out again to an agent that knows it.
      return undefined
  }
}

function failedOutcome(item: WorkItem, error: unknown): Outcome {
  const failure = failureOf(error)
  switch (item.kind) {
    case 'user':
      return { kind: 'user', accountId: item.accountId, revision: item.revision, failure }
    case 'group':
      return { kind: 'group', groupId: item.groupId, revision: item.revision, failure }
    case 'members':
      return { kind: 'members', groupId: item.groupId, added: [], removed: [], failure }
  }
}

function tell(context: AgentContext, item: WorkItem, outcome: Outcome): void {
  const { log } = context
  const id = item.kind === 'user' ? item.accountId : item.groupId
  const fields: LogFields = { work: item.kind, id }
  const { failure } = outcome
  if (outcome.kind === 'user' && outcome.password !== undefined)
    tellPassword(context, outcome.accountId, outcome.password)
  if (failure === undefined) return log.info('Work is done', { ...fields, ...done(outcome) })
  log.warn('Work failed', { ...fields, kind: failure.kind, code: failure.code, error: failure.message })
}

function tellPassword({ log }: AgentContext, accountId: string, { revision, failure }: PasswordOutcome): void {
  const fields: LogFields = { id: accountId, revision }
  if (failure === undefined) return log.info('A password is set', fields)
  log.warn('A password is not set', { ...fields, kind: failure.kind, code: failure.code, error: failure.message })
}

function done(outcome: Outcome): LogFields {
  if (outcome.kind === 'members') return { added: outcome.added.length, removed: outcome.removed.length }
  if (outcome.kind === 'group') return {}
  const { created, takenOver, written } = outcome
  return { created, takenOver, written: written?.join(',') }
}
