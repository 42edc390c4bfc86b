import type { AgentCreated, DirectoryAgent, DirectoryDetail } from '@lockstep/contract/hub/directory'
import { CodeBlock } from '@lockstep/ui/code-block'
import { FailureNotice } from '@lockstep/ui/feedback/failure-notice'
import { HealthLight } from '@lockstep/ui/health-light'
import { Section } from '@lockstep/ui/section'
import { StatusChip } from '@lockstep/ui/status-chip'
import { Time } from '@lockstep/ui/time'
import { Button, SegmentedControl } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { type ReactElement, useState } from 'react'
import { ActionButton } from '../../feedback/action-button.tsx'
import { useAct } from '../../feedback/use-act.ts'
import { hub } from '../../hub/hub.ts'
import { agentBundlesQuery } from '../../hub/queries.ts'
import { useSession } from '../../session/use-session.ts'
import { agentKinds, agentName, agentStates } from '../../words/words.ts'
import { agentCommands } from './agent-command.ts'
import { windowsAgentCommands } from './windows-agent-commands.ts'

interface AgentsStepProps {
  readonly directory: DirectoryDetail
  readonly onNext: () => void
}

/** One part for each kind of agent that the configuration asks for. */
export function AgentsStep({ directory, onNext }: AgentsStepProps): ReactElement {
  return (
    <>
      <p>
        An agent is one file that runs beside the domain, on a machine with Node 24 that reaches a domain controller and
        this hub. It opens all connections itself; the hub opens none.
      </p>
      {directory.configuration.agentsWanted.map((kind) => (
        <AgentOfKind key={kind} directory={directory} kind={kind} />
      ))}
      <div className="ls-actions">
        <Button onClick={onNext}>Continue</Button>
      </div>
    </>
  )
}

const purposes = {
  IMPORT: 'Reads users, groups and memberships from the domain.',
  SYNC: 'Writes what is changed here to the domain.',
} as const

interface AgentOfKindProps {
  readonly directory: DirectoryDetail
  readonly kind: DirectoryAgent['kind']
}

function AgentOfKind({ directory, kind }: AgentOfKindProps): ReactElement {
  const { denial } = useSession()
  const agents = directory.agents.filter((agent) => agent.kind === kind)
  const unused = agents.find((agent) => agent.state === 'unsealed')
  const [created, setCreated] = useState<AgentCreated>()
  const isNew = created !== undefined && agents.some(({ id, state }) => id === created.agent.id && state === 'unsealed')
  const add = useAct({
    run: async () => {
      // Its key was shown once and is of no use to anybody who has not copied it.
      if (unused !== undefined) await hub.directories.removeAgent(directory.id, unused.id)
      return hub.directories.addAgent(directory.id, { kind })
    },
    done: `Connect key for the ${agentKinds[kind].toLowerCase()} made`,
    touches: ['directories'],
    after: setCreated,
  })
  return (
    <Section
      title={agentKinds[kind]}
      detail={purposes[kind]}
      actions={
        <ActionButton
          variant={agents.length === 0 ? 'filled' : 'default'}
          loading={add.isPending}
          denied={denial('directories.agents')}
          aria-label={`${unused === undefined ? 'Make a connect key' : 'Make another connect key'} for the ${agentKinds[kind].toLowerCase()}`}
          onClick={() => add.mutate()}
        >
          {unused === undefined ? 'Make a connect key' : 'Make another connect key'}
        </ActionButton>
      }
    >
      <ul className="portal-rows" aria-live="polite">
        {agents.map((agent) => (
          <li key={agent.id}>
            <strong>{agentName(agent)}</strong>
            <StatusChip {...agentStates[agent.state]} waiting={agent.state === 'unsealed'} />
            {agent.state === 'unsealed' ? (
              <span className="ls-dim">
                {!isNew && 'Its connect key was shown once; lost, it is replaced by another one. '}
                {agent.connectKeyExpires !== undefined && (
                  <>
                    The key expires <Time at={agent.connectKeyExpires} />.
                  </>
                )}
              </span>
            ) : (
              <HealthLight {...agent.health} />
            )}
          </li>
        ))}
      </ul>
      <FailureNotice error={add.error} title="No connect key was made." />
      {isNew && <KeyAndCommands directory={directory} created={created} />}
    </Section>
  )
}

function KeyAndCommands({
  directory,
  created,
}: {
  readonly directory: DirectoryDetail
  readonly created: AgentCreated
}): ReactElement {
  const [system, setSystem] = useState('windows')
  const { agent, connectKey } = created
  const { data: bundles } = useQuery(agentBundlesQuery)
  const facts = {
    kind: agent.kind,
    hubUrl: globalThis.location.origin,
    connectKey,
    domain: directory.name,
    baseDn: directory.baseDn,
    bundle: bundles?.find(({ kind }) => kind === agent.kind),
  }
  const isWindows = system === 'windows'
  return (
    <div className="ls-stack">
      <p>
        <strong>Copy the connect key now; it is shown only this once.</strong> It works once.
      </p>
      <CodeBlock label="connect key" text={connectKey} />
      <SegmentedControl
        className="wizard-segments"
        aria-label="System of the agent’s machine"
        value={system}
        onChange={setSystem}
        data={[
          { value: 'windows', label: 'Windows' },
          { value: 'linux', label: 'Linux' },
        ]}
      />
      <p className="ls-dim">
        Put your domain controller in place of dc1, and the service account’s password into password.txt. The commands
        fetch the agent with the key, check its file, enrol it, look whether all it needs is there, run it, and print
        how the machine keeps it running.
      </p>
      <CodeBlock label="commands" text={isWindows ? windowsAgentCommands(facts) : agentCommands(facts)} />
    </div>
  )
}
