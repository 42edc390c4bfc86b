import type { DirectoryAgent, DirectoryDetail } from '@lockstep/contract/hub/directory'
import { FailureNotice } from '@lockstep/ui/feedback/failure-notice'
import { type ReactElement } from 'react'
import { ActionButton } from '../../feedback/action-button.tsx'
import { useAct } from '../../feedback/use-act.ts'
import { hub } from '../../hub/hub.ts'
import { useSession } from '../../session/use-session.ts'
import { agentName } from '../../words/words.ts'

interface MakePrimaryProps {
  readonly directory: DirectoryDetail
  readonly agent: DirectoryAgent
}

/** Chooses the agent that works; offered where there is a choice. */
export function MakePrimary({ directory, agent }: MakePrimaryProps): ReactElement | null {
  const { denial } = useSession()
  const name = agentName(agent)
  const act = useAct({
    run: () => hub.directories.updateAgent(directory.id, agent.id, { primary: true }),
    done: `The ${name} is primary now`,
    touches: ['directories'],
  })
  const hasOthers = directory.agents.some(({ id, kind }) => kind === agent.kind && id !== agent.id)
  if (agent.primary || agent.state !== 'active' || !hasOthers) return null
  return (
    <>
      <ActionButton
        variant="default"
        size="xs"
        denied={denial('directories.agents')}
        loading={act.isPending}
        aria-label={`Make the ${name} primary`}
        onClick={() => act.mutate()}
      >
        Make primary
      </ActionButton>
      <FailureNotice error={act.error} title="The primary agent was not changed." unchanged="Nothing was changed." />
    </>
  )
}
