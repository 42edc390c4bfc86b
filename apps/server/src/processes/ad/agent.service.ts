import { offeredAgentVersion } from '@lockstep/contract/agents/agent-version'
import type { SelfCheckReply } from '@lockstep/contract/agents/self-check'
import {
  agentClockSkewMs,
  agentHeaders,
  agentNoncePattern,
  agentSigningText,
} from '@lockstep/contract/agents/signature'
import type {
  EnrolReply,
  EnrolRequest,
  ImportLease,
  ImportLeaseRequest,
  WorkRequest,
} from '@lockstep/contract/agents/protocol'
import type { Actor } from '@lockstep/contract/access'
import { AppError } from '@lockstep/contract/app-error'
import { sha256 } from '@lockstep/kernel/digest'
import { parseId } from '@lockstep/kernel/ids'
import { parsePublicKey, verifyMessage } from '../../platform/crypto/signatures.ts'
import { hashToken } from '../../platform/crypto/tokens.ts'
import type { Database } from '../../platform/db/database.ts'
import * as store from './agent.store.ts'
import {
  administration,
  type AgentAdministration,
  type AgentAdministrationOptions,
  agentDraft,
} from './agent-administration.ts'
import { agentSilenceMs, type Domain } from './domain.rules.ts'
import * as domains from './domain.store.ts'
import { attributesToRead } from './import-fields.rules.ts'
import { leaseMs } from './lease.rules.ts'
import * as leases from './lease.store.ts'
import * as mirror from './mirror.store.ts'

const wantedPerLease = 1000

/** The parts of a request that are signed. */
export interface SignedRequest {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly rawBody: Buffer
}

/** Agents: made by an administrator, enrolled once, authenticated by their own key, one of each kind primary. */
export interface AgentService extends AgentAdministration {
  enrol(request: EnrolRequest, sourceIp: string): Promise<EnrolReply>
  /** Takes the key that passwords for the agent are sealed with. */
  publishSealingKey(actor: Actor, sealingKey: string): Promise<void>
  /** The agent that signed the request; undefined when nobody we know did. */
  authenticate(request: SignedRequest): Promise<Actor | undefined>
  /** The agent behind an authenticated actor, whichever kind it is. */
  identify(actor: Actor): Promise<store.Agent>
  /** The agent behind an authenticated actor. */
  require(actor: Actor, kind: 'IMPORT' | 'SYNC'): Promise<store.Agent>
  noteContact(agent: store.Agent, contact: ImportLeaseRequest | WorkRequest, sourceIp: string): Promise<void>
  /** `isReaching` says whether the agent reaches its domain controller: one that does not gives way to one that does. */
  importLease(agent: store.Agent, isReaching?: boolean): Promise<ImportLease>
  /** What an agent compares with what it finds around it; takes no lease. */
  selfCheck(actor: Actor): Promise<SelfCheckReply>
}

type AgentServiceOptions = AgentAdministrationOptions

export function createAgentService(options: AgentServiceOptions): AgentService {
  const { database, clock } = options
  return {
    ...administration(options),
    async enrol(request, sourceIp) {
      const publicKey = parsePublicKey(request.publicKey)
      if (publicKey === undefined)
        throw new AppError('invalid_request', { field: 'publicKey', detail: 'publicKey: is no Ed25519 key.' })
      const { hostname, version, kind } = request
      const enrolment = {
        connectKeyHash: hashToken(request.connectKey),
        kind,
        publicKey,
        sealingKey: request.sealingKey ?? null,
        hostname,
        version,
        sourceIp,
        now: clock.now(),
      }
      return database.transaction(async (transaction) => {
        const agent = await store.enrol(transaction, enrolment)
        if (agent === undefined) throw new AppError('connect_key_invalid', { field: 'connectKey' })
        const actor: Actor = { kind: 'agent', id: agent.id, name: hostname, permissions: new Set() }
        await options.journal.record(
          transaction,
          { actor, cause: { kind: 'request', text: 'Enrolled with its connect key' } },
          [agentDraft('agent.enrol', agent, { hostname: { after: hostname } })],
        )
        transaction.afterCommit(options.announce)
        return { agentId: agent.id, domainId: agent.domainId }
      })
    },
    publishSealingKey: (actor, sealingKey) => publishSealingKey(options, actor, sealingKey),
    authenticate: (request) => authenticate(options, request),
    async identify(actor) {
      const agent = await store.find(database, actor.id)
      if (agent === undefined) throw new AppError('unauthenticated')
      return agent
    },
    async require(actor, kind) {
      const agent = await store.find(database, actor.id)
      if (agent === undefined || agent.kind !== kind)
        throw new AppError('forbidden', {
          detail: `Only ${kind === 'IMPORT' ? 'import' : 'sync'} agents may call this.`,
        })
      return agent
    },
    async noteContact(agent, contact, sourceIp) {
      const { hostname, version, directory } = contact
      const facts = { id: agent.id, hostname, version, sourceIp, directoryReachable: directory.reachable }
      await store.noteContact(database, { ...facts, directoryError: directory.error ?? null, now: clock.now() })
    },
    importLease: (agent, isReaching = true) => importLease(options, agent, isReaching),
    selfCheck: (actor) => selfCheck(options, actor),
  }
}

async function publishSealingKey(
  { database, journal, announce }: AgentServiceOptions,
  actor: Actor,
  sealingKey: string,
): Promise<void> {
  const agent = await store.find(database, actor.id)
  if (agent === undefined) throw new AppError('unauthenticated')
  if (agent.sealingKey === sealingKey) return
  await database.transaction(async (transaction) => {
    if (!(await store.changeSealingKey(transaction, agent.id, sealingKey))) return
    await journal.record(transaction, { actor, cause: { kind: 'request', text: 'Told its sealing key' } }, [
      agentDraft('agent.change_key', agent, { sealingKey: { before: agent.sealingKey, after: sealingKey } }),
    ])
    transaction.afterCommit(announce)
  })
}

async function authenticate(
  { database, clock }: AgentServiceOptions,
  request: SignedRequest,
): Promise<Actor | undefined> {
  const header = (name: string): string => {
    const value = request.headers[name]
    return typeof value === 'string' ? value : ''
  }
  const id = parseId(header(agentHeaders.id))
  const date = header(agentHeaders.date)
  if (id === undefined) return undefined
  const time = Date.parse(date)
  const nonce = header(agentHeaders.nonce)
  if (Number.isNaN(time)) throw new AppError('agent_signature_invalid', { field: agentHeaders.date })
  if (!agentNoncePattern.test(nonce)) throw new AppError('agent_signature_invalid', { field: agentHeaders.nonce })
  const agent = await store.find(database, id)
  if (agent === undefined || agent.publicKey === null) return undefined
  const bodySha256 = sha256(request.rawBody).toString('hex')
  const signed = agentSigningText({ method: request.method, path: request.url, date, nonce, bodySha256 })
  if (!verifyMessage(agent.publicKey, signed, header(agentHeaders.signature)))
    throw new AppError('agent_signature_invalid', { field: agentHeaders.signature })
  const aheadMs = time - clock.now().getTime()
  if (Math.abs(aheadMs) > agentClockSkewMs) {
    const detail = clockRefusal(aheadMs)
    await store.noteRefusal(database, agent.id, detail)
    throw new AppError('agent_clock_wrong', { field: agentHeaders.date, detail })
  }
  // Remembered once it is known who asks: nobody else can fill the table.
  const seen = { agentId: agent.id, nonce, expires: new Date(time + agentClockSkewMs), now: clock.now() }
  if (!(await store.noteRequest(database, seen)))
    throw new AppError('agent_request_repeated', { field: agentHeaders.nonce })
  return { kind: 'agent', id: agent.id, name: agent.hostname ?? agent.id, permissions: new Set() }
}

/** Said to the agent and shown to administrators. */
function clockRefusal(aheadMs: number): string {
  const seconds = Math.round(Math.abs(aheadMs) / 1000)
  const side = aheadMs > 0 ? 'ahead of' : 'behind'
  return `The clock of the agent’s machine is ${seconds} seconds ${side} the hub’s. Set it; the agent goes on by itself.`
}

async function importLease(
  { database, clock }: AgentServiceOptions,
  agent: store.Agent,
  isReaching: boolean,
): Promise<ImportLease> {
  const now = clock.now()
  const lease = await electAgent(database, agent, { isReaching, now })
  const domain = await domains.find(database, agent.domainId)
  if (domain === undefined) throw new AppError('not_found', { field: 'domainId' })
  const isPrimary = lease?.agentId === agent.id
  return {
    role: agent.paused ? 'paused' : isPrimary ? 'primary' : 'standby',
    epoch: lease?.epoch ?? domain.importEpoch,
    leaseMs,
    settings: domainSettings(domain),
    fullReadWanted: domain.fullReadWanted || domain.cookie === null,
    wantedGuids: isPrimary ? [...(await mirror.listWanted(database, domain.id, wantedPerLease))] : [],
    logWanted: agent.logWantedUntil !== null && agent.logWantedUntil > now,
    ...(domain.cookie === null ? {} : { cookie: domain.cookie }),
    ...(domain.invocationId === null ? {} : { invocationId: domain.invocationId }),
    ...(domain.highestUsn === null ? {} : { highestUsn: domain.highestUsn }),
  }
}

/**
 * Makes an agent primary when nobody else is, and says who is. A paused agent is never primary. One that does not reach its domain
 * controller gives way when another of its kind does.
 */
export async function electAgent(
  database: Database,
  agent: store.Agent,
  { isReaching, now }: { readonly isReaching: boolean; readonly now: Date },
): Promise<domains.Lease | undefined> {
  if (agent.paused) return undefined
  const request = { domainId: agent.domainId, kind: agent.kind, agentId: agent.id, leaseMs }
  const since = new Date(now.getTime() - agentSilenceMs)
  if (!isReaching && (await leases.hasBetter(database, { ...request, since }))) {
    await domains.dropLease(database, request)
    return undefined
  }
  return database.transaction(async (transaction) => {
    const lease = await domains.takeLease(transaction, request)
    if (lease?.agentId !== agent.id) return lease
    // Pausing and deleting keep the leases while they do it (agent-administration.ts), so this sees what they did.
    const present = await store.find(transaction, agent.id)
    if (present !== undefined && !present.paused) return lease
    await domains.dropLease(transaction, request)
    return undefined
  })
}

async function selfCheck({ database, clock }: AgentServiceOptions, actor: Actor): Promise<SelfCheckReply> {
  const agent = await store.find(database, actor.id)
  const domain = agent === undefined ? undefined : await domains.find(database, agent.domainId)
  if (agent === undefined || domain === undefined) throw new AppError('unauthenticated')
  const others = (await store.list(database, domain.id)).filter(({ id }) => id !== agent.id)
  const holder = agent.kind === 'IMPORT' ? domain.importAgentId : domain.syncAgentId
  const until = agent.kind === 'IMPORT' ? domain.importLeaseUntil : domain.syncLeaseUntil
  return {
    kind: agent.kind,
    paused: agent.paused,
    primary: holder === agent.id && until !== null && until > clock.now(),
    offeredVersion: offeredAgentVersion,
    otherVersions: others.flatMap(({ version }) => (version === null ? [] : [version])),
    useCase: domain.useCase,
    settings: domainSettings(domain),
  }
}

/** What agents must know of a domain. */
export function domainSettings(domain: Domain): ImportLease['settings'] {
  return {
    domainId: domain.id,
    baseDn: domain.baseDn,
    rootDn: domain.rootDn,
    furtherRootDns: domain.furtherRoots.map(({ dn }) => dn),
    attributes: [...attributesToRead(domain.behaviour, domain.ruleAttributes)],
    integrationGroupDn: domain.integrationGroupDn,
    userContainerDn: domain.userContainerDn,
    groupContainerDn: domain.groupContainerDn,
    upnSuffix: domain.upnSuffix,
  }
}
