// Takes what agents capture of passwords that changed in a domain. Clear text is opened, compared, hashed and dropped within one request;
// it is in no row, no log and no journal. Each object's password is taken once, by the time at which it was set, so that an agent may hand
// in whatever it likes as often as it likes; what the hub itself put into the domain is recognised and not taken back.
import type {
  CaptureOrders,
  CaptureOutcome,
  CapturedPassword,
  CaptureQuestion,
  CaptureReply,
  CaptureReport,
} from '@lockstep/contract/agents/capture'
import { openPassword, SealError, type SealingKeys } from '@lockstep/contract/agents/sealed-password'
import type { Actor } from '@lockstep/contract/access'
import { AppError } from '@lockstep/contract/app-error'
import { longestPassword } from '@lockstep/contract/password-rules'
import type { Clock } from '@lockstep/kernel/clock'
import { withinCapacity } from '../../directory/access/hashing-capacity.ts'
import { userAccounts } from '../../directory/bindings/account-import.service.ts'
import { leakedPasswordList } from '../../directory/users/leaked-passwords.ts'
import { takePassword } from '../../directory/users/password-import.service.ts'
import { type PasswordPolicy, passwordRulesOf } from '../../directory/users/password-policy.rules.ts'
import type { DeliverPassword } from '../../directory/users/password.service.ts'
import { lockUsers } from '../../directory/users/user-import.service.ts'
import { isHashOverNtHash } from '../../platform/crypto/password-hash.ts'
import type { Database, Queryable } from '../../platform/db/database.ts'
import type { Log } from '../../platform/log/log.ts'
import type { Agent } from './agent.store.ts'
import { type CaptureKeyOptions, captureKeys } from './capture-key.ts'
import { captureWays, decideCapture, wantsCapture } from './capture.rules.ts'
import * as store from './capture.store.ts'
import type { Domain } from './domain.rules.ts'
import * as domains from './domain.store.ts'
import { fileTimeToDate } from './file-time.rules.ts'

export interface CaptureService {
  /** Which of the objects are wanted, and whose password is lacking. */
  orders(agent: Agent, question: CaptureQuestion): Promise<CaptureOrders>
  /** Takes what was captured; an object's outcome says what became of it. Refuses with `agent_paused` and `overloaded`. */
  accept(agent: Agent, report: CaptureReport): Promise<CaptureReply>
}

export interface CaptureServiceOptions extends CaptureKeyOptions {
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  readonly announce: () => void
  readonly hashPassword: (password: string) => Promise<string>
  /** Whether it is the user's present password. */
  readonly isPresentPassword: (userId: string, password: string) => Promise<boolean>
  readonly passwordPolicy: (userId?: string) => Promise<PasswordPolicy>
  /** Carries a password on to the user's other directories. */
  readonly deliverPassword?: DeliverPassword
}

/** At once; the agent asks again when it has handed them in. */
const lackingLimit = 100

export function createCaptureService(options: CaptureServiceOptions): CaptureService {
  const { database, passwordPolicy } = options
  const keys = captureKeys(options)
  return {
    async orders(agent, { guids, leakedList }) {
      const domain = await requireDomain(database, agent)
      const ways = agent.paused ? [] : captureWays(domain)
      const { publicKey } = await keys()
      const policy = await passwordPolicy()
      const orders = {
        ...{ publicKey, ways: [...ways], rules: passwordRulesOf(policy) },
        ...(policy.refusesCommon && leakedList !== undefined ? { leakedList: await listFor(leakedList) } : {}),
      }
      if (ways.length === 0) return { ...orders, wantedGuids: [], heldGuids: [] }
      const facts = await store.listFacts(database, { domainId: domain.id, guids })
      const query = { domainId: domain.id, ways: waysText(ways), limit: lackingLimit }
      // What only a filter hears cannot be asked for.
      const isReadable = ways.some((way) => way !== 'filter')
      const lacking = isReadable ? await store.listLacking(database, query) : []
      const wanted = facts.filter((each) => wantsCapture(each) === 'wanted').map(({ guid }) => guid)
      return {
        ...orders,
        wantedGuids: [...new Set([...wanted, ...lacking])],
        heldGuids: facts.filter((each) => wantsCapture(each) === 'held').map(({ guid }) => guid),
      }
    },
    async accept(agent, { captures }) {
      if (agent.paused) throw new AppError('agent_paused')
      const domain = await requireDomain(database, agent)
      const intake = { agent, domain, keys: await keys() }
      const outcomes: CaptureReply['outcomes'] = []
      for (const captured of captures)
        outcomes.push({ guid: captured.guid, outcome: await take(options, intake, captured) })
      if (outcomes.some(({ outcome }) => outcome === 'taken')) options.announce()
      return { outcomes }
    },
  }
}

/** The list of leaked passwords, with its text for an agent that has another. */
async function listFor(known: string): Promise<NonNullable<CaptureOrders['leakedList']>> {
  const { sha256, text } = await leakedPasswordList()
  return known === sha256 ? { sha256 } : { sha256, text }
}

async function requireDomain(db: Queryable, agent: Agent): Promise<Domain> {
  const domain = await domains.find(db, agent.domainId)
  if (domain === undefined) throw new AppError('not_found', { field: 'domainId' })
  return domain
}

function waysText(ways: readonly string[]): string {
  return ways.toSorted().join(',')
}

interface Intake {
  readonly agent: Agent
  readonly domain: Domain
  readonly keys: SealingKeys
}

/** A password that may be kept: its hash, and the clear text where it is known. */
interface Readable {
  readonly hash: string
  readonly password?: string
}

async function take(
  options: CaptureServiceOptions,
  intake: Intake,
  captured: CapturedPassword,
): Promise<CaptureOutcome> {
  const { database, log } = options
  const { domain, agent } = intake
  const key = { domainId: domain.id, guids: [captured.guid] }
  const [facts] = await store.listFacts(database, key)
  const outcome = decideCapture(facts, BigInt(captured.revision))
  if (facts === undefined || (outcome !== 'taken' && outcome !== 'own')) return outcome
  const mark = markOf(options, intake, captured)
  if (captured.sealed === undefined && captured.hash === undefined) {
    await store.note(database, { ...mark, outcome: 'nothing' })
    return 'known'
  }
  if (outcome === 'own') {
    await store.note(database, { ...mark, outcome })
    return outcome
  }
  const readable = await read(options, intake, { captured, userId: facts.userId })
  if (readable === 'refused') {
    log.warn({ agentId: agent.id, domainId: domain.id, guid: captured.guid }, 'a captured password was refused')
    return readable
  }
  if (readable === 'own') {
    await store.note(database, { ...mark, outcome: readable })
    return readable
  }
  return save(options, intake, { captured, userId: facts.userId, mark, readable })
}

function markOf(
  { clock }: CaptureServiceOptions,
  { domain }: Intake,
  { guid, revision, pwdLastSet }: CapturedPassword,
): Omit<store.CaptureMark, 'outcome'> {
  return { domainId: domain.id, guid, revision, pwdLastSet, ways: waysText(captureWays(domain)), at: clock.now() }
}

/** What was captured, as far as it may be taken; `own` when it is the password that the user has here anyway. */
async function read(
  { hashPassword, isPresentPassword }: CaptureServiceOptions,
  { domain, keys }: Intake,
  { captured, userId }: { readonly captured: CapturedPassword; readonly userId: string },
): Promise<Readable | 'own' | 'refused'> {
  const ways = captureWays(domain)
  const { guid, revision, sealed, hash } = captured
  if (sealed === undefined)
    return hash !== undefined && ways.includes('nt_hash') && isHashOverNtHash(hash) ? { hash } : 'refused'
  if (!ways.includes('filter') && !ways.includes('reversible')) return 'refused'
  try {
    const purpose = { use: 'captured', domainId: domain.id, userId: '', objectGuid: guid, revision } as const
    const password = await openPassword(keys.privateKey, sealed, purpose)
    if (password === '' || password.length > longestPassword) return 'refused'
    if (await isPresentPassword(userId, password)) return 'own'
    return { hash: await withinCapacity(() => hashPassword(password)), password }
  } catch (error) {
    if (error instanceof SealError) return 'refused'
    throw error
  }
}

interface Kept {
  readonly captured: CapturedPassword
  readonly userId: string
  readonly mark: Omit<store.CaptureMark, 'outcome'>
  readonly readable: Readable
}

/** Decides anew while nobody else writes to the account, and keeps the password. */
async function save(
  options: CaptureServiceOptions,
  { agent, domain }: Intake,
  { captured, userId, mark, readable }: Kept,
): Promise<CaptureOutcome> {
  const { database, clock, deliverPassword } = options
  const { guid, revision } = captured
  const { hash, password } = readable
  const setAt = fileTimeToDate(BigInt(revision)) ?? clock.now()
  const keptHashes = Math.max(0, (await options.passwordPolicy(userId)).maxHistory - 1)
  const actor: Actor = { kind: 'agent', id: agent.id, name: agent.hostname ?? agent.id, permissions: new Set() }
  const cause = {
    kind: 'directory',
    directoryId: domain.id,
    text: `The password was changed in ${domain.name}`,
  } as const
  return database.transaction(async (transaction) => {
    // The user before the account, which whoever sets a password here does in this order too.
    const [user] = await lockUsers(transaction, [userId])
    await userAccounts.lockByExternalIds(transaction, { directoryId: domain.id, externalIds: [guid] })
    const [facts] = await store.listFacts(transaction, { domainId: domain.id, guids: [guid] })
    const outcome = decideCapture(facts, BigInt(revision))
    if (facts === undefined || outcome !== 'taken') return outcome
    if (user === undefined || user.id !== facts.userId) return 'held'
    const importing = { origin: { actor, cause }, directoryId: domain.id, now: clock.now() }
    const saved = await takePassword(transaction, { user, hash, setAt, keptHashes }, importing)
    if (saved === undefined) return 'unwanted'
    const { revision: count } = saved
    // Before the others are told, so that not even this one's own word goes back to it.
    await store.noteOrigin(transaction, { accountId: facts.accountId, userId, revision: count, setAt })
    if (password !== undefined)
      await deliverPassword?.(transaction, { userId, revision: count, password, despiteAuthority: false })
    await store.note(transaction, { ...mark, outcome: 'taken' })
    return 'taken'
  })
}
