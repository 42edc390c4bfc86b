import type { PasswordOutcome, WorkItem, WorkReply, WorkReport } from '@lockstep/contract/agents/protocol'
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

type Outcome = WorkReport['outcomes'][number]

/** Items of work taken at one time: while the next are asked for, nothing is written. Done well before their lease ends. */
const itemLimit = 100
/** A hub that answers sooner than this with nothing to do did not wait; it is not asked again at once. */
const hastyMs = 200

/** The life of a sync agent: asks for work, does it item by item, and reports what came of it. Resolves after `stop`. */
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
      const reply = await askForWork(context, reachable ? waitMs : 0)
      if (reachable) context.onRunning(reply.settings)
      else log.warn('The domain controller does not answer', { error })
      if (reply.role !== role) log.info('The hub assigned a role', { role: reply.role, epoch: reply.epoch })
      role = reply.role
      await perform(context, reply)
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
  waitMs: number,
): Promise<WorkReply> {
  const about = { hostname: hostname.slice(0, 255), version: agentVersion, directory: directory.state }
  const request = { ...about, waitMs, maxItems: itemLimit, sendsLog: logTail.sends }
  const reply = await hub.requestWork(request, { signal: stop })
  logTail.heed(reply.logWanted)
  return reply
}

async function perform(context: AgentContext, { items, epoch, settings, leaseMs }: WorkReply): Promise<void> {
  const { hub, log, timing, deadline, stop } = context
  if (items.length === 0) return
  const reports = new ReportQueue({ hub, epoch, log, timing, deadline })
  const isOver = createLease(leaseMs)
  for (const item of items) {
    if (stop.aborted) break
    // What was not begun in time may be another agent's by now, and newer there.
    if (isOver()) {
      log.warn('The lease of the work ran out', { leaseMs })
      break
    }
    const outcome = await performItem(context, item, settings)
    if (outcome === undefined) continue
    tell(context, item, outcome)
    reports.add(outcome)
  }
  await reports.drain()
}

/** Says when the lease is over by either clock: one of them stands still while a machine sleeps, the other may be set. */
function createLease(leaseMs = Number.POSITIVE_INFINITY): () => boolean {
  const [began, beganAt] = [performance.now(), Date.now()]
  // The hub counts from before it answered.
  const lastMs = leaseMs * 0.8
  return () => performance.now() - began > lastMs || Date.now() - beganAt > lastMs
}

async function performItem(
  { directory, stop, domainId, sealing }: AgentContext,
  item: WorkItem,
  settings: WorkReply['settings'],
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
      return applyMembers(place, item, stop)
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
