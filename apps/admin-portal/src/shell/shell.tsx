import { SkipLink } from '@lockstep/ui/skip-link'
import { Button, Kbd } from '@mantine/core'
import { useHotkeys, useLocalStorage, useMediaQuery } from '@mantine/hooks'
import { IconSearch } from '@tabler/icons-react'
import { Outlet, useLocation } from '@tanstack/react-router'
import { lazy, type ReactElement, Suspense, useEffect, useRef, useState } from 'react'
import { SessionProvider } from '../session/session-context.tsx'
import { AccountMenu } from './account-menu.tsx'
import { Breadcrumb } from './breadcrumb.tsx'
import { Rail } from './rail.tsx'
import { useLive } from './use-live.ts'

const Palette = lazy(async () => ({ default: (await import('./palette.tsx')).Palette }))

/** What only those who are signed in see. */
export function Shell(): ReactElement {
  return (
    <SessionProvider>
      <Frame />
    </SessionProvider>
  )
}

/** Everything around a room: rail, breadcrumb, palette, live line, account. */
function Frame(): ReactElement {
  const [folded, setFolded] = useLocalStorage({
    key: 'lockstep.rail-folded',
    defaultValue: false,
    getInitialValueInEffect: false,
  })
  const narrow = useMediaQuery('(max-width: 900px)', undefined, { getInitialValueInEffect: false })
  const live = useLive()
  const main = useRef<HTMLElement>(null)
  const path = useLocation({ select: (location) => location.pathname })
  return (
    <div className="portal-shell">
      <SkipLink main={main} path={path} />
      <Rail folded={folded || narrow} onFold={setFolded} />
      <div className="portal-stage">
        <header className="portal-top">
          <Breadcrumb />
          <span className="ls-spring" />
          <PaletteButton />
          <LiveLine live={live} />
          <AccountMenu />
        </header>
        <main ref={main} id="content" tabIndex={-1} className="portal-main">
          <Suspense>
            <Outlet />
          </Suspense>
        </main>
      </div>
    </div>
  )
}

/** Longer than the dialog needs to let go of the focus. */
const focusRestMs = 60

function PaletteButton(): ReactElement {
  const [opened, setOpened] = useState(false)
  const [asked, setAsked] = useState(false)
  const before = useRef<Element>(null)
  const open = (): void => {
    if (!opened) before.current = document.activeElement
    setAsked(true)
    setOpened(true)
  }
  useEffect(() => {
    if (opened) return
    // The dialog gives the focus back by itself unless it was closed before it took it; a new page has it already.
    const timer = setTimeout(() => {
      if (document.activeElement === document.body && before.current instanceof HTMLElement) before.current.focus()
    }, focusRestMs)
    return () => clearTimeout(timer)
  }, [opened])
  useHotkeys([['mod+K', open]], [])
  // A page with a list takes the slash for its own search.
  useHotkeys([['/', () => document.querySelector('[role="search"]') ?? open()]])
  return (
    <>
      <Button
        variant="default"
        size="xs"
        className="portal-palette-button"
        leftSection={<IconSearch size={14} aria-hidden />}
        rightSection={<Kbd size="xs">Ctrl K</Kbd>}
        onClick={open}
      >
        Go to
      </Button>
      {asked && (
        <Suspense>
          <Palette opened={opened} onClose={() => setOpened(false)} />
        </Suspense>
      )}
    </>
  )
}

function LiveLine({ live }: { readonly live: boolean }): ReactElement {
  return (
    <span className="portal-live" data-live={live} role="status">
      <span className="portal-live-dot" aria-hidden />
      {live ? 'Live' : 'Reconnecting …'}
    </span>
  )
}
