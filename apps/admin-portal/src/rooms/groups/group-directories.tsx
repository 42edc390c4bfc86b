import type { GroupDetail } from '@lockstep/contract/hub/group'
import { Section } from '@lockstep/ui/section'
import { StatusChip } from '@lockstep/ui/status-chip'
import { Select } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type ReactElement, useState } from 'react'
import { ActionButton } from '../../feedback/action-button.tsx'
import { FailureNotice } from '../../feedback/failure-notice.tsx'
import { useAct } from '../../feedback/use-act.ts'
import { hub } from '../../hub/hub.ts'
import { directoriesQuery } from '../../hub/queries.ts'
import { useSession } from '../../session/use-session.ts'

type GroupDirectory = GroupDetail['directories'][number]

const touches = ['groups', 'directories', 'users']

/** Where the group exists beside this hub. */
export function GroupDirectories({ group }: { readonly group: GroupDetail }): ReactElement {
  return (
    <Section title="Directories" detail="All members of a bound group get an account in the directory.">
      {group.directories.length === 0 && <p className="ls-dim">Bound to no directory.</p>}
      <ul className="portal-rows">
        {group.directories.map((each) => (
          <DirectoryRow key={each.directoryId} group={group} directory={each} />
        ))}
      </ul>
      <BindGroup group={group} />
    </Section>
  )
}

function DirectoryRow({
  group,
  directory,
}: {
  readonly group: GroupDetail
  readonly directory: GroupDirectory
}): ReactElement {
  const { denial } = useSession()
  const { directoryId, directoryName, externalName, error } = directory
  const unbind = useAct({
    run: () => hub.groups.unbind(group.id, directoryId),
    done: `Unbound; ${directoryName} keeps its group`,
    touches,
  })
  return (
    <li>
      <Link to="/directories/$directoryId" params={{ directoryId }}>
        <strong>{directoryName}</strong>
      </Link>
      <GroupState directory={directory} />
      <span className="ls-spring" />
      <ActionButton
        variant="default"
        size="xs"
        denied={denial('groups.write')}
        loading={unbind.isPending}
        aria-label={`Unbind from ${directoryName}`}
        onClick={() => unbind.mutate()}
      >
        Unbind
      </ActionButton>
      {externalName !== undefined && <span className="ls-mono portal-whole">{externalName}</span>}
      {error && (
        <div className="portal-remedy portal-whole">
          <strong>{error.message}</strong>
          <span>{error.remedy}</span>
        </div>
      )}
      <FailureNotice error={unbind.error} title="The group was not unbound." unchanged="Nothing was changed." />
    </li>
  )
}

function GroupState({ directory }: { readonly directory: GroupDirectory }): ReactElement {
  if (directory.error) return <StatusChip tone="red" label="Failed" />
  if (directory.inStep) return <StatusChip tone="green" label="In step" />
  return <StatusChip tone="blue" label="Being written" waiting />
}

function BindGroup({ group }: { readonly group: GroupDetail }): ReactElement | null {
  const { denial } = useSession()
  const denied = denial('groups.write')
  const [directoryId, setDirectoryId] = useState<string | null>(null)
  const bound = new Set(group.directories.map((each) => each.directoryId))
  const free = (useQuery(directoriesQuery).data ?? []).filter((each) => !bound.has(each.id))
  const bind = useAct({
    run: (id: string) => hub.groups.bind(group.id, id),
    done: 'Bound; the group is written as soon as a sync agent asks',
    touches,
    after: () => setDirectoryId(null),
  })
  if (free.length === 0) return null
  return (
    <>
      <div className="ls-actions">
        <Select
          size="xs"
          aria-label="Directory to bind to"
          placeholder="Choose a directory"
          disabled={denied !== undefined}
          data={free.map((each) => ({ value: each.id, label: each.name }))}
          value={directoryId}
          onChange={setDirectoryId}
        />
        <ActionButton
          size="xs"
          variant="default"
          loading={bind.isPending}
          denied={denied ?? (directoryId === null ? 'Choose a directory first.' : undefined)}
          onClick={() => directoryId !== null && bind.mutate(directoryId)}
        >
          Bind to directory
        </ActionButton>
      </div>
      <FailureNotice error={bind.error} title="The group was not bound." unchanged="Nothing was changed." />
    </>
  )
}
