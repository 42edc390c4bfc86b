import { FrontDoor } from '@lockstep/ui/door/front-door'
import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'

/** An address that leads nowhere. */
export function NotFound(): ReactElement {
  return (
    <FrontDoor title="Nothing is here">
      <p className="ls-dim">The link is incomplete, or too old.</p>
      <Link to="/" className="portal-text-button">
        Go to your account
      </Link>
    </FrontDoor>
  )
}
