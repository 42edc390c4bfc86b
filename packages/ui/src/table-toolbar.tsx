import { ActionIcon, Button, Checkbox, CloseButton, Popover, SegmentedControl, TextInput, Tooltip } from '@mantine/core'
import { useDebouncedCallback, useHotkeys } from '@mantine/hooks'
import { IconAdjustmentsHorizontal, IconSearch } from '@tabler/icons-react'
import { type ReactElement, type ReactNode, useEffect, useRef, useState } from 'react'

const searchDelayMs = 200

interface TableToolbarProps {
  readonly searchLabel: string
  readonly search: string
  readonly onSearch: (search: string) => void
  /** Filter controls. */
  readonly children?: ReactNode
  readonly view?: ReactNode
  readonly actions?: ReactNode
}

/** Search, filters and view settings above a table; `/` goes to the search. */
export function TableToolbar(props: TableToolbarProps): ReactElement {
  const field = useRef<HTMLInputElement>(null)
  useHotkeys([['/', () => field.current?.focus()]])
  return (
    <div className="ls-toolbar" role="search" aria-label={props.searchLabel}>
      <SearchField label={props.searchLabel} value={props.search} onChange={props.onSearch} field={field} />
      {props.children}
      <span className="ls-spring" />
      {props.actions}
      {props.view}
    </div>
  )
}

interface SearchFieldProps {
  readonly label: string
  readonly value: string
  readonly onChange: (value: string) => void
  readonly field: React.RefObject<HTMLInputElement | null>
}

function SearchField({ label, value, onChange, field }: SearchFieldProps): ReactElement {
  const [text, setText] = useState(value)
  const sent = useRef(value)
  const send = useDebouncedCallback((next: string) => {
    sent.current = next
    onChange(next)
  }, searchDelayMs)
  useEffect(() => {
    // The address changed by other means (back, "Clear filters"): the field follows it.
    if (value === sent.current) return
    sent.current = value
    setText(value)
  }, [value])
  const change = (next: string): void => {
    setText(next)
    send(next.trim())
  }
  return (
    <TextInput
      ref={field}
      className="ls-search"
      aria-label={label}
      placeholder={`${label}  ( / )`}
      leftSection={<IconSearch size={16} aria-hidden />}
      rightSection={
        text === '' ? null : <CloseButton size="sm" aria-label="Clear the search" onClick={() => change('')} />
      }
      value={text}
      onChange={(event) => change(event.currentTarget.value)}
    />
  )
}

export interface ViewSettings {
  readonly hidden: readonly string[]
  readonly density: 'normal' | 'compact'
}

interface TableViewProps {
  readonly columns: readonly { readonly id: string; readonly header: string }[]
  readonly settings: ViewSettings
  readonly onChange: (settings: ViewSettings) => void
  readonly onReset: () => void
}

/** Which columns are shown and how dense the rows are. */
export function TableView({ columns, settings, onChange, onReset }: TableViewProps): ReactElement {
  const toggle = (id: string, shown: boolean): void => {
    const others = settings.hidden.filter((each) => each !== id)
    onChange({ ...settings, hidden: shown ? others : [...others, id] })
  }
  return (
    <Popover position="bottom-end" trapFocus returnFocus width={240}>
      <Popover.Target>
        <Tooltip label="Columns and density">
          <ActionIcon variant="default" size={36} aria-label="Columns and density">
            <IconAdjustmentsHorizontal size={16} />
          </ActionIcon>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown aria-label="Columns and density">
        <div className="ls-stack">
          <SegmentedControl
            size="xs"
            fullWidth
            aria-label="Density"
            value={settings.density}
            onChange={(density) => onChange({ ...settings, density: density === 'compact' ? 'compact' : 'normal' })}
            data={[
              { value: 'normal', label: 'Normal' },
              { value: 'compact', label: 'Compact' },
            ]}
          />
          {columns.slice(1).map((column) => (
            <Checkbox
              key={column.id}
              size="xs"
              label={column.header}
              checked={!settings.hidden.includes(column.id)}
              onChange={(event) => toggle(column.id, event.currentTarget.checked)}
            />
          ))}
          <Button variant="default" size="xs" onClick={onReset}>
            Reset columns
          </Button>
        </div>
      </Popover.Dropdown>
    </Popover>
  )
}
