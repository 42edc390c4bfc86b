import type { DirectoryRow } from '@lockstep/contract/hub/directory'
import type { GroupRow } from '@lockstep/contract/hub/group'
import type { DataColumn } from '@lockstep/ui/data-table'
import { EmptyState } from '@lockstep/ui/empty-state'
import { PageHeader } from '@lockstep/ui/page-header'
import { Time } from '@lockstep/ui/time'
import { IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useRouter, useSearch } from '@tanstack/react-router'
import { type ReactElement, useMemo } from 'react'
import { ActionButton } from '../../feedback/action-button.tsx'
import { hub } from '../../hub/hub.ts'
import { directoriesQuery } from '../../hub/queries.ts'
import { HomeBadge } from '../../lists/directory-badge.tsx'
import { FilterSelect } from '../../lists/filter-select.tsx'
import { type FilteredSearch, withChange } from '../../lists/list-search.ts'
import { ListView } from '../../lists/list-view.tsx'
import { useSession } from '../../session/use-session.ts'

type Search = FilteredSearch<'directoryId'>
const noDirectories: never[] = []

/** All groups. */
export function GroupsRoom(): ReactElement {
  const search: Search = useSearch({ from: '/shell/groups' })
  const navigate = useNavigate()
  const router = useRouter()
  const { denial } = useSession()
  const directories = useQuery(directoriesQuery).data ?? noDirectories
  const columns = useMemo(() => groupColumns(directories), [directories])
  const { directoryId } = search
  const onSearch = (next: Search): void => void navigate({ to: '/groups', search: next })
  const open = (group: GroupRow, inNewTab: boolean): void => {
    const target = { to: '/groups/$groupId', params: { groupId: group.id } } as const
    if (inNewTab) globalThis.open(router.buildLocation(target).publicHref, '_blank', 'noopener')
    else void navigate(target)
  }
  const createButton = (
    <ActionButton
      leftSection={<IconPlus size={16} aria-hidden />}
      denied={denial('groups.write')}
      onClick={() => void navigate({ to: '/groups/new' })}
    >
      Create group
    </ActionButton>
  )
  return (
    <>
      <PageHeader title="Groups" actions={createButton} />
      <ListView<GroupRow, Search>
        kind="groups"
        what="groups"
        defaultSort="name"
        tall
        columns={columns}
        rowId={(group) => group.id}
        rowName={(group) => group.name}
        search={search}
        onSearch={onSearch}
        scope={directoryId === undefined ? {} : { directoryId }}
        fetchPage={(query, signal) => hub.groups.list(query, signal)}
        filters={
          directories.length > 0 && (
            <FilterSelect
              label="Directory"
              value={directoryId}
              options={directories.map((each) => ({ value: each.id, label: each.name }))}
              onChange={(value) => onSearch(withChange<Search>(search, { directoryId: value }))}
            />
          )
        }
        chips={
          directoryId === undefined
            ? []
            : [
                {
                  name: 'directoryId',
                  text: `Directory: ${directories.find((each) => each.id === directoryId)?.name ?? 'one directory'}`,
                },
              ]
        }
        onOpen={open}
        firstUse={
          <EmptyState title="No groups yet" action={createButton}>
            Groups give many users the same access at once. They arrive with a domain, or are made here.
          </EmptyState>
        }
      />
    </>
  )
}

function groupColumns(directories: readonly DirectoryRow[]): readonly DataColumn<GroupRow>[] {
  const nameOf = new Map(directories.map((each) => [each.id, each.name]))
  return [
    {
      id: 'name',
      header: 'Name',
      sortKey: 'name',
      width: 260,
      cell: (group) => (
        <>
          <Link to="/groups/$groupId" params={{ groupId: group.id }} tabIndex={-1}>
            {group.name}
          </Link>{' '}
          <HomeBadge of={group} nameOf={nameOf} />
        </>
      ),
    },
    {
      id: 'members',
      header: 'Members',
      width: 100,
      align: 'end',
      cell: (group) => group.memberCount.toLocaleString('en'),
    },
    { id: 'description', header: 'Description', cell: (group) => group.description },
    {
      id: 'directory',
      header: 'Managed by',
      cell: (group) =>
        group.homeDirectoryId === undefined ? 'this hub' : (nameOf.get(group.homeDirectoryId) ?? 'a directory'),
    },
    { id: 'created', header: 'Created', sortKey: 'created', cell: (group) => <Time at={group.created} /> },
    { id: 'updated', header: 'Changed', cell: (group) => <Time at={group.updated} /> },
  ]
}
