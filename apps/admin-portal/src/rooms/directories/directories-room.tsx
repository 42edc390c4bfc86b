import type { DirectoryRow } from '@lockstep/contract/hub/directory'
import { EmptyState } from '@lockstep/ui/empty-state'
import { QueryView } from '@lockstep/ui/feedback/query-view'
import { HealthLight } from '@lockstep/ui/health-light'
import { PageHeader } from '@lockstep/ui/page-header'
import { Time } from '@lockstep/ui/time'
import { Button } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { type ReactElement, useState } from 'react'
import { ActionButton } from '../../feedback/action-button.tsx'
import { directoriesQuery } from '../../hub/queries.ts'
import { useSession } from '../../session/use-session.ts'
import { counted, useCases } from '../../words/words.ts'
import { dropDraft, keptDraft } from '../domain-wizard/use-draft.ts'

/** The outside directories; a handful, so all on one page. */
export function DirectoriesRoom(): ReactElement {
  const navigate = useNavigate()
  const { denial } = useSession()
  const connect = (
    <ActionButton
      leftSection={<IconPlus size={16} aria-hidden />}
      denied={denial('directories.write')}
      onClick={() => void navigate({ to: '/directories/new' })}
    >
      Connect a domain
    </ActionButton>
  )
  return (
    <>
      <PageHeader
        title="Directories"
        detail="Outside identity stores that are kept in lockstep with this hub."
        actions={connect}
      />
      <BegunDomain />
      <QueryView query={useQuery(directoriesQuery)} what="The directories">
        {(directories) =>
          directories.length === 0 ? (
            <EmptyState title="No directory yet" action={connect}>
              Connect an Active Directory domain: its users and groups appear here, and changes flow within a second.
            </EmptyState>
          ) : (
            <ul className="portal-cards">
              {directories.map((directory) => (
                <DirectoryCard key={directory.id} directory={directory} />
              ))}
            </ul>
          )
        }
      </QueryView>
    </>
  )
}

/** Leads back to a domain that somebody began to connect in this browser. */
function BegunDomain(): ReactElement | null {
  const [draft, setDraft] = useState(keptDraft)
  if (draft === undefined) return null
  return (
    <div className="ls-notice ls-tone-blue">
      <div className="ls-notice-body">
        <p>
          You began to connect {draft.domain.trim()}.{' '}
          <Link className="portal-link" to="/directories/new" search={{ step: 'places' }}>
            Go on
          </Link>
        </p>
      </div>
      <Button
        variant="subtle"
        size="compact-sm"
        onClick={() => {
          dropDraft()
          setDraft(undefined)
        }}
      >
        Discard
      </Button>
    </div>
  )
}

function DirectoryCard({ directory }: { readonly directory: DirectoryRow }): ReactElement {
  const { heldCount, failedCount, pendingCount, problemCount } = directory
  return (
    <li className="portal-card">
      <h2>
        <Link className="portal-link" to="/directories/$directoryId" params={{ directoryId: directory.id }}>
          {directory.name}
        </Link>
      </h2>
      <p className="ls-dim">{useCases[directory.useCase]}</p>
      <HealthLight {...directory.health} />
      <p>
        {counted(directory.userCount, 'user')}, {counted(directory.groupCount, 'group')}
        {pendingCount > 0 && `, ${counted(pendingCount, 'change')} being written`}
        {failedCount > 0 && `, ${counted(failedCount, 'account')} failed`}
        {heldCount > 0 && `, ${counted(heldCount, 'change')} held`}
        {problemCount > 0 && `, ${counted(problemCount, 'problem')}`}
      </p>
      <p className="ls-dim">
        {directory.lastReadAt === undefined ? (
          'Never read'
        ) : (
          <>
            Last read <Time at={directory.lastReadAt} />
          </>
        )}
      </p>
    </li>
  )
}
