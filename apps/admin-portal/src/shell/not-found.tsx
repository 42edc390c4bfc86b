import { EmptyState } from '@lockstep/ui/empty-state'
import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'

/** An address that leads nowhere. */
export function NotFound(): ReactElement {
  return (
    <EmptyState title="There is nothing at this address" action={<Link to="/">Go home</Link>}>
      It may have been deleted, or the link is incomplete.
    </EmptyState>
  )
}
