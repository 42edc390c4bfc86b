import { BrandMark } from '@lockstep/ui/brand-mark'
import { SkipLink } from '@lockstep/ui/skip-link'
import { useQuery } from '@tanstack/react-query'
import { Link, Outlet, useLocation } from '@tanstack/react-router'
import { type ReactElement, Suspense, useRef } from 'react'
import { secondFactorQuery } from '../hub/queries.ts'
import { useSession } from '../session/use-session.ts'
import { AccountMenu } from './account-menu.tsx'
import { rooms } from './rooms.ts'

/** Everything around a page: whose portal it is, the way between its pages, and the way out. */
export function Shell(): ReactElement {
  const { organization } = useSession()
  const main = useRef<HTMLElement>(null)
  const path = useLocation({ select: (location) => location.pathname })
  return (
    <div className="my-shell">
      <SkipLink main={main} path={path} />
      <header className="my-top">
        <div className="my-top-row">
          <Link
            to="/"
            className="portal-brand my-brand"
            aria-label={`${organization.name}, home`}
            activeProps={{ 'aria-current': undefined }}
          >
            <BrandMark />
            <span className="ls-clip">{organization.name}</span>
          </Link>
          <Navigation />
          <AccountMenu />
        </div>
      </header>
      <main ref={main} id="content" tabIndex={-1} className="my-main">
        <Suspense>
          <Outlet />
        </Suspense>
      </main>
    </div>
  )
}

/** Beside the name on wide screens, at the foot of narrow ones, where a thumb reaches it. */
function Navigation(): ReactElement {
  const isOffered = useQuery(secondFactorQuery).data !== null
  return (
    <nav className="my-nav" aria-label="Pages">
      <ul>
        {rooms
          .filter(({ to }) => isOffered || to !== '/security')
          .map((room) => (
            <li key={room.to}>
              <Link to={room.to} className="my-nav-link" activeOptions={{ exact: room.to === '/' }}>
                <room.icon size={20} stroke={1.5} aria-hidden />
                {room.label}
              </Link>
            </li>
          ))}
      </ul>
    </nav>
  )
}
