import { Autocomplete, Select, TagsInput, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { type ReactElement, useState } from 'react'
import { hub } from '../../hub/hub.ts'
import { userQuery } from '../../hub/queries.ts'
import { UserPicker } from '../../pickers/user-picker.tsx'
import type { RuleTerm } from './rule-conditions.ts'
import { customPrefix, type RuleField } from './rule-fields.ts'

interface ValueInputProps {
  readonly term: RuleTerm
  readonly field: RuleField
  readonly error: string | undefined
  readonly onChange: (values: readonly string[]) => void
}

/** What a field is compared with, asked for as the field wants it. */
export function ValueInput(props: ValueInputProps): ReactElement | null {
  const { term, field, error, onChange } = props
  const [value = ''] = term.values
  if (term.operator === 'empty' || term.operator === 'not_empty') return null
  const isListed = term.operator === 'one_of' || term.operator === 'none_of'
  if (field.kind === 'person') return <PersonInput value={value} error={error} onChange={(id) => onChange([id])} />
  if (field.kind === 'switch')
    return (
      <Select
        label="Value"
        data={[
          { value: 'true', label: 'yes' },
          { value: 'false', label: 'no' },
        ]}
        value={value === '' ? null : value}
        placeholder="Choose"
        error={error}
        onChange={(next) => onChange(next === null ? [] : [next])}
      />
    )
  if (field.options !== undefined && !isListed)
    return (
      <Select
        label="Value"
        data={[...field.options]}
        value={value === '' ? null : value.toLowerCase()}
        placeholder="Choose"
        error={error}
        onChange={(next) => onChange(next === null ? [] : [next])}
      />
    )
  if (field.kind === 'day' && isDay(value)) return <DayInput {...props} value={value} />
  return isListed ? <ListInput {...props} /> : <TextValue {...props} />
}

const isDay = (value: string): boolean => value === '' || /^\d{4}-\d\d-\d\d(?:T00:00:00Z)?$/u.test(value)

function DayInput({ value, error, onChange }: ValueInputProps & { readonly value: string }): ReactElement {
  return (
    <TextInput
      type="date"
      label="Day (UTC)"
      value={value.slice(0, 10)}
      error={error}
      onChange={(event) => {
        const day = event.currentTarget.value
        onChange(day === '' ? [] : [`${day}T00:00:00Z`])
      }}
    />
  )
}

interface PersonInputProps {
  readonly value: string
  readonly error: string | undefined
  readonly onChange: (id: string) => void
}

function PersonInput({ value, error, onChange }: PersonInputProps): ReactElement {
  const known = useQuery({ ...userQuery(value), enabled: value !== '' }).data
  // The picker takes the name it starts with; a later one needs a new picker.
  return (
    <UserPicker
      key={known === undefined ? 'unnamed' : 'named'}
      label="Value"
      value={value}
      valueName={known && known.name}
      error={error}
      onChange={onChange}
    />
  )
}

/** Values that users have, for what is typed so far. */
function useSuggestedValues(field: string, typed: string): readonly string[] {
  const [search] = useDebouncedValue(typed.trim(), 200)
  const enabled = field !== customPrefix
  const found = useQuery({
    queryKey: ['rule-values', field, search],
    queryFn: ({ signal }) => hub.groups.ruleValues({ field, search: search.slice(0, 200) }, signal),
    enabled,
    staleTime: 30_000,
  })
  return enabled ? (found.data?.items.map((item) => item.value) ?? []) : []
}

function TextValue({ term, error, onChange }: ValueInputProps): ReactElement {
  const [value = ''] = term.values
  const values = useSuggestedValues(term.field, value)
  return (
    <Autocomplete
      label="Value"
      value={value}
      data={[...new Set(values)]}
      filter={({ options }) => options}
      error={error}
      maxLength={1024}
      autoComplete="off"
      onChange={(next) => onChange(next === '' ? [] : [next])}
    />
  )
}

function ListInput({ term, field, error, onChange }: ValueInputProps): ReactElement {
  const [typed, setTyped] = useState('')
  const suggested = useSuggestedValues(term.field, typed)
  const data = field.options?.map((option) => option.value) ?? suggested
  return (
    <TagsInput
      label="Values"
      description="Enter after each."
      value={[...term.values]}
      data={[...new Set(data)]}
      searchValue={typed}
      onSearchChange={setTyped}
      acceptValueOnBlur
      error={error}
      onChange={onChange}
    />
  )
}
