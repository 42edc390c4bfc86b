import type { ReactElement, ReactNode } from 'react'
import { Initials } from './initials.tsx'

interface PersonCellProps {
  readonly name: string
  readonly detail?: string | undefined
  /** Stands whole behind a name that is cut off. */
  readonly mark?: ReactNode
  /** The name as a link, when it leads somewhere. */
  readonly children?: ReactNode
}

/** A person in one line: initials, name, and what tells namesakes apart. */
export function PersonCell({ name, detail, mark, children }: PersonCellProps): ReactElement {
  return (
    <span className="ls-person">
      <Initials name={name} />
      <span className="ls-person-words">
        <span className="ls-clip">{children ?? name}</span>
        {mark}
        {detail !== undefined && <span className="ls-clip ls-dim">{detail}</span>}
      </span>
    </span>
  )
}
