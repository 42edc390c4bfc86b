// The agents' side of delegated authentication: an agent waits here for sign-ins, and says here what its domain controller said.
import type { SignInAnswers, SignInCheckReply, SignInCheckRequest } from '@lockstep/contract/agents/sign-in-check'
import type { Actor } from '@lockstep/contract/access'
import { AppError } from '@lockstep/contract/app-error'
import type { Clock } from '@lockstep/kernel/clock'
import { newId, newUuid } from '@lockstep/kernel/ids'
import type { JournalService } from '../../directory/journal/journal.service.ts'
import type { Database, Transaction } from '../../platform/db/database.ts'
import { agentDraft } from './agent-administration.ts'
import type { Agent } from './agent.store.ts'
import type { CheckWaiters } from './check-waiters.ts'
import * as store from './delegation.store.ts'
import * as guesses from './guess.store.ts'

export interface SignInCheckService {
  /** Waits up to `waitMs` for sign-ins to check. */
  next(agent: Agent, request: SignInCheckRequest, signal: AbortSignal): Promise<SignInCheckReply>
  /** Takes what a domain said; refuses an answer to what the agent was not given. */
  answer(agent: Agent, actor: Actor, answers: SignInAnswers): Promise<void>
}

export interface SignInCheckOptions {
  readonly database: Database
  readonly clock: Clock
  readonly journal: JournalService
  readonly waiters: CheckWaiters
  /** Tells what is shown of the domain. */
  readonly announce: () => void
  readonly announceChecks: () => void
  /** Resolves at the next announcement of a sign-in, or after `timeoutMs`. */
  readonly waitForChecks: (options: { readonly timeoutMs: number; readonly signal: AbortSignal }) => Promise<unknown>
  /** Wakes those who wait at other hubs. */
  readonly announceAnswers: () => void
}

/** How much longer than its question an agent counts as there: it asks again at once. */
const graceMs = 5000
/** A waiting question looks this often in any case: an agent may have been resumed meanwhile. */
const lookMs = 1000

export function createSignInCheckService(options: SignInCheckOptions): SignInCheckService {
  return {
    next: (agent, request, signal) => waitForChecks(options, agent, request, signal),
    answer: (agent, actor, { answers }) => takeAnswers(options, agent, actor, answers),
  }
}

async function waitForChecks(
  options: SignInCheckOptions,
  agent: Agent,
  request: SignInCheckRequest,
  signal: AbortSignal,
): Promise<SignInCheckReply> {
  const { database, clock, announce } = options
  if (!request.reachable) {
    if (await store.endPoll(database, agent.id)) announce()
    return { items: [] }
  }
  // In the order of time, so that the end of a question ends what was noted of earlier ones too.
  const pollId = newId(clock.now().getTime())
  const { place, lockout, waitMs } = request
  const note = { agentId: agent.id, pollId, place, lockout }
  const deadline = clock.now().getTime() + waitMs
  let isNoted = false
  for (;;) {
    const left = deadline - clock.now().getTime()
    // Waiting begins before looking, so that what is announced in between is not missed.
    const waiting = new AbortController()
    const woken = options.waitForChecks({
      timeoutMs: Math.max(0, Math.min(left, lookMs)),
      signal: AbortSignal.any([signal, waiting.signal]),
    })
    const items = signal.aborted ? [] : await take(options, agent, request.maxItems)
    const isOver = items.length > 0 || left <= 0 || signal.aborted
    if (!isNoted && !signal.aborted) {
      const wasThere = await store.notePoll(database, {
        ...note,
        forMs: (isOver ? 0 : left) + graceMs,
        brief: isOver,
      })
      if (!wasThere) announce()
      isNoted = true
    }
    if (isOver) {
      waiting.abort()
      // The connection is gone, and so is the agent, unless it has asked anew meanwhile.
      if (signal.aborted && (await store.endPoll(database, agent.id, pollId))) announce()
      return { items }
    }
    await woken
  }
}

async function take(
  { database, clock }: SignInCheckOptions,
  agent: Agent,
  limit: number,
): Promise<SignInCheckReply['items']> {
  const nonce = newUuid()
  const now = clock.now()
  const taken = await store.take(database, { domainId: agent.domainId, agentId: agent.id, nonce, limit, now })
  return taken.map(({ id, userId, guid, sealed, expires }) => ({
    checkId: id,
    nonce,
    userId,
    objectGuid: guid,
    sealed,
    leftMs: Math.max(0, expires.getTime() - now.getTime()),
  }))
}

type Answer = SignInAnswers['answers'][number]
type Verdict = 'settled' | 'offered' | 'late' | 'refused'

async function takeAnswers(
  options: SignInCheckOptions,
  agent: Agent,
  actor: Actor,
  answers: readonly Answer[],
): Promise<void> {
  const verdicts: Verdict[] = []
  for (const answer of answers) {
    const verdict = await takeAnswer(options, agent, answer)
    verdicts.push(verdict)
    if (verdict === 'settled') options.waiters.tell(answer.checkId, answer.outcome)
  }
  if (verdicts.includes('settled')) options.announceAnswers()
  if (verdicts.includes('offered')) options.announceChecks()
  if (!verdicts.includes('refused')) return
  await noticeRefusal(options, agent, actor)
  throw new AppError('sign_in_not_given', { field: 'answers' })
}

async function takeAnswer(
  { database, clock }: SignInCheckOptions,
  agent: Agent,
  { checkId, nonce, outcome, lockout }: Answer,
): Promise<Verdict> {
  return database.transaction(async (transaction) => {
    const known = await store.find(transaction, checkId)
    if (known === undefined || known.domainId !== agent.domainId || known.claims[agent.id] !== nonce) return 'refused'
    await guesses.lockAccount(transaction, known)
    const check = await store.lock(transaction, checkId)
    if (check === undefined || check.settledAt !== null) return 'late'
    const couldNotAsk = outcome === 'unreachable' || outcome === 'no_answer'
    if (!couldNotAsk) {
      await store.settle(transaction, checkId, outcome, clock.now())
      await countOutcome(transaction, check, { outcome, lockout }, clock.now())
      return 'settled'
    }
    const failed = new Set([...check.failed, agent.id])
    if (check.agents.some((each) => !failed.has(each))) {
      // What was not tried may be tried by another agent at once; what may have been, only within the limits (delegation.service.ts).
      await store.noteFailed(transaction, checkId, { agentId: agent.id, isFree: outcome === 'unreachable' })
      return outcome === 'unreachable' ? 'offered' : 'late'
    }
    await store.settle(transaction, checkId, outcome, clock.now())
    if (outcome === 'unreachable') await guesses.takeBack(transaction, check, check.source)
    else await guesses.confirm(transaction, check, clock.now())
    return 'settled'
  })
}

/** What the domain's own counter did (MS-SAMR 3.1.5.14.6): a right password clears it, a wrong one counts, and what shows neither is not counted. */
async function countOutcome(
  transaction: Transaction,
  check: store.Check,
  { outcome, lockout }: { readonly outcome: Answer['outcome']; readonly lockout: Answer['lockout'] | undefined },
  now: Date,
): Promise<void> {
  switch (outcome) {
    case 'valid':
      return guesses.startAnew(transaction, check, now)
    case 'wrong_password':
      return guesses.confirm(transaction, check, now, lockout)
    default:
      return guesses.takeBack(transaction, check, check.source)
  }
}

/** Somebody with an agent's key tries to speak for a domain: administrators are told, once a minute. */
async function noticeRefusal(
  { database, clock, journal, announce }: SignInCheckOptions,
  agent: Agent,
  actor: Actor,
): Promise<void> {
  await database.transaction(async (transaction) => {
    if (!(await store.noteRefusedAnswer(transaction, agent.id, clock.now()))) return
    const cause = { kind: 'request', text: 'Answered a sign-in that it had not been given' } as const
    await journal.record(transaction, { actor, cause }, [agentDraft('agent.answer_refused', agent, {})])
    transaction.afterCommit(announce)
  })
}
