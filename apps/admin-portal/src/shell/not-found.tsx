import { FrontDoor } from '@lockstep/ui/door/front-door'
import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'

/** An address that leads nowhere. */
export function NotFound(): ReactElement {
  return (
    <FrontDoor title="Nothing is here">
      <p className="ls-dim">
        This address leads nowhere. What it named may have been deleted, or the link is incomplete.
      </p>
      <p>
        <Link to="/" className="portal-link">
          Go home
        </Link>
      </p>
    </FrontDoor>
  )
}
