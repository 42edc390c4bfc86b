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

/** Where the group exists beside this hub. */
export function GroupDirectories({ group }: { readonly group: GroupDetail }): ReactElement {
  const { denial } = useSession()
  const denied = denial('groups.write')
  const [directoryId, setDirectoryId] = useState<string | null>(null)
  const bound = new Set(group.directories.map((each) => each.directoryId))
  const free = (useQuery(directoriesQuery).data ?? []).filter((each) => !bound.has(each.id))
  const touches = ['groups', 'directories', 'users']
  const bind = useAct({
    run: (id: string) => hub.groups.bind(group.id, id),
    done: 'Bound; the group is written as soon as a sync agent asks',
    touches,
    then: () => setDirectoryId(null),
  })
  const unbind = useAct({ run: (id: string) => hub.groups.unbind(group.id, id), done: 'Unbound; the directory keeps its group', touches })
  return (
    <Section title="Directories" detail="All members of a bound group get an account in the directory.">
      {group.directories.length === 0 && <p className="ls-dim">Bound to no directory.</p>}
      <ul className="portal-rows">
        {group.directories.map((each) => (
          <li key={each.directoryId}>
            <Link to="/directories/$directoryId" params={{ directoryId: each.directoryId }}>
              <strong>{each.directoryName}</strong>
            </Link>
            {each.error ? <StatusChip tone="red" label="Failed" /> : each.inStep ? <StatusChip tone="green" label="In step" /> : <StatusChip tone="blue" label="Being written" waiting />}
            <span className="ls-spring" />
            <ActionButton variant="default" size="xs" denied={denied} loading={unbind.isPending} aria-label={`Unbind from ${each.directoryName}`} onClick={() => unbind.mutate(each.directoryId)}>
              Unbind
            </ActionButton>
            {each.externalName !== undefined && <span className="ls-mono portal-whole">{each.externalName}</span>}
            {each.error && (
              <div className="portal-remedy portal-whole">
                <strong>{each.error.message}</strong>
                <span>{each.error.remedy}</span>
              </div>
            )}
          </li>
        ))}
      </ul>
      {free.length > 0 && (
        <div className="ls-actions">
          <Select size="xs" aria-label="Directory to bind to" placeholder="Choose a directory" disabled={denied !== undefined} data={free.map((each) => ({ value: each.id, label: each.name }))} value={directoryId} onChange={setDirectoryId} />
          <ActionButton size="xs" variant="default" loading={bind.isPending} denied={denied ?? (directoryId === null ? 'Choose a directory first.' : undefined)} onClick={() => directoryId !== null && bind.mutate(directoryId)}>
            Bind to directory
          </ActionButton>
        </div>
      )}
      <FailureNotice error={bind.error ?? unbind.error} title="The binding was not changed." unchanged="Nothing was changed." />
    </Section>
  )
}
