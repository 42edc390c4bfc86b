import { Modal } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { type KeyboardEvent, type ReactElement, useEffect, useState } from 'react'
import { directoriesQuery } from '../hub/queries.ts'
import { hub } from '../hub/hub.ts'
import { useSession } from '../session/use-session.ts'
import { matching, type PaletteEntry, step } from './palette-entries.ts'
import { rooms } from './rooms.ts'

interface PaletteProps {
  readonly opened: boolean
  readonly onClose: () => void
}

/** People, groups, directories, rooms and actions by name, from anywhere. */
export function Palette({ opened, onClose }: PaletteProps): ReactElement {
  // Fetched when it is first asked for: it has to be there closed, or it would not know where the focus was when it opened.
  const [shown, setShown] = useState(false)
  useEffect(() => setShown(opened), [opened])
  return (
    <Modal
      opened={shown}
      onClose={onClose}
      withCloseButton={false}
      padding={0}
      size={560}
      centered={false}
      yOffset="12dvh"
      attributes={{ content: { 'aria-label': 'Go to' } }}
    >
      <PaletteSearch onClose={onClose} />
    </Modal>
  )
}

function useEntries(typed: string): readonly PaletteEntry[] {
  const { denial } = useSession()
  const [search] = useDebouncedValue(typed.trim(), 150)
  const enabled = search.length >= 2
  const users = useQuery({
    queryKey: ['users', 'palette', search],
    queryFn: ({ signal }) => hub.users.list({ search, limit: 6 }, signal),
    enabled,
  })
  const groups = useQuery({
    queryKey: ['groups', 'palette', search],
    queryFn: ({ signal }) => hub.groups.list({ search, limit: 4 }, signal),
    enabled,
  })
  const directories = useQuery(directoriesQuery).data ?? []
  const actions: PaletteEntry[] = [
    {
      key: 'new-user',
      group: 'Actions',
      label: 'Create a user',
      to: '/users/new',
      allowed: denial('users.write') === undefined,
    },
    {
      key: 'new-group',
      group: 'Actions',
      label: 'Create a group',
      to: '/groups/new',
      allowed: denial('groups.write') === undefined,
    },
    {
      key: 'new-directory',
      group: 'Actions',
      label: 'Connect a domain',
      to: '/directories/new',
      allowed: denial('directories.write') === undefined,
    },
    { key: 'suspended', group: 'Actions', label: 'Show suspended users', to: '/users?state=SUSPENDED', allowed: true },
    { key: 'held', group: 'Actions', label: 'Show held plans', to: '/plans?state=quarantined', allowed: true },
  ].filter((action) => action.allowed)
  const fixed: PaletteEntry[] = [
    ...rooms.map((room) => ({ key: room.to, group: 'Rooms', label: room.label, to: room.to })),
    ...actions,
    ...directories.map((each) => ({
      key: each.id,
      group: 'Directories',
      label: each.name,
      to: `/directories/${each.id}`,
    })),
  ]
  const people = enabled ? (users.data?.items ?? []) : []
  const found = enabled ? (groups.data?.items ?? []) : []
  return [
    ...people.map((user) => ({
      key: user.id,
      group: 'Users',
      label: user.displayName || user.username,
      detail: user.username,
      to: `/users/${user.id}`,
    })),
    ...found.map((group) => ({ key: group.id, group: 'Groups', label: group.name, to: `/groups/${group.id}` })),
    ...matching(fixed, typed),
  ]
}

function PaletteSearch({ onClose }: { readonly onClose: () => void }): ReactElement {
  const router = useRouter()
  const [typed, setTyped] = useState('')
  const [index, setIndex] = useState(0)
  const entries = useEntries(typed)
  const current = Math.min(index, Math.max(0, entries.length - 1))
  const go = (entry: PaletteEntry | undefined): void => {
    if (!entry) return
    onClose()
    router.history.push(`${router.basepath}${entry.to}`)
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault()
      setIndex(step(current, event.key === 'ArrowDown' ? 1 : -1, entries.length))
    } else if (event.key === 'Enter') {
      event.preventDefault()
      go(entries[current])
    }
  }
  return (
    <div className="portal-palette">
      <input
        data-autofocus
        role="combobox"
        aria-expanded
        aria-controls="palette-list"
        aria-activedescendant={entries.length > 0 ? `palette-${current}` : undefined}
        aria-label="Go to a user, group, directory, room or action"
        placeholder="User, group, directory or action"
        value={typed}
        onChange={(event) => {
          setTyped(event.currentTarget.value)
          setIndex(0)
        }}
        onKeyDown={onKeyDown}
      />
      <ul id="palette-list" role="listbox" aria-label="Results">
        {entries.map((entry, at) => (
          <PaletteOption
            key={`${entry.group}.${entry.key}`}
            entry={entry}
            at={at}
            active={at === current}
            onChoose={go}
            onHover={setIndex}
          />
        ))}
      </ul>
      {entries.length === 0 && <p className="portal-palette-none ls-dim">Nothing has this name.</p>}
    </div>
  )
}

interface PaletteOptionProps {
  readonly entry: PaletteEntry
  readonly at: number
  readonly active: boolean
  readonly onChoose: (entry: PaletteEntry) => void
  readonly onHover: (at: number) => void
}

function PaletteOption({ entry, at, active, onChoose, onHover }: PaletteOptionProps): ReactElement {
  return (
    <li
      id={`palette-${at}`}
      role="option"
      aria-selected={active}
      ref={(element) => {
        if (active) element?.scrollIntoView({ block: 'nearest' })
      }}
      onMouseMove={() => onHover(at)}
      onClick={() => onChoose(entry)}
    >
      <span className="ls-clip">{entry.label}</span>
      {entry.detail !== undefined && <span className="ls-dim ls-clip">{entry.detail}</span>}
      <span className="ls-spring" />
      <span className="ls-dim">{entry.group}</span>
    </li>
  )
}
