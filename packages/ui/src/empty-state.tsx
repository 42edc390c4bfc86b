import type { ReactElement, ReactNode } from 'react'

interface EmptyStateProps {
  readonly title: string
  readonly children?: ReactNode
  /** The one next step. */
  readonly action?: ReactNode
}

/** What stands where nothing is: what it is for, and one next step. */
export function EmptyState({ title, children, action }: EmptyStateProps): ReactElement {
  return (
    <div className="ls-empty">
      <p className="ls-empty-title">{title}</p>
      {children !== undefined && <p className="ls-dim">{children}</p>}
      {action}
    </div>
  )
}
