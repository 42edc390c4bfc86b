import { keepPasswordToken } from '@lockstep/ui/door/kept-token'
import type { QueryClient } from '@tanstack/react-query'
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router'
import { sessionQuery } from './hub/queries.ts'
import { type Door, doorOf, targetOf } from './session/doors.ts'
import { NotFound } from './shell/not-found.tsx'
import { RouteFailure } from './shell/route-failure.tsx'
import { Shell } from './shell/shell.tsx'

interface PortalContext {
  readonly queries: QueryClient
}

interface Way {
  /** Where to go once signed in. */
  readonly to?: string
}

const wayOf = (raw: Record<string, unknown>): Way => {
  const to = targetOf(raw['to'])
  return to === '/' ? {} : { to }
}

const signInWayOf = (raw: Record<string, unknown>): Way & { readonly ended?: true } => ({
  ...wayOf(raw),
  ...(raw['ended'] === true ? { ended: true } : {}),
})

const rootRoute = createRootRouteWithContext<PortalContext>()({
  component: Outlet,
  errorComponent: RouteFailure,
  notFoundComponent: NotFound,
  // Every page names the organization, and most ask who is signed in.
  beforeLoad: ({ context }) => context.queries.query({ ...sessionQuery, staleTime: 'static' }).then(() => undefined),
})

/** Lets only those through a door for whom it is the next one. */
function guardOf(own: Door) {
  return async ({ context, search }: { readonly context: PortalContext; readonly search: Way }): Promise<void> => {
    const door = doorOf(await context.queries.query({ ...sessionQuery, staleTime: 'static' }))
    if (door !== own)
      redirect({ to: door ?? targetOf(search.to), search: door === undefined ? {} : search, throw: true })
  }
}

const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in',
  validateSearch: signInWayOf,
  beforeLoad: guardOf('/sign-in'),
  component: lazyRouteComponent(() => import('./session/sign-in-room.tsx'), 'SignInRoom'),
})

const secondFactorRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/second-factor',
  validateSearch: wayOf,
  beforeLoad: guardOf('/second-factor'),
  component: lazyRouteComponent(() => import('./session/second-factor-room.tsx'), 'SecondFactorRoom'),
})

const enrolRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/enrol',
  validateSearch: wayOf,
  beforeLoad: guardOf('/enrol'),
  component: lazyRouteComponent(() => import('./session/enrol-room.tsx'), 'EnrolRoom'),
})

const newPasswordRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/new-password',
  validateSearch: wayOf,
  beforeLoad: guardOf('/new-password'),
  component: lazyRouteComponent(() => import('./session/new-password-room.tsx'), 'NewPasswordRoom'),
})

const forgottenRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/forgotten-password',
  component: lazyRouteComponent(() => import('./session/forgotten-password-room.tsx'), 'ForgottenPasswordRoom'),
})

interface Token {
  readonly token?: string
}

const tokenOf = ({ token }: Record<string, unknown>): Token =>
  typeof token === 'string' || typeof token === 'number' ? { token: String(token) } : {}

/** Takes the token out of the address before anything is drawn. */
function keepToken(to: '/activate' | '/password-link') {
  return ({ search }: { readonly search: Token }): void => {
    if (search.token === undefined) return
    keepPasswordToken(search.token)
    redirect({ to, search: {}, replace: true, throw: true })
  }
}

const activationRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/activate',
  validateSearch: tokenOf,
  beforeLoad: keepToken('/activate'),
  component: lazyRouteComponent(() => import('./session/activation-room.tsx'), 'ActivationRoom'),
})

const passwordLinkRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/password-link',
  validateSearch: tokenOf,
  beforeLoad: keepToken('/password-link'),
  component: lazyRouteComponent(() => import('./session/password-link-room.tsx'), 'PasswordLinkRoom'),
})

const shellRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'shell',
  beforeLoad: async ({ context, location }) => {
    const door = doorOf(await context.queries.query({ ...sessionQuery, staleTime: 'static' }))
    if (door !== undefined) redirect({ to: door, search: wayOf({ to: location.href }), throw: true })
  },
  component: Shell,
})

const homeRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/',
  component: lazyRouteComponent(() => import('./rooms/home/home-room.tsx'), 'HomeRoom'),
})

const profileRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/profile',
  component: lazyRouteComponent(() => import('./rooms/profile/profile-room.tsx'), 'ProfileRoom'),
})

const passwordRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/password',
  component: lazyRouteComponent(() => import('./rooms/password/password-room.tsx'), 'PasswordRoom'),
})

const securityRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/security',
  component: lazyRouteComponent(() => import('./rooms/security/security-room.tsx'), 'SecurityRoom'),
})

const sessionsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/sessions',
  component: lazyRouteComponent(() => import('./rooms/sessions/sessions-room.tsx'), 'SessionsRoom'),
})

/** The portal's addresses; each page's code is loaded when it is first entered. */
export function createPortalRouter(queries: QueryClient) {
  return createRouter({
    routeTree: rootRoute.addChildren([
      signInRoute,
      secondFactorRoute,
      enrolRoute,
      newPasswordRoute,
      forgottenRoute,
      activationRoute,
      passwordLinkRoute,
      shellRoute.addChildren([homeRoute, profileRoute, passwordRoute, securityRoute, sessionsRoute]),
    ]),
    basepath: '/portal',
    context: { queries },
    defaultPreload: 'intent',
    defaultErrorComponent: RouteFailure,
    defaultNotFoundComponent: NotFound,
    scrollRestoration: true,
  })
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createPortalRouter>
  }
}
