import type { DirectoryAgent } from '@lockstep/contract/hub/directory'
import { type DelegationState, delegationState } from '../../processes/ad/delegation.rules.ts'
import { wireDomain } from '../../processes/ad/domain.rules.ts'
import type { WireDomain } from '../../processes/ad/domain.service.ts'

type Row = Readonly<Record<string, unknown>>

const delegationStates: Readonly<Record<DelegationState, string>> = {
  disabled: 'DISABLED',
  pending: 'PENDING',
  active: 'ENABLED',
}

/** A domain as v2 answers it, its name spelled `DC=corp;DC=example`. */
export function renderDomain(domain: WireDomain, organizationId: string): Row {
  return {
    id: domain.id,
    domain: wireDomain(domain.baseDn),
    useCase: domain.useCase,
    groupsEnabled: true,
    delegationState: delegationStates[delegationState(domain)],
    primaryAgent: domain.syncAgentId ?? '',
    primaryImportAgent: domain.importAgentId ?? '',
    permission: 'PERMISSION_OWNER',
    organizationId,
    updatedAt: domain.updated.toISOString(),
  }
}

/** An agent as v2 answers it. A paused agent has no state of its own there. */
export function renderAgent(agent: DirectoryAgent): Row {
  return {
    id: agent.id,
    agentType: agent.kind,
    state: agent.state === 'paused' ? 'inactive' : agent.state,
    contactAt: agent.contactAt ?? null,
    hostname: agent.hostname ?? null,
    hostType: null,
    passwordUpdatedAt: null,
    source_ip: agent.sourceIp ?? null,
    version: agent.version ?? null,
    idSourceId: null,
  }
}
