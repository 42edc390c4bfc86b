import type { ReactElement } from 'react'
import type { Refused } from './change-many.ts'

/** Whom the hub refused to change, each with its reason; nothing when all went well. */
export function RefusedList({
  refused,
  title,
}: {
  readonly refused: readonly Refused[]
  readonly title: string
}): ReactElement | null {
  if (refused.length === 0) return null
  return (
    <div className="ls-notice ls-tone-red" role="alert">
      <div className="ls-notice-body">
        <p className="ls-notice-title">{title}</p>
        {refused.slice(0, 20).map(({ name, reason }) => (
          <p key={name}>
            <strong>{name}</strong>: {reason}
          </p>
        ))}
      </div>
    </div>
  )
}
