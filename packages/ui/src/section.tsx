import { type ReactElement, type ReactNode, useId } from 'react'

interface SectionProps {
  readonly title: string
  readonly detail?: ReactNode
  readonly actions?: ReactNode
  readonly children: ReactNode
}

/** A bordered part of a page under its own heading. */
export function Section({ title, detail, actions, children }: SectionProps): ReactElement {
  const id = useId()
  return (
    <section className="ls-section" aria-labelledby={id}>
      <div className="ls-section-head">
        <div>
          <h2 id={id}>{title}</h2>
          {detail !== undefined && <p className="ls-dim">{detail}</p>}
        </div>
        {actions !== undefined && <div className="ls-actions">{actions}</div>}
      </div>
      {children}
    </section>
  )
}
