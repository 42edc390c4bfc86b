import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'

/** An address that leads nowhere. */
export function NotFound(): ReactElement {
  return (
    <div className="portal-narrow ls-stack">
      <title>Not found · Lockstep</title>
      <h1>There is nothing at this address</h1>
      <p className="ls-dim">It may have been deleted, or the link is incomplete.</p>
      <p>
        <Link to="/" className="portal-link">
          Go home
        </Link>
      </p>
    </div>
  )
}
