import type { ReactElement, ReactNode } from 'react'

/** The first letters of the first and the last word of a name. */
function initials(name: string): string {
  const words = name.split(/\s+/u).filter((word) => word !== '')
  const letters = [words.at(0), words.length > 1 ? words.at(-1) : undefined].map((word) => word?.at(0) ?? '')
  return letters.join('').toUpperCase()
}

interface PersonCellProps {
  readonly name: string
  readonly detail?: string | undefined
  /** The name as a link, when it leads somewhere. */
  readonly children?: ReactNode
}

/** A person in one line: initials, name, and what tells namesakes apart. */
export function PersonCell({ name, detail, children }: PersonCellProps): ReactElement {
  return (
    <span className="ls-person">
      <span className="ls-initials" aria-hidden>
        {initials(name)}
      </span>
      <span className="ls-person-words">
        <span className="ls-clip">{children ?? name}</span>
        {detail !== undefined && <span className="ls-clip ls-dim">{detail}</span>}
      </span>
    </span>
  )
}
