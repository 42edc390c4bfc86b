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
import type { AgentCreated, DirectoryAgent } from '@lockstep/contract/hub/directory'
import type { Clock } from '@lockstep/kernel/clock'
import { sha256 } from '@lockstep/kernel/digest'
import { newId, parseId } from '@lockstep/kernel/ids'
import { requirePermission } from '../../directory/access/access.rules.ts'
import type { ChangeOrigin, JournalDraft } from '../../directory/journal/journal.rules.ts'
import type { JournalService } from '../../directory/journal/journal.service.ts'
import { parsePublicKey, verifyMessage } from '../../platform/crypto/signatures.ts'
import { hashToken, newToken } from '../../platform/crypto/tokens.ts'
import type { Database } from '../../platform/db/database.ts'
import * as store from './agent.store.ts'
import { agentView } from './domain-view.ts'
import type { Domain } from './domain.rules.ts'
import * as domains from './domain.store.ts'
import * as mirror from './mirror.store.ts'

/** How long a connect key may be used. */
const connectKeyLifeMs = 7 * 24 * 60 * 60 * 1000
/** How long a primary agent stays primary without asking again. */
const importLeaseMs = 6_000
const wantedPerLease = 1000

/** The parts of a request that are signed. */
export interface SignedRequest {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly rawBody: Buffer
}

/** Agents: made by an administrator, enrolled once, authenticated by their own key, one of each kind primary. */
export interface AgentService {
  create(origin: ChangeOrigin, domainId: string, kind: 'IMPORT' | 'SYNC'): Promise<AgentCreated>
  change(
    origin: ChangeOrigin,
    key: { domainId: string; agentId: string },
    change: { paused: boolean },
  ): Promise<DirectoryAgent>
  remove(origin: ChangeOrigin, key: { domainId: string; agentId: string }): Promise<void>
  enrol(request: EnrolRequest, sourceIp: string): Promise<EnrolReply>
  /** The agent that signed the request; undefined when nobody we know did. */
  authenticate(request: SignedRequest): Promise<Actor | undefined>
  /** The agent behind an authenticated actor. */
  require(actor: Actor, kind: 'IMPORT' | 'SYNC'): Promise<store.Agent>
  noteContact(agent: store.Agent, contact: ImportLeaseRequest | WorkRequest, sourceIp: string): Promise<void>
  importLease(agent: store.Agent): Promise<ImportLease>
}

export interface AgentServiceOptions {
  readonly database: Database
  readonly clock: Clock
  readonly journal: JournalService
  readonly announce: () => void
}

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
          [draft('agent.enrol', agent, { hostname: { after: hostname } })],
        )
        transaction.afterCommit(options.announce)
        return { agentId: agent.id, domainId: agent.domainId }
      })
    },
    authenticate: (request) => authenticate(options, request),
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
    importLease: (agent) => importLease(options, agent),
  }
}

function administration(options: AgentServiceOptions): Pick<AgentService, 'create' | 'change' | 'remove'> {
  const { database, clock, journal, announce } = options
  const find = async (key: { domainId: string; agentId: string }): Promise<{ agent: store.Agent; domain: Domain }> => {
    const agent = await store.find(database, parseId(key.agentId) ?? '')
    const domain = await domains.find(database, parseId(key.domainId) ?? '')
    if (agent === undefined || domain === undefined || agent.domainId !== domain.id) throw noAgent()
    return { agent, domain }
  }
  return {
    async create(origin, domainId, kind) {
      requirePermission(origin.actor, 'directories.agents')
      const domain = await domains.find(database, parseId(domainId) ?? '')
      if (domain === undefined) throw new AppError('not_found', { field: 'id', detail: 'There is no such directory.' })
      const now = clock.now()
      const agent: store.Agent = {
        id: newId(now.getTime()),
        domainId: domain.id,
        kind,
        connectKeyExpires: new Date(now.getTime() + connectKeyLifeMs),
        publicKey: null,
        paused: false,
        hostname: null,
        version: null,
        sourceIp: null,
        contactAt: null,
        directoryReachable: null,
        directoryError: null,
        created: now,
      }
      const connectKey = newToken('lsc')
      await database.transaction(async (transaction) => {
        await store.insert(transaction, agent, hashToken(connectKey))
        await journal.record(transaction, origin, [draft('agent.create', agent, { kind: { after: kind } })])
      })
      announce()
      return { agent: agentView(agent, domain, now), connectKey }
    },
    async change(origin, key, { paused }) {
      requirePermission(origin.actor, 'directories.agents')
      const { agent, domain } = await find(key)
      if (agent.paused !== paused)
        await database.transaction(async (transaction) => {
          await store.setPaused(transaction, agent.id, paused)
          if (paused) await domains.dropLease(transaction, { kind: agent.kind, agentId: agent.id })
          const changes = { paused: { before: agent.paused, after: paused } }
          await journal.record(transaction, origin, [draft(paused ? 'agent.pause' : 'agent.resume', agent, changes)])
        })
      announce()
      return agentView({ ...agent, paused }, domain, clock.now())
    },
    async remove(origin, key) {
      requirePermission(origin.actor, 'directories.agents')
      const { agent } = await find(key)
      await database.transaction(async (transaction) => {
        await domains.dropLease(transaction, { kind: agent.kind, agentId: agent.id })
        if (!(await store.remove(transaction, agent.id))) throw noAgent()
        await journal.record(transaction, origin, [draft('agent.delete', agent, { kind: { before: agent.kind } })])
      })
      announce()
    },
  }
}

function noAgent(): AppError {
  return new AppError('not_found', { field: 'agent_id', detail: 'There is no such agent.' })
}

function draft(action: string, agent: store.Agent, changes: NonNullable<JournalDraft['changes']>): JournalDraft {
  return { action, subjectKind: 'agent', subjectId: agent.id, subject: agent.hostname ?? agent.kind, changes }
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
  if (!(Math.abs(time - clock.now().getTime()) <= agentClockSkewMs))
    throw new AppError('agent_signature_invalid', { field: agentHeaders.date })
  if (!agentNoncePattern.test(nonce)) throw new AppError('agent_signature_invalid', { field: agentHeaders.nonce })
  const agent = await store.find(database, id)
  if (agent === undefined || agent.publicKey === null) return undefined
  const bodySha256 = sha256(request.rawBody).toString('hex')
  const signed = agentSigningText({ method: request.method, path: request.url, date, nonce, bodySha256 })
  if (!verifyMessage(agent.publicKey, signed, header(agentHeaders.signature)))
    throw new AppError('agent_signature_invalid', { field: agentHeaders.signature })
  // Remembered once it is known who asks: nobody else can fill the table.
  const seen = { agentId: agent.id, nonce, expires: new Date(time + agentClockSkewMs), now: clock.now() }
  if (!(await store.noteRequest(database, seen)))
    throw new AppError('agent_request_repeated', { field: agentHeaders.nonce })
  return { kind: 'agent', id: agent.id, name: agent.hostname ?? agent.id, permissions: new Set() }
}

async function importLease({ database }: AgentServiceOptions, agent: store.Agent): Promise<ImportLease> {
  const request = { domainId: agent.domainId, kind: 'IMPORT', agentId: agent.id, leaseMs: importLeaseMs } as const
  const lease = agent.paused ? undefined : await domains.takeLease(database, request)
  const domain = await domains.find(database, agent.domainId)
  if (domain === undefined) throw new AppError('not_found', { field: 'domainId' })
  const isPrimary = lease?.agentId === agent.id
  return {
    role: agent.paused ? 'paused' : isPrimary ? 'primary' : 'standby',
    epoch: lease?.epoch ?? domain.importEpoch,
    leaseMs: importLeaseMs,
    settings: domainSettings(domain),
    fullReadWanted: domain.fullReadWanted || domain.cookie === null,
    wantedGuids: isPrimary ? [...(await mirror.listWanted(database, domain.id, wantedPerLease))] : [],
    ...(domain.cookie === null ? {} : { cookie: domain.cookie }),
    ...(domain.invocationId === null ? {} : { invocationId: domain.invocationId }),
    ...(domain.highestUsn === null ? {} : { highestUsn: domain.highestUsn }),
  }
}

/** What agents must know of a domain. */
export function domainSettings(domain: Domain): ImportLease['settings'] {
  return {
    domainId: domain.id,
    baseDn: domain.baseDn,
    rootDn: domain.rootDn,
    integrationGroupDn: domain.integrationGroupDn,
    userContainerDn: domain.userContainerDn,
    groupContainerDn: domain.groupContainerDn,
    upnSuffix: domain.upnSuffix,
  }
}
