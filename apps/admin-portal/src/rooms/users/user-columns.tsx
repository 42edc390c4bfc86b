import type { DirectoryRow } from '@lockstep/contract/hub/directory'
import type { UserRow } from '@lockstep/contract/hub/user'
import type { DataColumn } from '@lockstep/ui/data-table'
import { PersonCell } from '@lockstep/ui/person-cell'
import { StatusChip } from '@lockstep/ui/status-chip'
import { Time } from '@lockstep/ui/time'
import { Link } from '@tanstack/react-router'
import { HomeBadge } from '../../lists/directory-badge.tsx'
import { passwordStatuses } from '../../words/password-words.ts'
import { userStates } from '../../words/words.ts'

/** The columns of the list of users; directories give the names behind their ids. */
export function userColumns(directories: readonly DirectoryRow[]): readonly DataColumn<UserRow>[] {
  const nameOf = new Map(directories.map((each) => [each.id, each.name]))
  return [
    {
      id: 'displayName',
      header: 'Name',
      sortKey: 'displayName',
      width: 220,
      cell: (user) => (
        <PersonCell name={user.name} mark={<HomeBadge of={user} nameOf={nameOf} />}>
          <Link to="/users/$userId" params={{ userId: user.id }} tabIndex={-1}>
            {user.name}
          </Link>
        </PersonCell>
      ),
    },
    {
      id: 'username',
      header: 'Username',
      sortKey: 'username',
      cell: (user) => user.username,
      copy: (user) => user.username,
    },
    {
      id: 'state',
      header: 'State',
      sortKey: 'state',
      width: 112,
      cell: (user) => <StatusChip {...userStates[user.state]} />,
    },
    {
      id: 'passwordStatus',
      header: 'Password',
      width: 150,
      cell: (user) => <StatusChip {...passwordStatuses[user.passwordStatus]} />,
    },
    { id: 'email', header: 'E-mail', sortKey: 'email', cell: (user) => user.email, copy: (user) => user.email },
    { id: 'department', header: 'Department', cell: (user) => user.department },
    { id: 'jobTitle', header: 'Job title', cell: (user) => user.jobTitle },
    { id: 'accounts', header: 'Accounts', width: 84, cell: (user) => <AccountsCell {...user} /> },
    {
      id: 'directory',
      header: 'Managed by',
      cell: (user) =>
        user.homeDirectoryId === undefined ? 'this hub' : (nameOf.get(user.homeDirectoryId) ?? 'a directory'),
    },
    { id: 'created', header: 'Created', sortKey: 'created', cell: (user) => <Time at={user.created} /> },
    { id: 'updated', header: 'Changed', cell: (user) => <Time at={user.updated} /> },
  ]
}

function AccountsCell({ accountCount, failedAccountCount }: Pick<UserRow, 'accountCount' | 'failedAccountCount'>) {
  if (failedAccountCount > 0)
    return <StatusChip tone="red" label={`${failedAccountCount.toLocaleString('en')} failed`} />
  return accountCount === 0 ? <span className="ls-dim">none</span> : <>{accountCount}</>
}
