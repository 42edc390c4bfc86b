import { TextInput } from '@mantine/core'
import { type ReactElement, useEffect, useState } from 'react'
import { withChange } from '../../lists/list-search.ts'
import { dayStart, zoneWords } from './days.ts'
import type { JournalSearch } from './journal-search.ts'

interface JournalDatesProps {
  readonly search: JournalSearch
  readonly onSearch: (search: JournalSearch) => void
}

/** The days between which entries are shown, both included, in the reader's time zone. */
export function JournalDates({ search, onSearch }: JournalDatesProps): ReactElement {
  const { from, to } = search
  const [first, last] = [dayStart(from), dayStart(to)]
  const isTurned = first !== undefined && last !== undefined && last < first
  const change = (name: 'from' | 'to') => (day: string) => onSearch(withChange<JournalSearch>(search, { [name]: day }))
  return (
    <div className="ls-toolbar" role="group" aria-label="Days">
      <DayInput label="From" value={from} max={to} onChange={change('from')} />
      <DayInput
        label="To"
        value={to}
        min={from}
        error={isTurned ? 'The last day lies before the first.' : undefined}
        onChange={change('to')}
      />
      <span className="ls-dim portal-zone">Days and times in {zoneWords()}</span>
    </div>
  )
}

interface DayInputProps {
  readonly label: string
  readonly value: string | undefined
  readonly min?: string | undefined
  readonly max?: string | undefined
  readonly error?: string | undefined
  readonly onChange: (day: string) => void
}

/** Takes effect once the day is complete; half a date is no filter. */
function DayInput({ label, value = '', min, max, error, onChange }: DayInputProps): ReactElement {
  const [text, setText] = useState(value)
  useEffect(() => setText(value), [value])
  return (
    <TextInput
      type="date"
      label={label}
      className="portal-day"
      value={text}
      error={error}
      {...(min === undefined ? {} : { min })}
      {...(max === undefined ? {} : { max })}
      onChange={(event) => {
        const next = event.currentTarget.value
        setText(next)
        // While a year is typed, the field holds years such as 0002.
        if (next === '' || (dayStart(next)?.getFullYear() ?? 0) > 1999) onChange(next)
      }}
    />
  )
}
