import type { DirectoryDetail } from '@lockstep/contract/hub/directory'
import type { GroupRow } from '@lockstep/contract/hub/group'
import type { DataColumn } from '@lockstep/ui/data-table'
import { EmptyState } from '@lockstep/ui/empty-state'
import { failureOf } from '@lockstep/ui/feedback/failure'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { type ReactElement, useMemo } from 'react'
import { hub } from '../../hub/hub.ts'
import { DirectoryBadge } from '../../lists/directory-badge.tsx'
import type { FilteredSearch } from '../../lists/list-search.ts'
import { ListView } from '../../lists/list-view.tsx'
import { ConnectMany } from './connect-many.tsx'
import { groupDisconnection } from './disconnect-effects.ts'
import { DisconnectMany } from './disconnect-many.tsx'
import { useChosen } from './use-chosen.ts'

type Search = FilteredSearch<'tab'>

/** The groups of the domain and those of this hub that are connected to it. */
export function DirectoryGroups({ directory }: { readonly directory: DirectoryDetail }): ReactElement {
  const search: Search = useSearch({ from: '/shell/directories/$directoryId' })
  const navigate = useNavigate()
  const { chosen, choose, clear } = useChosen<GroupRow>()
  const columns = useMemo(() => groupColumns(directory), [directory])
  const connectButton = (
    <ConnectMany<GroupRow>
      directory={directory}
      noun="group"
      columns={choiceColumns}
      nameOf={(group) => group.name}
      fetchPage={(query, signal) => hub.groups.list(query, signal)}
      connect={(id) => hub.groups.bind(id, directory.id)}
    />
  )
  return (
    <ListView<GroupRow, Search>
      kind="groups"
      what="groups"
      defaultSort="name"
      columns={columns}
      rowId={(group) => group.id}
      rowName={(group) => group.name}
      search={search}
      onSearch={(next) =>
        void navigate({
          to: '/directories/$directoryId',
          params: { directoryId: directory.id },
          search: { ...next, tab: 'groups' },
        })
      }
      scope={{ directoryId: directory.id }}
      fetchPage={(query, signal) => hub.groups.list(query, signal)}
      actions={connectButton}
      selected={new Set(chosen.keys())}
      onSelect={choose}
      bar={() => (
        <DisconnectMany
          directory={directory}
          noun="group"
          chosen={new Map([...chosen].map(([id, group]) => [id, group.name]))}
          look={async (ids) =>
            groupDisconnection(
              ids.map((id) => ({ id, isFromDomain: chosen.get(id)?.homeDirectoryId === directory.id })),
              directory.name,
            )
          }
          disconnect={(id) => endConnection(id, directory.id)}
          onClear={clear}
        />
      )}
      onOpen={(group) =>
        void navigate({ to: '/groups/$groupId', params: { groupId: group.id }, search: { tab: 'directories' } })
      }
      firstUse={
        <EmptyState title="No group is connected yet" action={connectButton}>
          Groups come from the integration group of the domain, or are connected from here; their members get accounts
          there.
        </EmptyState>
      }
    />
  )
}

/** A group whose connection has ended already is as it should be. */
async function endConnection(id: string, directoryId: string): Promise<void> {
  try {
    await hub.groups.unbind(id, directoryId)
  } catch (error) {
    if (failureOf(error).code !== 'not_found') throw error
  }
}

const nameColumn: DataColumn<GroupRow> = {
  id: 'name',
  header: 'Name',
  sortKey: 'name',
  width: 260,
  cell: (group) => (
    <Link to="/groups/$groupId" params={{ groupId: group.id }} tabIndex={-1}>
      {group.name}
    </Link>
  ),
}
const membersColumn: DataColumn<GroupRow> = {
  id: 'members',
  header: 'Members',
  width: 100,
  align: 'end',
  cell: (group) => group.memberCount.toLocaleString('en'),
}

const choiceColumns: readonly DataColumn<GroupRow>[] = [
  { ...nameColumn, cell: (group) => group.name },
  membersColumn,
  { id: 'description', header: 'Description', cell: (group) => group.description },
]

function groupColumns(directory: DirectoryDetail): readonly DataColumn<GroupRow>[] {
  return [
    nameColumn,
    membersColumn,
    { id: 'description', header: 'Description', cell: (group) => group.description },
    {
      id: 'source',
      header: 'Came from',
      cell: (group) =>
        group.homeDirectoryId === directory.id ? (
          <DirectoryBadge label={`From ${directory.name}`} showsLabel />
        ) : (
          'this hub'
        ),
    },
  ]
}
