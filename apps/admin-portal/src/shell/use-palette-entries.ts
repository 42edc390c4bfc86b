import type { Permission } from '@lockstep/contract/access'
import { schemes } from '@lockstep/ui/schemes'
import { useMantineColorScheme } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { hub } from '../hub/hub.ts'
import { directoriesQuery, integrationsQuery } from '../hub/queries.ts'
import { useSession } from '../session/use-session.ts'
import { matching, type PaletteEntry, ranked } from './palette-entries.ts'
import { readRecent } from './recent-entries.ts'
import { rooms } from './rooms.ts'
import { useSignOut } from './use-sign-out.ts'

const restMs = 150
const shortestSearch = 2

const actions: readonly (PaletteEntry & { readonly needs?: Permission })[] = [
  { key: 'new-user', group: 'Actions', label: 'New user', detail: 'create', to: '/users/new', needs: 'users.write' },
  {
    key: 'new-group',
    group: 'Actions',
    label: 'New group',
    detail: 'create',
    to: '/groups/new',
    needs: 'groups.write',
  },
  {
    key: 'import',
    group: 'Actions',
    label: 'Import users from CSV',
    detail: 'create or change many',
    to: '/users/import',
    needs: 'users.write',
  },
  { key: 'imports', group: 'Actions', label: 'Show imports', to: '/users/imports' },
  {
    key: 'new-directory',
    group: 'Actions',
    label: 'Add directory',
    detail: 'connect a domain',
    to: '/directories/new',
    needs: 'directories.write',
  },
  {
    key: 'new-integration',
    group: 'Actions',
    label: 'Add integration',
    detail: 'connect a SCIM client such as Entra ID or Okta',
    to: '/integrations/new',
    needs: 'integrations.write',
  },
  { key: 'suspended', group: 'Actions', label: 'Show suspended users', to: '/users?state=SUSPENDED' },
  { key: 'held', group: 'Actions', label: 'Show held plans', to: '/plans?state=quarantined' },
]

interface FoundEntries {
  readonly entries: readonly PaletteEntry[]
  /** True while the hub's answer to what is typed now is awaited. */
  readonly isBehind: boolean
  readonly isFailed: boolean
}

/** What the palette offers for what is typed: places and acts of the portal at once, users and groups as the hub finds them. */
export function usePaletteEntries(typed: string): FoundEntries {
  const wanted = typed.trim()
  const [search] = useDebouncedValue(wanted, restMs)
  const found = useFound(search)
  const fixed = useFixed()
  const [recent] = useState(readRecent)
  const isSearched = wanted.length >= shortestSearch
  const isBehind = isSearched && (search !== wanted || found.isLoading)
  if (wanted === '') {
    const visited = recent.map((entry) => ({ ...entry, group: 'Recent' }))
    const isVisited = new Set(visited.map((entry) => entry.to))
    const others = fixed.filter((entry) => entry.to === undefined || !isVisited.has(entry.to))
    return { entries: [...visited, ...others], isBehind, isFailed: false }
  }
  // An answer to an earlier text is not shown: it would move away under a finger that is about to press Enter.
  const answered = isSearched && search === wanted ? found.entries : []
  return {
    entries: ranked(matching(fixed, wanted), answered, wanted),
    isBehind,
    isFailed: isSearched && found.isFailed,
  }
}

function useFound(search: string) {
  const { denial } = useSession()
  const isLongEnough = search.length >= shortestSearch
  const users = useQuery({
    queryKey: ['users', 'palette', search],
    queryFn: ({ signal }) => hub.users.list({ search, limit: 6 }, signal),
    enabled: isLongEnough && denial('users.read') === undefined,
  })
  const groups = useQuery({
    queryKey: ['groups', 'palette', search],
    queryFn: ({ signal }) => hub.groups.list({ search, limit: 4 }, signal),
    enabled: isLongEnough && denial('groups.read') === undefined,
  })
  const entries: readonly PaletteEntry[] = [
    ...(users.data?.items ?? []).map((user) => ({
      key: user.id,
      group: 'Users',
      label: user.name,
      detail: user.username,
      to: `/users/${user.id}`,
    })),
    ...(groups.data?.items ?? []).map((group) => ({
      key: group.id,
      group: 'Groups',
      label: group.name,
      to: `/groups/${group.id}`,
    })),
  ]
  return { entries, isLoading: users.isLoading || groups.isLoading, isFailed: users.isError || groups.isError }
}

function useFixed(): readonly PaletteEntry[] {
  const { denial } = useSession()
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const signOut = useSignOut()
  const directories = useQuery(directoriesQuery).data ?? []
  const integrations = useQuery({ ...integrationsQuery, enabled: denial('integrations.read') === undefined }).data ?? []
  return [
    ...rooms.map((room) => ({ key: room.to, group: 'Rooms', label: room.label, to: room.to })),
    ...actions.filter(({ needs }) => needs === undefined || denial(needs) === undefined),
    ...schemes
      .filter(([scheme]) => scheme !== colorScheme)
      .map(([scheme, label]) => ({
        key: `theme-${scheme}`,
        group: 'Actions',
        label: `Theme: ${label.toLowerCase()}`,
        run: () => setColorScheme(scheme),
      })),
    { key: 'sign-out', group: 'Actions', label: 'Sign out', detail: 'log out', run: signOut },
    ...directories.map((each) => ({
      key: each.id,
      group: 'Directories',
      label: each.name,
      to: `/directories/${each.id}`,
    })),
    ...integrations.map((each) => ({
      key: each.id,
      group: 'Integrations',
      label: each.name,
      detail: 'SCIM',
      to: `/integrations/${each.id}`,
    })),
  ]
}
