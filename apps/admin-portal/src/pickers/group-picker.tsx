import { Select } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { type ReactElement, useState } from 'react'
import { hub } from '../hub/hub.ts'
import { groupQuery } from '../hub/queries.ts'

interface GroupPickerProps {
  readonly label: string
  readonly value: string
  readonly error?: string | undefined
  readonly disabled?: boolean
  readonly onChange: (id: string) => void
}

/** Chooses one group by its name. */
export function GroupPicker({ label, value, error, disabled = false, onChange }: GroupPickerProps): ReactElement {
  const [typed, setTyped] = useState('')
  const [search] = useDebouncedValue(typed.trim(), 200)
  const found = useQuery({
    queryKey: ['groups', 'picker', search],
    queryFn: ({ signal }) => hub.groups.list({ search, limit: 20, sort: 'name' }, signal),
  })
  const chosen = useQuery({ ...groupQuery(value), enabled: value !== '' })
  // What was found for an earlier text must not be chosen for this one.
  const isBehind = typed.trim() !== search || found.data === undefined
  const options = (isBehind ? [] : found.data.items).map((group) => ({ value: group.id, label: group.name }))
  const known = value === '' || options.some((option) => option.value === value)
  return (
    <Select
      label={label}
      placeholder="Search by name"
      searchable
      disabled={disabled}
      error={error}
      value={value === '' ? null : value}
      data={known ? options : [{ value, label: chosen.data?.name ?? value }, ...options]}
      searchValue={typed}
      onSearchChange={setTyped}
      filter={({ options: all }) => all}
      nothingFoundMessage={isBehind && !found.isError ? 'Searching …' : 'No group has this name'}
      onChange={(id) => onChange(id ?? '')}
    />
  )
}
