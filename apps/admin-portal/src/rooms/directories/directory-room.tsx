import type { DirectoryDetail } from '@lockstep/contract/hub/directory'
import { FailureNotice } from '@lockstep/ui/feedback/failure-notice'
import { QueryView } from '@lockstep/ui/feedback/query-view'
import { HealthLight } from '@lockstep/ui/health-light'
import { PageHeader } from '@lockstep/ui/page-header'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { ActionButton } from '../../feedback/action-button.tsx'
import { useAct } from '../../feedback/use-act.ts'
import { hub } from '../../hub/hub.ts'
import { directoryQuery } from '../../hub/queries.ts'
import { type RoomTab, RoomTabs } from '../../lists/room-tabs.tsx'
import { useSession } from '../../session/use-session.ts'
import { useCases } from '../../words/words.ts'
import { setUpProgress } from '../domain-wizard/set-up-progress.ts'
import { SubjectJournal } from '../journal/subject-journal.tsx'
import { DirectoryAgents } from './directory-agents.tsx'
import { DirectoryComparison } from './directory-comparison.tsx'
import { DirectoryFacts } from './directory-facts.tsx'
import { DirectoryGroups } from './directory-groups.tsx'
import { DirectoryProblems } from './directory-problems.tsx'
import { DirectoryResolutions } from './directory-resolutions.tsx'
import { DirectorySettings } from './directory-settings.tsx'
import { DirectoryUsers } from './directory-users.tsx'
import { DirectoryWarnings } from './directory-warnings.tsx'
import { HeldPlans } from './held-plans.tsx'

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
  return (
    <>
      <PageHeader
        title={directory.name}
        detail={useCases[directory.useCase]}
        actions={<ReadEverything directory={directory} />}
      />
      <HealthLight {...directory.health} />
      <SetUpNotice directory={directory} />
      <DirectoryWarnings directory={directory} />
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
        tabs={tabsOf(directory)}
      />
    </>
  )
}

function tabsOf(directory: DirectoryDetail): readonly RoomTab[] {
  const problems = directory.problemCount > 0 ? `Problems (${directory.problemCount.toLocaleString('en')})` : 'Problems'
  return [
    {
      value: 'overview',
      label: 'Overview',
      content: () => (
        <>
          <HeldPlans directory={directory} />
          <DirectoryFacts directory={directory} />
          <DirectoryAgents directory={directory} />
        </>
      ),
    },
    {
      value: 'users',
      label: 'Users',
      content: () => <DirectoryUsers key={directory.id} directory={directory} />,
    },
    {
      value: 'groups',
      label: 'Groups',
      content: () => <DirectoryGroups key={directory.id} directory={directory} />,
    },
    {
      value: 'problems',
      label: problems,
      content: () => (
        <>
          <DirectoryProblems directory={directory} />
          <DirectoryResolutions directory={directory} />
        </>
      ),
    },
    {
      value: 'comparison',
      label: 'Comparison',
      content: () => <DirectoryComparison key={directory.id} directory={directory} />,
    },
    {
      value: 'settings',
      label: 'Settings',
      content: () => <DirectorySettings key={directory.id} directory={directory} />,
    },
    { value: 'journal', label: 'Journal', content: () => <SubjectJournal kind="directory" id={directory.id} /> },
  ]
}

/** Leads back to a set-up that somebody left. */
function SetUpNotice({ directory }: { readonly directory: DirectoryDetail }): ReactElement | null {
  const { missing, waiting, isDone } = setUpProgress(directory)
  if (isDone) return null
  const next =
    missing.length > 0
      ? 'An agent is still to be added.'
      : waiting.length > 0
        ? 'An agent has not connected yet.'
        : 'The first read is not complete yet.'
  return (
    <div className="ls-notice ls-tone-blue">
      <div className="ls-notice-body">
        <p className="ls-notice-title">The set-up is not finished</p>
        <p>
          {next}{' '}
          <Link
            className="portal-link"
            to="/directories/$directoryId/set-up"
            params={{ directoryId: directory.id }}
            search={{}}
          >
            Continue the set-up
          </Link>
        </p>
      </div>
    </div>
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
