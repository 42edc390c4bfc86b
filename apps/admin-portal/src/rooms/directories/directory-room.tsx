import type { DirectoryDetail } from '@lockstep/contract/hub/directory'
import { HealthLight } from '@lockstep/ui/health-light'
import { PageHeader } from '@lockstep/ui/page-header'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { ActionButton } from '../../feedback/action-button.tsx'
import { FailureNotice } from '../../feedback/failure-notice.tsx'
import { QueryView } from '../../feedback/query-view.tsx'
import { useAct } from '../../feedback/use-act.ts'
import { hub } from '../../hub/hub.ts'
import { directoryQuery } from '../../hub/queries.ts'
import { RoomTabs } from '../../lists/room-tabs.tsx'
import { useSession } from '../../session/use-session.ts'
import { useCases } from '../../words/words.ts'
import { SubjectJournal } from '../journal/subject-journal.tsx'
import { DirectoryAgents } from './directory-agents.tsx'
import { DirectoryFacts } from './directory-facts.tsx'
import { DirectoryProblems } from './directory-problems.tsx'
import { DirectorySettings } from './directory-settings.tsx'

/** One directory: whether it works, its agents, what is wrong, how it behaves. */
export function DirectoryRoom(): ReactElement {
  const { directoryId } = useParams({ from: '/shell/directories/$directoryId' })
  return (
    <QueryView query={useQuery(directoryQuery(directoryId))} what="The directory">
      {(directory) => <DirectoryPage directory={directory} />}
    </QueryView>
  )
}

function DirectoryPage({ directory }: { readonly directory: DirectoryDetail }): ReactElement {
  const { tab } = useSearch({ from: '/shell/directories/$directoryId' })
  const navigate = useNavigate()
  const problems = directory.problemCount > 0 ? `Problems (${directory.problemCount.toLocaleString('en')})` : 'Problems'
  return (
    <>
      <PageHeader
        title={directory.name}
        detail={useCases[directory.useCase]}
        actions={<ReadEverything directory={directory} />}
      />
      <HealthLight {...directory.health} />
      <RoomTabs
        label="Parts of the directory"
        value={tab}
        onChange={(next) =>
          void navigate({
            to: '/directories/$directoryId',
            params: { directoryId: directory.id },
            search: { tab: next },
          })
        }
        tabs={[
          {
            value: 'overview',
            label: 'Overview',
            content: () => (
              <>
                <DirectoryFacts directory={directory} />
                <DirectoryAgents directory={directory} />
              </>
            ),
          },
          { value: 'problems', label: problems, content: () => <DirectoryProblems directory={directory} /> },
          {
            value: 'settings',
            label: 'Settings',
            content: () => <DirectorySettings key={directory.id} directory={directory} />,
          },
          { value: 'journal', label: 'Journal', content: () => <SubjectJournal kind="directory" id={directory.id} /> },
        ]}
      />
    </>
  )
}

function ReadEverything({ directory }: { readonly directory: DirectoryDetail }): ReactElement {
  const { denial } = useSession()
  const act = useAct({
    run: () => hub.directories.readEverything(directory.id),
    done: `${directory.name} is read completely at the import agent’s next contact`,
    touches: ['directories'],
  })
  const hasImport = directory.agents.some((agent) => agent.kind === 'IMPORT' && agent.state === 'active')
  return (
    <>
      <ActionButton
        variant="default"
        loading={act.isPending}
        denied={
          denial('directories.write') ?? (hasImport ? undefined : 'There is no active import agent that could read.')
        }
        onClick={() => act.mutate()}
      >
        Read everything now
      </ActionButton>
      <FailureNotice error={act.error} title="The read was not asked for." />
    </>
  )
}
