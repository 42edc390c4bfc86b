import type { DirectoryDetail } from '@lockstep/contract/hub/directory'
import type { UserRow } from '@lockstep/contract/hub/user'
import type { DataColumn } from '@lockstep/ui/data-table'
import { EmptyState } from '@lockstep/ui/empty-state'
import { PersonCell } from '@lockstep/ui/person-cell'
import { StatusChip } from '@lockstep/ui/status-chip'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { type ReactElement, useMemo } from 'react'
import { hub } from '../../hub/hub.ts'
import { DirectoryBadge } from '../../lists/directory-badge.tsx'
import type { FilteredSearch } from '../../lists/list-search.ts'
import { ListView } from '../../lists/list-view.tsx'
import { userStates } from '../../words/words.ts'
import { ConnectMany } from './connect-many.tsx'
import { userDisconnection } from './disconnect-effects.ts'
import { DisconnectMany } from './disconnect-many.tsx'
import { useChosen } from './use-chosen.ts'

type Search = FilteredSearch<'tab'>

const nameOf = (user: UserRow): string => user.name

/** The users of the domain and those of this hub who are connected to it. */
export function DirectoryUsers({ directory }: { readonly directory: DirectoryDetail }): ReactElement {
  const search: Search = useSearch({ from: '/shell/directories/$directoryId' })
  const navigate = useNavigate()
  const { chosen, choose, clear } = useChosen<UserRow>()
  const columns = useMemo(() => userColumns(directory), [directory])
  const connectButton = (
    <ConnectMany<UserRow>
      directory={directory}
      noun="user"
      columns={choiceColumns}
      nameOf={nameOf}
      fetchPage={(query, signal) => hub.users.list(query, signal)}
      connect={(id) => hub.users.bind(id, directory.id)}
    />
  )
  return (
    <ListView<UserRow, Search>
      kind="users"
      what="users"
      defaultSort="username"
      columns={columns}
      rowId={(user) => user.id}
      rowName={nameOf}
      search={search}
      onSearch={(next) =>
        void navigate({
          to: '/directories/$directoryId',
          params: { directoryId: directory.id },
          search: { ...next, tab: 'users' },
        })
      }
      scope={{ directoryId: directory.id }}
      fetchPage={(query, signal) => hub.users.list(query, signal)}
      actions={connectButton}
      selected={new Set(chosen.keys())}
      onSelect={choose}
      bar={() => (
        <DisconnectMany
          directory={directory}
          noun="user"
          chosen={new Map([...chosen].map(([id, user]) => [id, nameOf(user)]))}
          look={async (ids) =>
            userDisconnection(await Promise.all(ids.map((id) => tieOf(id, directory.id))), directory.name)
          }
          disconnect={(id) => hub.users.unbind(id, directory.id)}
          onClear={clear}
        />
      )}
      onOpen={(user) =>
        void navigate({ to: '/users/$userId', params: { userId: user.id }, search: { tab: 'accounts' } })
      }
      firstUse={
        <EmptyState title="Nobody is connected yet" action={connectButton}>
          Users come from the integration group of the domain, or are connected from here.
        </EmptyState>
      }
    />
  )
}

async function tieOf(id: string, directoryId: string) {
  const { accounts } = await hub.users.get(id)
  return { id, tie: accounts.find((account) => account.directoryId === directoryId)?.tie }
}

const nameColumn: DataColumn<UserRow> = {
  id: 'displayName',
  header: 'Name',
  sortKey: 'displayName',
  width: 240,
  cell: (user) => (
    <PersonCell name={nameOf(user)}>
      <Link to="/users/$userId" params={{ userId: user.id }} tabIndex={-1}>
        {nameOf(user)}
      </Link>
    </PersonCell>
  ),
}
const usernameColumn: DataColumn<UserRow> = {
  id: 'username',
  header: 'Username',
  sortKey: 'username',
  cell: (user) => user.username,
  copy: (user) => user.username,
}
const stateColumn: DataColumn<UserRow> = {
  id: 'state',
  header: 'State',
  sortKey: 'state',
  width: 112,
  cell: (user) => <StatusChip {...userStates[user.state]} />,
}
const emailColumn: DataColumn<UserRow> = { id: 'email', header: 'E-mail', sortKey: 'email', cell: (user) => user.email }

/** Who is connected somewhere already shows it, so that nobody is looked for twice. */
const choiceColumns: readonly DataColumn<UserRow>[] = [
  { ...nameColumn, cell: (user) => <PersonCell name={nameOf(user)}>{nameOf(user)}</PersonCell> },
  { id: 'username', header: 'Username', sortKey: 'username', cell: (user) => user.username },
  stateColumn,
  {
    id: 'accounts',
    header: 'Directories',
    cell: (user) =>
      user.accountCount > 0 || user.homeDirectoryId !== undefined ? (
        <DirectoryBadge label="In a directory" />
      ) : (
        <span className="ls-dim">none</span>
      ),
  },
]

function userColumns(directory: DirectoryDetail): readonly DataColumn<UserRow>[] {
  return [
    nameColumn,
    usernameColumn,
    stateColumn,
    emailColumn,
    {
      id: 'source',
      header: 'Came from',
      cell: (user) =>
        user.homeDirectoryId === directory.id ? (
          <DirectoryBadge label={`From ${directory.name}`} showsLabel />
        ) : (
          'this hub'
        ),
    },
    {
      id: 'accounts',
      header: 'Account',
      width: 112,
      cell: (user) =>
        user.failedAccountCount > 0 ? (
          <StatusChip tone="red" label={user.accountCount > 1 ? 'One refused' : 'Refused'} />
        ) : (
          <span className="ls-dim">no trouble</span>
        ),
    },
  ]
}
