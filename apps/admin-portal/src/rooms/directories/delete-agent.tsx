import type { DirectoryAgent, DirectoryDetail } from '@lockstep/contract/hub/directory'
import { ConfirmDialog } from '@lockstep/ui/confirm-dialog'
import { FailureNotice } from '@lockstep/ui/feedback/failure-notice'
import { type ReactElement, useState } from 'react'
import { ActionButton } from '../../feedback/action-button.tsx'
import { useAct } from '../../feedback/use-act.ts'
import { hub } from '../../hub/hub.ts'
import { useSession } from '../../session/use-session.ts'
import { agentName } from '../../words/words.ts'

interface DeleteAgentProps {
  readonly directory: DirectoryDetail
  readonly agent: DirectoryAgent
}

/** Ends an agent's enrolment; says what stops with it. */
export function DeleteAgent({ directory, agent }: DeleteAgentProps): ReactElement {
  const { denial } = useSession()
  const [opened, setOpened] = useState(false)
  const name = agentName(agent)
  const isLast =
    directory.agents.filter((each) => each.kind === agent.kind && each.state === 'active').length === 1 &&
    agent.state === 'active'
  const act = useAct({
    run: () => hub.directories.removeAgent(directory.id, agent.id),
    done: `The ${name} deleted`,
    touches: ['directories'],
    after: () => setOpened(false),
  })
  return (
    <>
      <ActionButton
        variant="default"
        size="xs"
        c="var(--ls-red)"
        denied={denial('directories.agents')}
        aria-label={`Delete the ${name}`}
        onClick={() => setOpened(true)}
      >
        Delete
      </ActionButton>
      <ConfirmDialog
        opened={opened}
        title={`Delete the ${name}?`}
        action="Delete agent"
        danger
        busy={act.isPending}
        error={<FailureNotice error={act.error} title="The agent was not deleted." unchanged="Nothing was changed." />}
        onConfirm={() => act.mutate()}
        onClose={() => setOpened(false)}
      >
        <p>
          The agent can no longer reach this hub; to use its machine again, add a new agent.
          {isLast &&
            (agent.kind === 'IMPORT'
              ? ' It is the last import agent: changes in the domain will not arrive here.'
              : ' It is the last sync agent: changes made here will wait.')}
        </p>
      </ConfirmDialog>
    </>
  )
}
