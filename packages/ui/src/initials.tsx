import type { ReactElement } from 'react'

/** The first letters of the first and the last word of a name. */
function initialsOf(name: string): string {
  const words = name.split(/\s+/u).filter((word) => word !== '')
  const letters = [words.at(0), words.length > 1 ? words.at(-1) : undefined].map((word) => word?.at(0) ?? '')
  return letters.join('').toUpperCase()
}

/** A person as a disc with initials; the name stands beside it or in a label. */
export function Initials({ name }: { readonly name: string }): ReactElement {
  return (
    <span className="ls-initials" aria-hidden>
      {initialsOf(name)}
    </span>
  )
}
