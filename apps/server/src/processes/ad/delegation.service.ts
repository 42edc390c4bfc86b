// Delegated authentication: whether a password is right is said by the domain of the user, through an import agent that waits for such
// questions. The hub keeps what is asked in the database, so that the agent may wait at another hub than the person:
//
//   open ──an agent takes it──> held ──an answer──> settled
//     ^                          │
//     └──nobody answers for a second, or the agent cannot ask: another agent may take it
//
// Whoever waits settles what nobody answered in time. Every password that goes to the domain is counted first (`guess.store.ts`) and taken
// back when the domain did not count it, so that the count is never below the domain's own.
import type { LockoutPolicy, SignInOutcome } from '@lockstep/contract/agents/sign-in-check'
import { sealPassword } from '@lockstep/contract/agents/sealed-password'
import { strictestLockout } from '@lockstep/contract/agents/strictest-lockout'
import type { Clock } from '@lockstep/kernel/clock'
import { sha256 } from '@lockstep/kernel/digest'
import { newId } from '@lockstep/kernel/ids'
import { pause } from '@lockstep/kernel/retry'
import type { User } from '../../directory/users/user.rules.ts'
import type { Database } from '../../platform/db/database.ts'
import type { CheckWaiters } from './check-waiters.ts'
import {
  decideGuess,
  delegationState,
  type GuessDecision,
  guessLimits,
  mayTryAgain,
  ownLockout,
} from './delegation.rules.ts'
import * as store from './delegation.store.ts'
import * as domains from './domain.store.ts'
import * as guesses from './guess.store.ts'
import type { KeptPasswords } from './kept-passwords.ts'
import { authorityDirectories, signInAuthority, type SignInAuthority, signInFacts } from './sign-in-authority.rules.ts'

/** Why nobody could say whether a password is right. */
export type UnreachableReason =
  /** The user is not delegated to a domain, or to one that is not there any more. */
  | 'not_delegated'
  /** The domain's Delegated Password Validation is disabled. */
  | 'switched_off'
  /** The user has no account in the domain yet. */
  | 'no_account'
  /** No import agent waits that could ask. */
  | 'no_agent'
  /** Agent or domain controller did not answer in time. */
  | 'no_answer'

/** What a domain says of a sign-in. */
export type DomainValidation =
  | { readonly outcome: 'valid'; readonly domainId: string }
  /** With `retryAt` the domain was not asked, so that the account is not locked there; it is said in the same words. */
  | { readonly outcome: 'wrong_password'; readonly retryAt?: Date }
  | { readonly outcome: Exclude<SignInOutcome, 'valid' | 'wrong_password' | 'unreachable' | 'no_answer'> }
  | { readonly outcome: 'unreachable'; readonly reason: UnreachableReason }

/** A sign-in to be validated. */
export interface DomainSignIn {
  readonly userId: string
  readonly password: string
  /** Where it comes from, such as an address: one source cannot use up all tries of an account. */
  readonly source?: string
  /** Aborts when whoever signs in went away. */
  readonly signal?: AbortSignal
}

export interface DelegationService {
  /** Who says whether a user's password is right: the table of docs/sign-in.md. `nobody`: whatever the hub has is not to be asked. */
  validatorOf(user: Pick<User, 'attributes'>): Promise<SignInAuthority['validator']>
  /** Asks the user's domain; answers within about ten seconds. Never falls back to what the hub has. */
  validateByDomain(signIn: DomainSignIn): Promise<DomainValidation>
  /** Forgets what is over; run by the clock. */
  removeOld(): Promise<void>
}

export interface DelegationOptions {
  readonly database: Database
  readonly clock: Clock
  readonly waiters: CheckWaiters
  /** Wakes the agents' waiting questions, here and at other hubs. */
  readonly announceChecks: () => void
  readonly kept: Pick<KeptPasswords, 'keep'>
}

const limitMs = 10_000
/** An agent that has not answered for this long is passed over when there is another. */
const patienceMs = 1000
/** While others of the same account are under way, which may turn out right. */
const underWayMs = 50
/** Active Directory takes no more than 256 characters. */
const longestPassword = 256
const keptGuessesMs = 75 * 86_400_000

export function createDelegationService(options: DelegationOptions): DelegationService {
  const { database, clock } = options
  return {
    async validatorOf(user) {
      const { delegatedTo, passwordOf } = authorityDirectories(user)
      // The hub's own users, whom no domain has a say in, are most.
      if (delegatedTo === null && passwordOf === null) return 'hub'
      const all = await domains.list(database)
      const controllers = new Set(all.filter((domain) => domain.hasControllerAgent).map(({ id }) => id))
      return signInAuthority(signInFacts(user, controllers)).validator
    },
    validateByDomain: (signIn) => validate(options, signIn),
    async removeOld() {
      await store.removeOld(database, clock.now())
      await guesses.removeOld(database, new Date(clock.now().getTime() - keptGuessesMs))
    },
  }
}

async function validate(options: DelegationOptions, signIn: DomainSignIn): Promise<DomainValidation> {
  const { database } = options
  const subject = await store.findSubject(database, signIn.userId)
  const domainId = subject?.domainId ?? null
  const domain = domainId === null ? undefined : await domains.find(database, domainId)
  if (subject === undefined || domain === undefined) return unreachable('not_delegated')
  const state = delegationState(domain)
  if (state === 'disabled') return unreachable('switched_off')
  if (subject.guid === null) return unreachable('no_account')
  // A bind without a password proves nothing (RFC 4513, section 5.1.2).
  if (signIn.password === '' || signIn.password.length > longestPassword) return { outcome: 'wrong_password' }
  const agents = state === 'active' ? await store.listValidators(database, domain.id) : []
  if (agents.length === 0) return unreachable('no_agent')
  const account = { domainId: domain.id, guid: subject.guid }
  const outcome = await ask(options, { ...signIn, account, agents })
  if (typeof outcome !== 'string') return { outcome: 'wrong_password', retryAt: outcome.at }
  if (outcome === 'unreachable' || outcome === 'no_answer') return unreachable('no_answer')
  if (outcome !== 'valid') return { outcome }
  const place = domain.hasControllerAgent ? 'domain_controller' : 'member_server'
  // Both of its cells keep what a sign-in showed, whoever has Password Authority.
  const { storedFrom } = signInAuthority({ delegated: 'directory', password: 'directory', place })
  if (storedFrom.includes('sign_in')) {
    await options.kept.keep({ userId: signIn.userId, password: signIn.password, domainId: domain.id })
  }
  return { outcome, domainId: domain.id }
}

function unreachable(reason: UnreachableReason): DomainValidation {
  return { outcome: 'unreachable', reason }
}

interface Question extends DomainSignIn {
  readonly account: guesses.AccountKey
  readonly agents: readonly store.Validator[]
}

type Refused = Extract<GuessDecision, { ok: false }>

async function ask(options: DelegationOptions, question: Question): Promise<SignInOutcome | Refused> {
  const { clock, waiters, announceChecks } = options
  const created = clock.now()
  const check = await newCheck(question, created)
  const policy = policyOf(question.agents)
  const waiting = waiters.begin(check.id)
  try {
    const refusal = await admit(options, check, policy, question.signal)
    if (refusal !== undefined) return refusal
    announceChecks()
    return await awaitOutcome(options, check, policy, { ...waiting, signal: question.signal })
  } finally {
    waiting.forget()
  }
}

function policyOf(agents: readonly store.Validator[]): LockoutPolicy | undefined {
  return strictestLockout(
    agents.flatMap(({ lockoutThreshold: threshold, lockoutWindowMs: windowMs }) =>
      threshold === null || windowMs === null ? [] : [{ threshold, windowMs }],
    ),
  )
}

async function newCheck(
  { userId, password, source, account, agents }: Question,
  created: Date,
): Promise<store.NewCheck> {
  const id = newId(created.getTime())
  const { domainId, guid } = account
  const purpose = { use: 'prove', domainId, userId, objectGuid: guid, revision: id } as const
  const sealed = await Promise.all(
    agents.map(
      async ({ agentId, sealingKey }) => [agentId, await sealPassword(sealingKey, password, purpose)] as const,
    ),
  )
  return {
    ...{ id, domainId, userId, guid, created },
    // An address is nobody's business later; that two are the same is all that counts.
    source: source === undefined || source === '' ? '' : sha256(source).toString('hex').slice(0, 24),
    sealed: Object.fromEntries(sealed),
    expires: new Date(created.getTime() + limitMs),
  }
}

/**
 * Counts the guess and asks, or says from when on it may be tried. The first goes alone, because with its answer the agent says by what
 * policy the domain locks this very account.
 */
async function admit(
  { database, clock }: DelegationOptions,
  check: store.NewCheck,
  policy: LockoutPolicy | undefined,
  signal: AbortSignal | undefined,
): Promise<Refused | 'no_answer' | undefined> {
  for (;;) {
    const answer = await database.transaction(async (transaction) => {
      await guesses.lockAccount(transaction, check)
      const now = clock.now()
      const rows = await guesses.list(transaction, check)
      const own = ownLockout(rows)
      const decision = decideGuess(rows, { source: check.source, limits: guessLimits(own ?? policy), now })
      const others = decision.ok && own !== undefined ? 0 : await guesses.countUnderWay(transaction, check, now)
      if (!decision.ok || others > 0) return { refusal: decision.ok ? ('no_answer' as const) : decision, others }
      if (decision.startsAnew) await guesses.startAnew(transaction, check, now)
      await guesses.count(transaction, check, check.source, now)
      await store.insert(transaction, check)
      return undefined
    })
    if (answer === undefined) return undefined
    // What is under way may turn out right, and then the domain counts from nought.
    if (answer.others === 0 || clock.now() >= check.expires || signal?.aborted === true) return answer.refusal
    await pause(underWayMs, signal)
  }
}

async function awaitOutcome(
  options: DelegationOptions,
  check: store.NewCheck,
  policy: LockoutPolicy | undefined,
  { settled, signal }: { readonly settled: Promise<SignInOutcome>; readonly signal: AbortSignal | undefined },
): Promise<SignInOutcome> {
  for (;;) {
    const leftMs = check.expires.getTime() - options.clock.now().getTime()
    if (leftMs <= 0 || signal?.aborted === true) return giveUp(options, check)
    const outcome = await within(settled, Math.min(leftMs, patienceMs), signal)
    if (outcome !== undefined) return outcome
    await offerAgain(options, check, policy)
  }
}

async function within<Value>(
  promise: Promise<Value>,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<Value | undefined> {
  const done = new AbortController()
  const ends = signal === undefined ? done.signal : AbortSignal.any([signal, done.signal])
  try {
    return await Promise.race([promise, pause(timeoutMs, ends).then(() => undefined)])
  } finally {
    done.abort()
  }
}

/** An agent took it and does not answer: another one may, unless both together could lock the account. */
async function offerAgain(
  { database, clock, announceChecks }: DelegationOptions,
  { id, ...account }: store.NewCheck,
  policy: LockoutPolicy | undefined,
): Promise<void> {
  const isOffered = await database.transaction(async (transaction) => {
    await guesses.lockAccount(transaction, account)
    const check = await store.lock(transaction, id)
    if (check === undefined || check.settledAt !== null || check.holder === null) return false
    if (check.agents.every((agent) => Object.hasOwn(check.claims, agent))) return false
    const rows = await guesses.list(transaction, account)
    if (!mayTryAgain(rows, guessLimits(ownLockout(rows) ?? policy))) return false
    await guesses.count(transaction, account, check.source, clock.now())
    await store.release(transaction, id)
    return true
  })
  if (isOffered) announceChecks()
}

/** Time is up: what nobody took was not tried. */
async function giveUp(
  { database, clock }: DelegationOptions,
  { id, ...account }: store.NewCheck,
): Promise<SignInOutcome> {
  return database.transaction(async (transaction) => {
    await guesses.lockAccount(transaction, account)
    const check = await store.lock(transaction, id)
    if (check === undefined) return 'no_answer'
    if (check.outcome !== null) return check.outcome
    const isTried = Object.keys(check.claims).length > 0
    const now = clock.now()
    await store.settle(transaction, id, 'no_answer', now)
    if (isTried) await guesses.confirm(transaction, check, now)
    else await guesses.takeBack(transaction, account, check.source)
    return 'no_answer'
  })
}
