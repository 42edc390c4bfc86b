import type { DirectoryDetail } from '@lockstep/contract/hub/directory'
import { QueryView } from '@lockstep/ui/feedback/query-view'
import { PageHeader } from '@lockstep/ui/page-header'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { directoryQuery } from '../../hub/queries.ts'
import { configurationWords } from '../../words/configuration-words.ts'
import { AgentsStep } from './agents-step.tsx'
import { FirstReadStep } from './first-read-step.tsx'
import { PrepareStep } from './prepare-step.tsx'
import { setUpProgress } from './set-up-progress.ts'
import { draftSteps, type SetUpStep, setUpSteps, WizardSteps } from './wizard-steps.tsx'
import './domain-wizard.css'

/** An agent’s contacts are no entries of the journal, so who waits for the first one asks now and then. */
const waitingMs = 1_000

/** Setting up a domain that the hub knows: commands, agents, the first read. It can be left and taken up by anybody. */
export function SetUpDomainRoom(): ReactElement {
  const { directoryId } = useParams({ from: '/shell/directories/$directoryId/set-up' })
  const query = useQuery({
    ...directoryQuery(directoryId),
    refetchInterval: ({ state }) =>
      state.data !== undefined && setUpProgress(state.data).isDone ? waitingMs * 5 : waitingMs,
  })
  return (
    <QueryView query={query} what="The directory">
      {(directory) => <SetUp directory={directory} />}
    </QueryView>
  )
}

function SetUp({ directory }: { readonly directory: DirectoryDetail }): ReactElement {
  const navigate = useNavigate()
  const { step: asked } = useSearch({ from: '/shell/directories/$directoryId/set-up' })
  const { missing, waiting, isRead, isDone } = setUpProgress(directory)
  const step: SetUpStep = setUpSteps.find((each) => each === asked) ?? (missing.length > 0 ? 'prepare' : 'read')
  const go = (next: SetUpStep): void =>
    void navigate({
      to: '/directories/$directoryId/set-up',
      params: { directoryId: directory.id },
      search: { step: next },
    })
  const done = new Set([
    ...draftSteps,
    ...(directory.agents.length > 0 ? (['prepare'] as const) : []),
    ...(missing.length + waiting.length === 0 ? (['agents'] as const) : []),
    ...(isRead && isDone ? (['read'] as const) : []),
  ])
  return (
    <>
      <PageHeader title={`Set up ${directory.name}`} detail={configurationWords[directory.useCase].sentence} />
      <WizardSteps current={step} done={done} directoryId={directory.id} />
      {step === 'prepare' && <PrepareStep directory={directory} onNext={() => go('agents')} />}
      {step === 'agents' && <AgentsStep directory={directory} onNext={() => go('read')} />}
      {step === 'read' && <FirstReadStep directory={directory} />}
    </>
  )
}
