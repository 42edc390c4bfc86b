import { TextInput } from '@mantine/core'
import { type ReactElement, useEffect, useState } from 'react'

interface UserFilterProps {
  readonly value: string
  readonly onChange: (user: string | undefined) => void
}

/** Filters by exactly one user; taken with Enter or on leaving, because a part of a name finds nobody. */
export function UserFilter({ value, onChange }: UserFilterProps): ReactElement {
  const [text, setText] = useState(value)
  useEffect(() => setText(value), [value])
  const take = (): void => {
    const user = text.trim()
    if (user !== value) onChange(user === '' ? undefined : user)
  }
  return (
    <TextInput
      className="integration-user"
      aria-label="Filter by user"
      placeholder="User, address or id"
      autoComplete="off"
      maxLength={1024}
      value={text}
      onChange={(event) => setText(event.currentTarget.value)}
      onBlur={take}
      onKeyDown={(event) => {
        if (event.key === 'Enter') take()
      }}
    />
  )
}
