import { Select } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { type ReactElement, useState } from 'react'
import { hub } from '../hub/hub.ts'

interface UserPickerProps {
  readonly label: string
  readonly description?: string
  readonly value: string
  /** The name of the user chosen so far, which the search may not hold. */
  readonly valueName?: string | undefined
  readonly error?: string | undefined
  readonly disabled?: boolean
  readonly onChange: (id: string) => void
}

/** Chooses one user by name, username or e-mail. */
export function UserPicker(props: UserPickerProps): ReactElement {
  const { value, valueName } = props
  const [typed, setTyped] = useState('')
  const [chosenName, setChosenName] = useState(valueName)
  const [search] = useDebouncedValue(typed.trim(), 200)
  const found = useQuery({
    queryKey: ['users', 'picker', search],
    queryFn: ({ signal }) => hub.users.list({ search, limit: 20, sort: 'username' }, signal),
  })
  // What was found for an earlier text must not be chosen for this one.
  const isBehind = typed.trim() !== search || found.data === undefined
  const options = (isBehind ? [] : found.data.items).map((user) => ({
    value: user.id,
    label: `${user.name} (${user.username})`,
  }))
  const known = value === '' || options.some((option) => option.value === value)
  return (
    <Select
      label={props.label}
      description={props.description}
      placeholder="Search by name or username"
      searchable
      clearable
      clearButtonProps={{ 'aria-label': `Clear ${props.label.toLowerCase()}` }}
      disabled={props.disabled ?? false}
      error={props.error}
      value={value === '' ? null : value}
      data={known ? options : [{ value, label: chosenName ?? value }, ...options]}
      searchValue={typed}
      onSearchChange={setTyped}
      filter={({ options: all }) => all}
      nothingFoundMessage={isBehind && !found.isError ? 'Searching …' : 'Nobody has this name'}
      onChange={(id, option) => {
        setChosenName(option?.label)
        props.onChange(id ?? '')
      }}
    />
  )
}
