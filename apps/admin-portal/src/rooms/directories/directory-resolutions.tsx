import type { DirectoryDetail } from '@lockstep/contract/hub/directory'
import type { DirectoryResolution } from '@lockstep/contract/hub/directory-change'
import { FailureNotice } from '@lockstep/ui/feedback/failure-notice'
import { Section } from '@lockstep/ui/section'
import { Time } from '@lockstep/ui/time'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { ActionButton } from '../../feedback/action-button.tsx'
import { useAct } from '../../feedback/use-act.ts'
import { hub } from '../../hub/hub.ts'
import { resolutionsQuery } from '../../hub/queries.ts'
import { useSession } from '../../session/use-session.ts'
import { counted } from '../../words/words.ts'
import { resolutionText } from './resolution-words.ts'

/** What was decided on conflicts, each with the way back; nothing while nothing was. */
export function DirectoryResolutions({ directory }: { readonly directory: DirectoryDetail }): ReactElement | null {
  const page = useQuery(resolutionsQuery(directory.id)).data
  if (page === undefined || page.total === 0) return null
  return (
    <Section
      title="Decided conflicts"
      detail={`${counted(page.total, 'decision')}, followed by every import until taken back.`}
    >
      <ul className="portal-rows">
        {page.items.map((resolution) => (
          <Row key={resolution.guid} directory={directory} resolution={resolution} />
        ))}
      </ul>
    </Section>
  )
}

interface RowProps {
  readonly directory: DirectoryDetail
  readonly resolution: DirectoryResolution
}

function Row({ directory, resolution }: RowProps): ReactElement {
  const { denial } = useSession()
  const { guid, name, userId, groupId, created } = resolution
  const act = useAct({
    run: () => hub.directories.removeResolution(directory.id, guid),
    done: `The decision on ${name} is taken back`,
    touches: ['directories', `problems.${directory.id}`],
  })
  return (
    <li>
      <strong>{name}</strong>
      <span>{resolutionText(resolution)}</span>
      {userId !== undefined && (
        <Link to="/users/$userId" params={{ userId }}>
          Open the user
        </Link>
      )}
      {groupId !== undefined && (
        <Link to="/groups/$groupId" params={{ groupId }}>
          Open the group
        </Link>
      )}
      <span className="ls-dim">
        <Time at={created} />
      </span>
      <span className="ls-spring" />
      <ActionButton
        variant="default"
        size="xs"
        denied={denial('directories.write')}
        loading={act.isPending}
        aria-label={`Take back the decision on ${name}`}
        onClick={() => act.mutate()}
      >
        Take back
      </ActionButton>
      <FailureNotice error={act.error} title="The decision was not taken back." unchanged="Nothing was changed." />
    </li>
  )
}
