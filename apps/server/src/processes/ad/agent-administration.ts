import { AppError } from '@lockstep/contract/app-error'
import type { AgentCreated, AgentUpdate, DirectoryAgent } from '@lockstep/contract/hub/directory'
import type { Clock } from '@lockstep/kernel/clock'
import { newId, parseId } from '@lockstep/kernel/ids'
import { requirePermission } from '../../directory/access/access.rules.ts'
import type { ChangeOrigin, JournalDraft } from '../../directory/journal/journal.rules.ts'
import type { JournalService } from '../../directory/journal/journal.service.ts'
import { hashToken, newToken } from '../../platform/crypto/tokens.ts'
import type { Database, Queryable } from '../../platform/db/database.ts'
import * as store from './agent.store.ts'
import { agentView } from './domain-view.ts'
import { agentHealth, type Domain } from './domain.rules.ts'
import * as domains from './domain.store.ts'
import { leaseMs } from './lease.rules.ts'
import * as leases from './lease.store.ts'

/** How long a connect key may be used. */
const connectKeyLifeMs = 7 * 24 * 60 * 60 * 1000

/** The part of the agents that an administrator uses. */
export interface AgentAdministration {
  create(origin: ChangeOrigin, domainId: string, kind: store.Agent['kind']): Promise<AgentCreated>
  /** Pauses, resumes or makes primary. */
  change(origin: ChangeOrigin, key: AgentKey, update: AgentUpdate): Promise<DirectoryAgent>
  /** The agent's key is refused from then on. */
  remove(origin: ChangeOrigin, key: AgentKey): Promise<void>
}

interface AgentKey {
  readonly domainId: string
  readonly agentId: string
}

export interface AgentAdministrationOptions {
  readonly database: Database
  readonly clock: Clock
  readonly journal: JournalService
  readonly announce: () => void
}

export function administration(options: AgentAdministrationOptions): AgentAdministration {
  const { database, clock, journal, announce } = options
  const find = async (key: AgentKey): Promise<{ agent: store.Agent; domain: Domain }> => {
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
        sealingKey: null,
        ...{ place: null, checksUntil: null, refusedAnswerAt: null },
        paused: false,
        hostname: null,
        version: null,
        sourceIp: null,
        contactAt: null,
        directoryReachable: null,
        directoryError: null,
        logWantedUntil: null,
        created: now,
      }
      const connectKey = newToken('lsc')
      await database.transaction(async (transaction) => {
        await store.insert(transaction, agent, hashToken(connectKey))
        await journal.record(transaction, origin, [agentDraft('agent.create', agent, { kind: { after: kind } })])
      })
      announce()
      return { agent: agentView(agent, domain, now), connectKey }
    },
    async change(origin, key, update) {
      requirePermission(origin.actor, 'directories.agents')
      const found = await find(key)
      if ('primary' in update) requireReady(found.agent, clock.now())
      await database.transaction((transaction) => changeAgent({ transaction, origin, journal, ...found }, update))
      announce()
      const after = await find(key)
      return agentView(after.agent, after.domain, clock.now(), await store.list(database, after.domain.id))
    },
    async remove(origin, key) {
      requirePermission(origin.actor, 'directories.agents')
      const { agent } = await find(key)
      await database.transaction(async (transaction) => {
        await leases.lock(transaction, agent.domainId)
        await domains.dropLease(transaction, { kind: agent.kind, agentId: agent.id })
        if (!(await store.remove(transaction, agent.id))) throw noAgent()
        await journal.record(transaction, origin, [agentDraft('agent.delete', agent, { kind: { before: agent.kind } })])
      })
      announce()
    },
  }
}

interface AgentChange {
  readonly transaction: Queryable
  readonly origin: ChangeOrigin
  readonly journal: JournalService
  readonly agent: store.Agent
  readonly domain: Domain
}

async function changeAgent(
  { transaction, origin, journal, agent, domain }: AgentChange,
  update: AgentUpdate,
): Promise<void> {
  const drafts: JournalDraft[] = []
  // What asks for the lease at this moment waits, and then sees what was changed here.
  await leases.lock(transaction, domain.id)
  if ('paused' in update && update.paused !== agent.paused) {
    const { paused } = update
    await store.setPaused(transaction, agent.id, paused)
    if (paused) await domains.dropLease(transaction, { kind: agent.kind, agentId: agent.id })
    const changes = { paused: { before: agent.paused, after: paused } }
    drafts.push(agentDraft(paused ? 'agent.pause' : 'agent.resume', agent, changes))
  }
  if ('primary' in update) {
    const before = agent.kind === 'IMPORT' ? domain.importAgentId : domain.syncAgentId
    const request = { domainId: domain.id, kind: agent.kind, agentId: agent.id, leaseMs }
    if (await leases.give(transaction, request))
      drafts.push(agentDraft('agent.make_primary', agent, { primaryAgentId: { before, after: agent.id } }))
  }
  await journal.record(transaction, origin, drafts)
}

/** Only an agent that works can be chosen: any other would lose the lease again at once. */
function requireReady(agent: store.Agent, now: Date): void {
  const health = agentHealth({ ...agent, enrolled: agent.publicKey !== null }, now)
  if (health.light === 'green') return
  throw new AppError('agent_not_ready', {
    field: 'primary',
    detail: `The agent cannot be primary now. ${health.reason}`,
  })
}

function noAgent(): AppError {
  return new AppError('not_found', { field: 'agent_id', detail: 'There is no such agent.' })
}

/** A row of the journal about an agent. */
export function agentDraft(
  action: string,
  agent: store.Agent,
  changes: NonNullable<JournalDraft['changes']>,
): JournalDraft {
  return { action, subjectKind: 'agent', subjectId: agent.id, subject: agent.hostname ?? agent.kind, changes }
}
