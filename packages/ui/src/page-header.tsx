import type { ReactElement, ReactNode } from 'react'

interface PageHeaderProps {
  readonly title: string
  /** Chips beside the title. */
  readonly status?: ReactNode
  readonly detail?: ReactNode
  readonly actions?: ReactNode
}

/** The head of a page; also names the browser's tab. */
export function PageHeader({ title, status, detail, actions }: PageHeaderProps): ReactElement {
  return (
    <div className="ls-page-header">
      <title>{`${title} · Lockstep`}</title>
      <div className="ls-page-header-words">
        <div className="ls-page-title">
          <h1>{title}</h1>
          {status}
        </div>
        {detail !== undefined && <div className="ls-dim">{detail}</div>}
      </div>
      {actions !== undefined && <div className="ls-actions">{actions}</div>}
    </div>
  )
}
