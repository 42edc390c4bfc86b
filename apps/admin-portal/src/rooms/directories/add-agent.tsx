import type { AgentCreated, DirectoryAgent, DirectoryDetail } from '@lockstep/contract/hub/directory'
import { CodeBlock } from '@lockstep/ui/code-block'
import { FailureNotice } from '@lockstep/ui/feedback/failure-notice'
import { Time } from '@lockstep/ui/time'
import { Button, Modal, Radio } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { type ReactElement, useState } from 'react'
import { ActionButton } from '../../feedback/action-button.tsx'
import { useAct } from '../../feedback/use-act.ts'
import { hub } from '../../hub/hub.ts'
import { agentBundlesQuery } from '../../hub/queries.ts'
import { useSession } from '../../session/use-session.ts'
import { agentKinds } from '../../words/words.ts'
import { agentCommands } from '../domain-wizard/agent-command.ts'

/** Makes an agent and shows its connect key, once, with the command to run. */
export function AddAgent({ directory }: { readonly directory: DirectoryDetail }): ReactElement {
  const { denial } = useSession()
  const [opened, setOpened] = useState(false)
  return (
    <>
      <ActionButton
        variant="default"
        leftSection={<IconPlus size={16} aria-hidden />}
        denied={denial('directories.agents')}
        onClick={() => setOpened(true)}
      >
        Add agent
      </ActionButton>
      <Modal
        opened={opened}
        onClose={() => setOpened(false)}
        title={`Add an agent to ${directory.name}`}
        size="lg"
        closeOnClickOutside={false}
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <AddAgentSteps directory={directory} onClose={() => setOpened(false)} />
      </Modal>
    </>
  )
}

interface StepsProps {
  readonly directory: DirectoryDetail
  readonly onClose: () => void
}

function AddAgentSteps({ directory, onClose }: StepsProps): ReactElement {
  const hasImport = directory.agents.some((agent) => agent.kind === 'IMPORT')
  const [kind, setKind] = useState<DirectoryAgent['kind']>(
    hasImport && directory.useCase !== 'ADASAUTHORITY' ? 'SYNC' : 'IMPORT',
  )
  const act = useAct({
    run: () => hub.directories.addAgent(directory.id, { kind }),
    done: `${agentKinds[kind]} added`,
    touches: ['directories'],
  })
  if (act.data) return <ConnectKey created={act.data} directory={directory} onClose={onClose} />
  return (
    <div className="ls-stack">
      <Radio.Group label="Kind" value={kind} onChange={(value) => setKind(value === 'SYNC' ? 'SYNC' : 'IMPORT')}>
        <div className="ls-stack portal-radios">
          <Radio
            value="IMPORT"
            label="Import agent"
            description="Reads users, groups and memberships from the domain."
          />
          <Radio value="SYNC" label="Sync agent" description="Writes what is changed here to the domain." />
        </div>
      </Radio.Group>
      <FailureNotice error={act.error} title="The agent was not added." unchanged="Nothing was changed." />
      <div className="ls-dialog-actions">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button loading={act.isPending} onClick={() => act.mutate()}>
          Add agent
        </Button>
      </div>
    </div>
  )
}

function ConnectKey({ created, directory, onClose }: StepsProps & { readonly created: AgentCreated }): ReactElement {
  const { agent, connectKey } = created
  const { name: domain, baseDn } = directory
  const hubUrl = globalThis.location.origin
  const { data: bundles } = useQuery(agentBundlesQuery)
  const bundle = bundles?.find(({ kind }) => kind === agent.kind)
  return (
    <div className="ls-stack">
      <p>
        <strong>Copy the connect key now; it is shown only this once.</strong> It works once
        {agent.connectKeyExpires !== undefined && (
          <>
            {' '}
            and expires <Time at={agent.connectKeyExpires} />
          </>
        )}
        .
      </p>
      <h3>Connect key</h3>
      <CodeBlock label="connect key" text={connectKey} />
      <h3>Commands</h3>
      <p className="ls-dim">
        Run them on a machine with Node 24 that reaches both the domain and this hub. Put your domain controller,
        service account and password file in place of the examples. They fetch the agent with the key, check its file,
        enrol it once, look whether all it needs is there, print how the machine keeps it running, and run it.
      </p>
      <CodeBlock
        label="commands"
        text={agentCommands({ kind: agent.kind, hubUrl, connectKey, domain, baseDn, bundle })}
      />
      {bundle !== undefined && (
        <p className="ls-dim">
          Without curl: <a href={hub.directories.agentBundleFile(bundle.name)}>download {bundle.name}</a> (version{' '}
          {bundle.version}) here and copy it there.
        </p>
      )}
      <div className="ls-dialog-actions">
        <Button onClick={onClose}>I have copied it</Button>
      </div>
    </div>
  )
}
