import type { DirectoryAgent, DirectoryDetail, DirectoryRow } from '@lockstep/contract/hub/directory'
import type { Agent } from './agent.store.ts'
import { agentHealth, agentSilenceMs, domainHealth, type AgentFacts, type Domain } from './domain.rules.ts'

function facts(agent: Agent): AgentFacts {
  return { ...agent, enrolled: agent.publicKey !== null }
}

/** An agent as people see it. */
export function agentView(agent: Agent, domain: Domain, now: Date): DirectoryAgent {
  const holder = agent.kind === 'IMPORT' ? domain.importAgentId : domain.syncAgentId
  const until = agent.kind === 'IMPORT' ? domain.importLeaseUntil : domain.syncLeaseUntil
  return {
    id: agent.id,
    kind: agent.kind,
    state: stateOf(agent, now),
    primary: holder === agent.id && until !== null && until > now,
    health: agentHealth(facts(agent), now),
    created: agent.created.toISOString(),
    ...(agent.hostname === null ? {} : { hostname: agent.hostname }),
    ...(agent.version === null ? {} : { version: agent.version }),
    ...(agent.sourceIp === null ? {} : { sourceIp: agent.sourceIp }),
    ...(agent.contactAt === null ? {} : { contactAt: agent.contactAt.toISOString() }),
    ...(agent.connectKeyExpires === null ? {} : { connectKeyExpires: agent.connectKeyExpires.toISOString() }),
  }
}

function stateOf(agent: Agent, now: Date): DirectoryAgent['state'] {
  if (agent.publicKey === null) return 'unsealed'
  if (agent.paused) return 'paused'
  const silent = agent.contactAt === null || now.getTime() - agent.contactAt.getTime() > agentSilenceMs
  return silent ? 'inactive' : 'active'
}

/** A domain as it stands in a list. */
export function domainRow(
  domain: Domain,
  found: {
    readonly agents: readonly Agent[]
    readonly counts:
      | { readonly users: number; readonly groups: number; readonly pending: number; readonly failed: number }
      | undefined
    readonly problemCount: number
    readonly heldCount: number
    readonly now: Date
  },
): DirectoryRow {
  const { counts } = found
  const isWritten = domain.useCase !== 'ADASAUTHORITY'
  return {
    id: domain.id,
    name: domain.name,
    kind: 'active_directory',
    useCase: domain.useCase,
    health: domainHealth(domain.useCase, found.agents.map(facts), found.now),
    userCount: counts?.users ?? 0,
    groupCount: counts?.groups ?? 0,
    problemCount: found.problemCount,
    pendingCount: isWritten ? (counts?.pending ?? 0) : 0,
    failedCount: counts?.failed ?? 0,
    heldCount: found.heldCount,
    ...(domain.lastReadAt === null ? {} : { lastReadAt: domain.lastReadAt.toISOString() }),
    ...(domain.lastFullReadAt === null ? {} : { lastFullReadAt: domain.lastFullReadAt.toISOString() }),
    ...(domain.lastWriteAt === null ? {} : { lastWriteAt: domain.lastWriteAt.toISOString() }),
  }
}

/** A domain with its settings and agents. */
export function domainDetail(row: DirectoryRow, domain: Domain, agents: readonly DirectoryAgent[]): DirectoryDetail {
  return {
    ...row,
    baseDn: domain.baseDn,
    rootDn: domain.rootDn,
    integrationGroupDn: domain.integrationGroupDn,
    userContainerDn: domain.userContainerDn,
    groupContainerDn: domain.groupContainerDn,
    upnSuffix: domain.upnSuffix,
    behaviour: domain.behaviour,
    agents: [...agents],
  }
}
