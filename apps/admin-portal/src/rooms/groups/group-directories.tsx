import type { DirectoryRow as Directory } from '@lockstep/contract/hub/directory'
import type { GroupDetail } from '@lockstep/contract/hub/group'
import { FailureNotice } from '@lockstep/ui/feedback/failure-notice'
import { Section } from '@lockstep/ui/section'
import { StatusChip } from '@lockstep/ui/status-chip'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { ActionButton } from '../../feedback/action-button.tsx'
import { useAct } from '../../feedback/use-act.ts'
import { hub } from '../../hub/hub.ts'
import { directoriesQuery } from '../../hub/queries.ts'
import { useSession } from '../../session/use-session.ts'
import { connectEffect } from '../directories/connect-many.tsx'

type GroupDirectory = GroupDetail['directories'][number]

const touches = ['groups', 'directories', 'users']

/** Where the group exists beside this hub. */
export function GroupDirectories({ group }: { readonly group: GroupDetail }): ReactElement {
  return (
    <>
      <Section title="Directories" detail="All members of a connected group get an account in the directory.">
        {group.directories.length === 0 && <p className="ls-dim">Connected to no directory yet.</p>}
        <ul className="portal-rows">
          {group.directories.map((each) => (
            <DirectoryRow key={each.directoryId} group={group} directory={each} />
          ))}
        </ul>
      </Section>
      <OtherDirectories group={group} />
    </>
  )
}

interface DirectoryRowProps {
  readonly group: GroupDetail
  readonly directory: GroupDirectory
}

function DirectoryRow({ group, directory }: DirectoryRowProps): ReactElement {
  const { denial } = useSession()
  const { directoryId, directoryName, externalName, error } = directory
  const kept =
    group.homeDirectoryId === directoryId
      ? 'The group came from the domain: take it out of the integration group there to end it.'
      : undefined
  const unbind = useAct({
    run: () => hub.groups.unbind(group.id, directoryId),
    done: `Disconnected; ${directoryName} keeps its group`,
    touches,
  })
  const bind = useAct({
    run: () => hub.groups.bind(group.id, directoryId),
    done: `Connected to ${directoryName} again`,
    touches,
  })
  const retry = useAct({
    run: () => hub.groups.retry(group.id, directoryId),
    done: `${directoryName} is tried again`,
    touches,
  })
  const isEnded = !directory.bound
  const act = isEnded ? bind : unbind
  const verb = isEnded ? 'Connect' : 'Disconnect'
  return (
    <li>
      <Link to="/directories/$directoryId" params={{ directoryId }}>
        <strong>{directoryName}</strong>
      </Link>
      {isEnded ? <StatusChip tone="grey" label="Not connected" /> : <GroupState directory={directory} />}
      <span className="ls-spring" />
      {error && !isEnded && (
        <ActionButton
          variant="default"
          size="xs"
          denied={denial('directories.write')}
          loading={retry.isPending}
          aria-label={`Try ${directoryName} again now`}
          onClick={() => retry.mutate()}
        >
          Try again now
        </ActionButton>
      )}
      <ActionButton
        variant="default"
        size="xs"
        denied={denial('directories.write') ?? kept}
        loading={act.isPending}
        aria-label={`${verb} ${isEnded ? 'to' : 'from'} ${directoryName}`}
        onClick={() => act.mutate()}
      >
        {verb}
      </ActionButton>
      {externalName !== undefined && <span className="ls-mono portal-whole">{externalName}</span>}
      {error && (
        <div className="portal-remedy portal-whole">
          <strong>{error.message}</strong>
          <span>{error.remedy}</span>
        </div>
      )}
      <FailureNotice error={retry.error} title="The group was not tried again." />
      <FailureNotice error={unbind.error} title="The group was not disconnected." unchanged="Nothing was changed." />
      <FailureNotice error={bind.error} title="The group was not connected." unchanged="Nothing was changed." />
    </li>
  )
}

function GroupState({ directory }: { readonly directory: GroupDirectory }): ReactElement {
  if (directory.error) return <StatusChip tone="red" label="Failed" />
  if (directory.inStep) return <StatusChip tone="green" label="In step" />
  return <StatusChip tone="blue" label="Being written" waiting />
}

/** Directories in which the group is not, each with what connecting does. */
function OtherDirectories({ group }: { readonly group: GroupDetail }): ReactElement | null {
  const connected = new Set(group.directories.map(({ directoryId }) => directoryId))
  const others = (useQuery(directoriesQuery).data ?? []).filter((each) => !connected.has(each.id))
  if (others.length === 0) return null
  return (
    <Section title="Other directories" detail="Where the group can be connected too.">
      <ul className="portal-rows">
        {others.map((directory) => (
          <OtherDirectory key={directory.id} group={group} directory={directory} />
        ))}
      </ul>
    </Section>
  )
}

interface OtherDirectoryProps {
  readonly group: GroupDetail
  readonly directory: Directory
}

function OtherDirectory({ group, directory }: OtherDirectoryProps): ReactElement {
  const { denial } = useSession()
  const bind = useAct({
    run: () => hub.groups.bind(group.id, directory.id),
    done: `Connected to ${directory.name}; the group is written as soon as a sync agent asks`,
    touches,
  })
  return (
    <li>
      <Link to="/directories/$directoryId" params={{ directoryId: directory.id }}>
        <strong>{directory.name}</strong>
      </Link>
      <span className="ls-spring" />
      <ActionButton
        size="xs"
        variant="default"
        loading={bind.isPending}
        denied={denial('directories.write')}
        aria-label={`Connect to ${directory.name}`}
        onClick={() => bind.mutate()}
      >
        Connect
      </ActionButton>
      <span className="ls-dim portal-whole">{connectEffect(directory, 'group')}</span>
      <FailureNotice error={bind.error} title="The group was not connected." unchanged="Nothing was changed." />
    </li>
  )
}
