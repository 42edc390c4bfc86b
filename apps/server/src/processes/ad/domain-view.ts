import { offeredAgentVersion } from '@lockstep/contract/agents/agent-version'
import type { DirectoryAgent, DirectoryDetail, DirectoryRow, DirectoryWarning } from '@lockstep/contract/hub/directory'
import type { Agent } from './agent.store.ts'
import { versionWarnings } from './agent-version.rules.ts'
import { configurationOf, describeConfiguration } from './configuration.rules.ts'
import { agentHealth, agentSilenceMs, domainHealth, type AgentFacts, type Domain, isWithin } from './domain.rules.ts'
import { entraWarning } from './entra-signs.rules.ts'
import { describeDelegation, type SignInCounts, signInWarnings } from './sign-in-problem.rules.ts'

function facts(agent: Agent): AgentFacts {
  return { ...agent, enrolled: agent.publicKey !== null }
}

/** An agent as people see it; `others` are those of the same domain. */
export function agentView(agent: Agent, domain: Domain, now: Date, others: readonly Agent[] = []): DirectoryAgent {
  const holder = agent.kind === 'IMPORT' ? domain.importAgentId : domain.syncAgentId
  const until = agent.kind === 'IMPORT' ? domain.importLeaseUntil : domain.syncLeaseUntil
  return {
    id: agent.id,
    kind: agent.kind,
    state: stateOf(agent, now),
    primary: !agent.paused && holder === agent.id && until !== null && until > now,
    health: agentHealth(facts(agent), now),
    created: agent.created.toISOString(),
    warnings: [
      ...versionWarnings(
        agent.version,
        others.flatMap(({ id, version }) => (id === agent.id || version === null ? [] : [version])),
        offeredAgentVersion,
      ),
      ...refusedAnswers(agent, now),
    ],
    ...(agent.kind === 'IMPORT'
      ? {
          validates:
            !agent.paused && agent.sealingKey !== null && agent.checksUntil !== null && agent.checksUntil > now,
        }
      : {}),
    ...(agent.place === null ? {} : { place: agent.place }),
    ...(agent.hostname === null ? {} : { hostname: agent.hostname }),
    ...(agent.version === null ? {} : { version: agent.version }),
    ...(agent.sourceIp === null ? {} : { sourceIp: agent.sourceIp }),
    ...(agent.contactAt === null ? {} : { contactAt: agent.contactAt.toISOString() }),
    ...(agent.connectKeyExpires === null ? {} : { connectKeyExpires: agent.connectKeyExpires.toISOString() }),
  }
}

const refusalShownMs = 7 * 86_400_000

function refusedAnswers({ refusedAnswerAt }: Agent, now: Date): string[] {
  if (refusedAnswerAt === null || now.getTime() - refusedAnswerAt.getTime() > refusalShownMs) return []
  return [
    `It answered a sign-in that it had not been given, which was refused (${refusedAnswerAt.toISOString()}). If nobody was testing, its key is in other hands: delete the agent and enrol a new one.`,
  ]
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
  const { isWritten } = configurationOf(domain.useCase)
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

/** What an administrator should know about a domain as a whole. */
function domainWarnings(domain: Domain): readonly DirectoryWarning[] {
  const { entraSigns, lastFullReadAt } = domain
  const isGroupMissing = lastFullReadAt !== null && domain.integrationGroupGuid === null
  const roots = [{ dn: domain.rootDn, guid: domain.rootGuid }, ...domain.furtherRoots]
  const missing = roots.filter(({ dn, guid }) => guid === null && !isWithin(domain.baseDn, dn))
  return [
    ...(entraSigns === null ? [] : [entraWarning(entraSigns)]),
    ...(isGroupMissing
      ? [
          {
            code: 'integration_group_missing',
            detail: `The domain has no integration group ${domain.integrationGroupDn}; nobody is imported.`,
            remedy: 'Make the group there, or name another one in the settings.',
          },
        ]
      : []),
    ...(lastFullReadAt === null ? [] : missing).map(({ dn }) => ({
      code: 'root_container_missing',
      detail: `The domain has no container ${dn}.`,
      remedy: 'Make it there, or name another one in the settings.',
    })),
    ...(domain.awaitsFullRead
      ? [
          {
            code: 'awaits_full_read',
            detail: 'More is read than before; nothing is imported until everything was read once.',
            remedy: 'It happens by itself as soon as an import agent runs.',
          },
        ]
      : []),
  ]
}

/** A domain with its settings and agents. */
export function domainDetail(
  row: DirectoryRow,
  domain: Domain,
  { agents, signIns }: { readonly agents: readonly DirectoryAgent[]; readonly signIns: SignInCounts },
): DirectoryDetail {
  return {
    ...row,
    baseDn: domain.baseDn,
    rootDn: domain.rootDn,
    furtherRootDns: domain.furtherRoots.map(({ dn }) => dn),
    integrationGroupDn: domain.integrationGroupDn,
    userContainerDn: domain.userContainerDn,
    groupContainerDn: domain.groupContainerDn,
    upnSuffix: domain.upnSuffix,
    containerRules: [...domain.containerRules],
    movesAccounts: domain.movesAccounts,
    behaviour: domain.behaviour,
    configuration: describeConfiguration(domain),
    delegation: describeDelegation(domain),
    warnings: [...signInWarnings(domain, signIns), ...domainWarnings(domain)],
    agents: [...agents],
  }
}
