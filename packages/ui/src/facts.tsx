import type { ReactElement, ReactNode } from 'react'

export interface Fact {
  readonly name: string
  readonly value: ReactNode
  /** Stands behind the value, for instance an explanation's button. */
  readonly aside?: ReactNode
}

/** Names and values in two columns. */
export function Facts({ facts }: { readonly facts: readonly Fact[] }): ReactElement {
  return (
    <dl className="ls-facts">
      {facts.map((fact) => (
        <div key={fact.name} className="ls-fact">
          <dt>{fact.name}</dt>
          <dd>
            <div className="ls-fact-value">{fact.value}</div>
            {fact.aside}
          </dd>
        </div>
      ))}
    </dl>
  )
}
