import type { UserListQuery, UserRow } from '@lockstep/contract/hub/user'
import { EmptyState } from '@lockstep/ui/empty-state'
import { PageHeader } from '@lockstep/ui/page-header'
import { useMediaQuery } from '@mantine/hooks'
import { IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useRouter, useSearch } from '@tanstack/react-router'
import { type ReactElement, useMemo } from 'react'
import { ActionButton } from '../../feedback/action-button.tsx'
import { hub } from '../../hub/hub.ts'
import { directoriesQuery } from '../../hub/queries.ts'
import { ListView } from '../../lists/list-view.tsx'
import type { FilteredSearch } from '../../lists/list-search.ts'
import { useSession } from '../../session/use-session.ts'
import { userStates } from '../../words/words.ts'
import { BulkActions } from './bulk-actions.tsx'
import { BulkBar } from './bulk-bar.tsx'
import { ExportButton } from './export-button.tsx'
import { userColumns } from './user-columns.tsx'
import { UserFilters } from './user-filters.tsx'
import { useSelection } from './use-selection.ts'

type Search = FilteredSearch<'state' | 'directoryId' | 'department'>
const hiddenAtFirst = ['passwordStatus', 'jobTitle', 'created', 'updated']
/** What fits beside the rail in a small window; the rest can be switched on. */
const hiddenWhenNarrow = [...hiddenAtFirst, 'department', 'directory', 'accounts']
const noDirectories: never[] = []

/** All users: found, narrowed down, exported, changed in bulk. */
export function UsersRoom(): ReactElement {
  const search = useSearch({ from: '/shell/users' })
  const navigate = useNavigate()
  const router = useRouter()
  const directories = useQuery(directoriesQuery).data ?? noDirectories
  const narrow = useMediaQuery('(max-width: 1200px)', undefined, { getInitialValueInEffect: false })
  const columns = useMemo(() => userColumns(directories), [directories])
  const scope = scopeOf(search)
  const narrowed = { ...scope, ...(search.search === undefined ? {} : { search: search.search }) }
  const { selection, select, selectMatching, clear } = useSelection(narrowed)

  const open = (user: UserRow, inNewTab: boolean): void => {
    const target = { to: '/users/$userId', params: { userId: user.id } } as const
    if (inNewTab) globalThis.open(router.buildLocation(target).publicHref, '_blank', 'noopener')
    else void navigate(target)
  }
  return (
    <>
      <PageHeader
        title="Users"
        actions={
          <>
            <ImportButton />
            <CreateButton />
          </>
        }
      />
      <ListView
        kind="users"
        what="users"
        defaultSort="username"
        tall
        columns={columns}
        hiddenAtFirst={narrow ? hiddenWhenNarrow : hiddenAtFirst}
        rowId={(user) => user.id}
        rowName={(user) => user.name}
        search={search}
        onSearch={(next) => void navigate({ to: '/users', search: next })}
        scope={scope}
        fetchPage={(query, signal) => hub.users.list(query, signal)}
        filters={<UserFilters search={search} directories={directories} />}
        chips={chipsOf(search, directories)}
        actions={<ExportButton query={{ ...narrowed, ...(search.sort === undefined ? {} : { sort: search.sort }) }} />}
        selected={new Set(selection.kind === 'rows' ? selection.rows.keys() : [])}
        allSelected={selection.kind === 'matching'}
        onSelect={select}
        bar={(page) => (
          <>
            <BulkBar selection={selection} total={page?.total ?? 0} onSelectMatching={selectMatching} onClear={clear} />
            <BulkActions />
          </>
        )}
        onOpen={open}
        firstUse={
          <EmptyState title="No users yet" action={<CreateButton />}>
            Users are the people of this hub. They arrive by themselves when a domain is connected, or one by one from
            here.
          </EmptyState>
        }
      />
    </>
  )
}

function CreateButton(): ReactElement {
  const navigate = useNavigate()
  const { denial } = useSession()
  return (
    <ActionButton
      leftSection={<IconPlus size={16} aria-hidden />}
      denied={denial('users.write')}
      onClick={() => void navigate({ to: '/users/new' })}
    >
      Create user
    </ActionButton>
  )
}

function ImportButton(): ReactElement {
  const navigate = useNavigate()
  const { denial } = useSession()
  return (
    <ActionButton
      variant="default"
      denied={denial('users.write')}
      onClick={() => void navigate({ to: '/users/import' })}
    >
      Import users
    </ActionButton>
  )
}

function scopeOf({ state, directoryId, department }: Search): UserListQuery {
  return {
    ...(state !== undefined && state in userStates ? { state: state as keyof typeof userStates } : {}),
    ...(directoryId === undefined ? {} : { directoryId }),
    ...(department === undefined ? {} : { department }),
  }
}

function chipsOf(search: Search, directories: readonly { readonly id: string; readonly name: string }[]) {
  const { state, directoryId, department } = search
  const directory = directories.find((each) => each.id === directoryId)?.name ?? 'one directory'
  return [
    ...(state === undefined
      ? []
      : [{ name: 'state', text: `State: ${userStates[state as keyof typeof userStates]?.label ?? state}` }]),
    ...(directoryId === undefined ? [] : [{ name: 'directoryId', text: `Directory: ${directory}` }]),
    ...(department === undefined ? [] : [{ name: 'department', text: `Department: ${department}` }]),
  ]
}
