import { TextInput } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { type ReactElement, useEffect, useState } from 'react'
import { FilterSelect } from '../../lists/filter-select.tsx'
import { type FilteredSearch, withChange } from '../../lists/list-search.ts'
import { userStates } from '../../words/words.ts'

type Search = FilteredSearch<'state' | 'directoryId' | 'department'>

interface UserFiltersProps {
  readonly search: Search
  readonly directories: readonly { readonly id: string; readonly name: string }[]
}

const stateOptions = Object.entries(userStates).map(([value, { label }]) => ({ value, label }))

/** State, directory and department. */
export function UserFilters({ search, directories }: UserFiltersProps): ReactElement {
  const navigate = useNavigate()
  const change = (name: string, value: string | undefined): void =>
    void navigate({ to: '/users', search: withChange<Search>(search, { [name]: value }) })
  return (
    <>
      <FilterSelect
        label="State"
        value={search.state}
        options={stateOptions}
        onChange={(value) => change('state', value)}
      />
      {directories.length > 0 && (
        <FilterSelect
          label="Directory"
          value={search.directoryId}
          options={directories.map((each) => ({ value: each.id, label: each.name }))}
          onChange={(value) => change('directoryId', value)}
        />
      )}
      <DepartmentFilter value={search.department ?? ''} onChange={(value) => change('department', value)} />
    </>
  )
}

/** Takes effect on Enter and on leaving the field, because the hub compares whole names. */
function DepartmentFilter({
  value,
  onChange,
}: {
  readonly value: string
  readonly onChange: (value: string) => void
}): ReactElement {
  const [text, setText] = useState(value)
  useEffect(() => setText(value), [value])
  const apply = (): void => {
    if (text.trim() !== value) onChange(text.trim())
  }
  return (
    <TextInput
      className="portal-filter"
      aria-label="Filter by department"
      placeholder="Department"
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
      onBlur={apply}
      onKeyDown={(event) => {
        if (event.key === 'Enter') apply()
      }}
    />
  )
}
