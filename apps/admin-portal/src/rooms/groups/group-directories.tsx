import type { GroupDetail } from '@lockstep/contract/hub/group'
import { FailureNotice } from '@lockstep/ui/feedback/failure-notice'
import { Section } from '@lockstep/ui/section'
import { StatusChip } from '@lockstep/ui/status-chip'
import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { ActionButton } from '../../feedback/action-button.tsx'
import { useAct } from '../../feedback/use-act.ts'
import { hub } from '../../hub/hub.ts'
import { useSession } from '../../session/use-session.ts'
import { OtherDirectories } from '../directories/other-directories.tsx'
import { TryAgain } from '../directories/try-again.tsx'

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
      <OtherDirectories
        noun="group"
        connected={group.directories.map(({ directoryId }) => directoryId)}
        bind={(directoryId) => hub.groups.bind(group.id, directoryId)}
      />
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
      {error && !isEnded && <TryAgain directoryName={directoryName} retry={retry} />}
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
