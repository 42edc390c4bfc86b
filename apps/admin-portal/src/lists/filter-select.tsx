import { Select } from '@mantine/core'
import type { ReactElement } from 'react'

interface FilterSelectProps {
  readonly label: string
  readonly value: string | undefined
  readonly options: readonly { readonly value: string; readonly label: string }[]
  readonly onChange: (value: string | undefined) => void
}

/** A filter with a handful of values. */
export function FilterSelect({ label, value, options, onChange }: FilterSelectProps): ReactElement {
  return (
    <Select
      className="portal-filter"
      aria-label={`Filter by ${label.toLowerCase()}`}
      placeholder={label}
      value={value ?? null}
      data={[...options]}
      clearable={value !== undefined}
      clearButtonProps={{ 'aria-label': `Clear the filter ${label.toLowerCase()}` }}
      comboboxProps={{ transitionProps: { duration: 80 } }}
      onChange={(next) => onChange(next ?? undefined)}
    />
  )
}
