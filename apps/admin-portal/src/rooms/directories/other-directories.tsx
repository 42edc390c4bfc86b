import type { DirectoryRow } from '@lockstep/contract/hub/directory'
import { FailureNotice } from '@lockstep/ui/feedback/failure-notice'
import { Section } from '@lockstep/ui/section'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { ActionButton } from '../../feedback/action-button.tsx'
import { useAct } from '../../feedback/use-act.ts'
import { directoriesQuery } from '../../hub/queries.ts'
import { useSession } from '../../session/use-session.ts'
import { connectEffect } from './connect-many.tsx'

interface OtherDirectoriesProps {
  readonly noun: 'user' | 'group'
  /** Where the user or group is already. */
  readonly connected: readonly string[]
  readonly bind: (directoryId: string) => Promise<unknown>
}

/** Directories in which a user or group is not, each with what connecting does. */
export function OtherDirectories({ noun, connected, bind }: OtherDirectoriesProps): ReactElement | null {
  const others = (useQuery(directoriesQuery).data ?? []).filter((each) => !connected.includes(each.id))
  if (others.length === 0) return null
  return (
    <Section title="Other directories" detail={`Where the ${noun} can be connected too.`}>
      <ul className="portal-rows">
        {others.map((directory) => (
          <OtherDirectory key={directory.id} directory={directory} noun={noun} bind={bind} />
        ))}
      </ul>
    </Section>
  )
}

interface OtherDirectoryProps extends Omit<OtherDirectoriesProps, 'connected'> {
  readonly directory: DirectoryRow
}

const written = { user: 'the account', group: 'the group' } as const

function OtherDirectory({ directory, noun, bind }: OtherDirectoryProps): ReactElement {
  const { denial } = useSession()
  const act = useAct({
    run: () => bind(directory.id),
    done: `Connected to ${directory.name}; ${written[noun]} is written as soon as a sync agent asks`,
    touches: ['users', 'groups', 'directories'],
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
        loading={act.isPending}
        denied={denial('directories.write')}
        aria-label={`Connect to ${directory.name}`}
        onClick={() => act.mutate()}
      >
        Connect
      </ActionButton>
      <span className="ls-dim portal-whole">{connectEffect(directory, noun)}</span>
      <FailureNotice error={act.error} title={`The ${noun} was not connected.`} unchanged="Nothing was changed." />
    </li>
  )
}
