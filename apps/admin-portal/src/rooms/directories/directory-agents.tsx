import type { DirectoryAgent, DirectoryDetail } from '@lockstep/contract/hub/directory'
import { FailureNotice } from '@lockstep/ui/feedback/failure-notice'
import { HealthLight } from '@lockstep/ui/health-light'
import { Section } from '@lockstep/ui/section'
import { StatusChip } from '@lockstep/ui/status-chip'
import { Time } from '@lockstep/ui/time'
import { type ReactElement, useState } from 'react'
import { ActionButton } from '../../feedback/action-button.tsx'
import { useAct } from '../../feedback/use-act.ts'
import { hub } from '../../hub/hub.ts'
import { useSession } from '../../session/use-session.ts'
import { agentPlaces } from '../../words/configuration-words.ts'
import { agentKinds, agentName, agentStates } from '../../words/words.ts'
import { AddAgent } from './add-agent.tsx'
import { AgentLog } from './agent-log.tsx'
import { DeleteAgent } from './delete-agent.tsx'
import { MakePrimary } from './make-primary.tsx'

/** The programs beside the domain. */
export function DirectoryAgents({ directory }: { readonly directory: DirectoryDetail }): ReactElement {
  return (
    <Section
      title="Agents"
      detail="Programs beside the domain: the import agent reads it, the sync agent writes to it. A second one of a kind takes over when the first is away."
      actions={<AddAgent directory={directory} />}
    >
      {directory.agents.length === 0 && <p className="ls-dim">No agent yet, so nothing is read or written.</p>}
      <ul className="portal-rows">
        {directory.agents.map((agent) => (
          <AgentRow key={agent.id} directory={directory} agent={agent} />
        ))}
      </ul>
    </Section>
  )
}

interface AgentRowProps {
  readonly directory: DirectoryDetail
  readonly agent: DirectoryAgent
}

function AgentRow({ directory, agent }: AgentRowProps): ReactElement {
  const { denial } = useSession()
  const [showsLog, setShowsLog] = useState(false)
  const paused = agent.state === 'paused'
  const name = agentName(agent)
  const act = useAct({
    run: () => hub.directories.updateAgent(directory.id, agent.id, { paused: !paused }),
    done: paused ? `The ${name} resumed` : `The ${name} paused; its queue is kept`,
    touches: ['directories'],
  })
  return (
    <li>
      <strong>{agentKinds[agent.kind]}</strong>
      <span className="ls-mono">{agent.hostname ?? 'not connected yet'}</span>
      <StatusChip {...agentStates[agent.state]} />
      {agent.primary && <StatusChip tone="blue" label="Primary" />}
      <span className="ls-spring" />
      <MakePrimary directory={directory} agent={agent} />
      {agent.state !== 'unsealed' && (
        <ActionButton
          variant="default"
          size="xs"
          denied={denial('directories.agents')}
          aria-expanded={showsLog}
          aria-label={`${showsLog ? 'Hide' : 'Show'} the log of the ${name}`}
          onClick={() => setShowsLog(!showsLog)}
        >
          {showsLog ? 'Hide log' : 'Show log'}
        </ActionButton>
      )}
      {agent.state !== 'unsealed' && (
        <ActionButton
          variant="default"
          size="xs"
          denied={denial('directories.agents')}
          loading={act.isPending}
          aria-label={`${paused ? 'Resume' : 'Pause'} the ${name}`}
          onClick={() => act.mutate()}
        >
          {paused ? 'Resume' : 'Pause'}
        </ActionButton>
      )}
      <DeleteAgent directory={directory} agent={agent} />
      <AgentFacts agent={agent} />
      {agent.warnings.map((warning) => (
        <p key={warning} className="portal-whole portal-agent-warning">
          {warning}
        </p>
      ))}
      {showsLog && <AgentLog directoryId={directory.id} agent={agent} />}
      <FailureNotice error={act.error} title="The agent was not changed." unchanged="Nothing was changed." />
    </li>
  )
}

function AgentFacts({ agent }: Pick<AgentRowProps, 'agent'>): ReactElement {
  return (
    <div className="portal-whole portal-agent-facts">
      <HealthLight {...agent.health} />
      <span className="ls-dim">
        {agent.contactAt !== undefined && (
          <>
            Last contact <Time at={agent.contactAt} />
          </>
        )}
        {agent.version !== undefined && ` · version ${agent.version}`}
        {agent.sourceIp !== undefined && ` · from ${agent.sourceIp}`}
        {agent.place !== undefined && ` · ${agentPlaces[agent.place]}`}
        {agent.validates === true && ' · validates sign-ins'}
        {agent.connectKeyExpires !== undefined && agent.state === 'unsealed' && (
          <>
            The connect key expires <Time at={agent.connectKeyExpires} />
          </>
        )}
      </span>
    </div>
  )
}
