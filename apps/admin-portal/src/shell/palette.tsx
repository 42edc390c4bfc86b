import { Modal } from '@mantine/core'
import { useRouter } from '@tanstack/react-router'
import { type KeyboardEvent, type ReactElement, useEffect, useEffectEvent, useState } from 'react'
import { type PaletteEntry, step } from './palette-entries.ts'
import { noteRecent } from './recent-entries.ts'
import { usePaletteEntries } from './use-palette-entries.ts'

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

function PaletteSearch({ onClose }: { readonly onClose: () => void }): ReactElement {
  const router = useRouter()
  const [typed, setTyped] = useState('')
  const [index, setIndex] = useState(0)
  // Enter was pressed before the answer came.
  const [awaited, setAwaited] = useState(false)
  const { entries, isBehind, isFailed } = usePaletteEntries(typed)
  const current = Math.min(index, Math.max(0, entries.length - 1))
  const go = (entry: PaletteEntry | undefined): void => {
    if (!entry) return
    onClose()
    if (entry.to === undefined) return entry.run?.()
    noteRecent(entry)
    router.history.push(`${router.basepath}${entry.to}`)
  }
  const goAwaited = useEffectEvent(() => go(entries[current]))
  useEffect(() => {
    if (!awaited || isBehind) return
    setAwaited(false)
    goAwaited()
  }, [awaited, isBehind])
  const onKeyDown = (event: KeyboardEvent): void => {
    const next = stepTo(event.key, current, entries.length)
    if (next !== undefined) {
      event.preventDefault()
      setIndex(next)
    } else if (event.key === 'Enter' && !event.nativeEvent.isComposing) {
      event.preventDefault()
      // What was chosen with the arrows is meant as it stands.
      if (isBehind && index === 0) setAwaited(true)
      else go(entries[current])
    }
  }
  return (
    <div className="portal-palette">
      <input
        data-autofocus
        role="combobox"
        aria-expanded={entries.length > 0}
        aria-controls="palette-list"
        aria-autocomplete="list"
        aria-activedescendant={entries.length > 0 ? `palette-${current}` : undefined}
        aria-label="Go to a user, group, directory, room or action"
        placeholder="User, group, directory or action"
        autoComplete="off"
        spellCheck={false}
        value={typed}
        onChange={(event) => {
          setTyped(event.currentTarget.value)
          setIndex(0)
          setAwaited(false)
        }}
        onKeyDown={onKeyDown}
      />
      <PaletteList entries={entries} current={current} onChoose={go} onHover={setIndex} />
      <p className="portal-palette-none ls-dim" role="status">
        {statusText({ isBehind, isFailed, isEmpty: entries.length === 0 })}
      </p>
    </div>
  )
}

const pageSteps = 8

/** Which entry a key leads to; undefined for keys that do not move. */
function stepTo(key: string, current: number, count: number): number | undefined {
  if (key === 'ArrowDown') return step(current, 1, count)
  if (key === 'ArrowUp') return step(current, -1, count)
  if (key === 'PageDown') return Math.min(current + pageSteps, count - 1)
  return key === 'PageUp' ? Math.max(current - pageSteps, 0) : undefined
}

interface PaletteStatus {
  readonly isBehind: boolean
  readonly isFailed: boolean
  readonly isEmpty: boolean
}

function statusText({ isBehind, isFailed, isEmpty }: PaletteStatus): string {
  if (isBehind) return 'Searching users and groups …'
  if (isFailed) return 'Users and groups could not be searched.'
  return isEmpty ? 'Nothing has this name.' : ''
}

interface PaletteActs {
  readonly onChoose: (entry: PaletteEntry) => void
  readonly onHover: (at: number) => void
}

interface PaletteListProps extends PaletteActs {
  readonly entries: readonly PaletteEntry[]
  readonly current: number
}

function PaletteList({ entries, current, ...acts }: PaletteListProps): ReactElement | null {
  if (entries.length === 0) return null
  return (
    <ul id="palette-list" role="listbox" aria-label="Results">
      {entries.map((entry, at) => (
        <PaletteOption key={`${entry.group}.${entry.key}`} entry={entry} at={at} active={at === current} {...acts} />
      ))}
    </ul>
  )
}

interface PaletteOptionProps extends PaletteActs {
  readonly entry: PaletteEntry
  readonly at: number
  readonly active: boolean
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
