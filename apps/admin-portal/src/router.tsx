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
import { listSearchOf } from './lists/list-search.ts'
import { safeTarget } from './session/access.ts'
import { NotFound } from './shell/not-found.tsx'
import { RouteFailure } from './shell/route-failure.tsx'
import { Shell } from './shell/shell.tsx'

interface PortalContext {
  readonly queries: QueryClient
}

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)
const tabOf = (raw: Record<string, unknown>) => {
  const tab = text(raw['tab'])
  return tab === undefined ? {} : { tab }
}
const stepOf = (raw: Record<string, unknown>) => {
  const step = text(raw['step'])
  return step === undefined ? {} : { step }
}

const kindOf = (raw: Record<string, unknown>) => {
  const kind = text(raw['kind'])
  return kind === undefined ? {} : { kind }
}

const rootRoute = createRootRouteWithContext<PortalContext>()({
  component: Outlet,
  errorComponent: RouteFailure,
  notFoundComponent: NotFound,
})

const setUpRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/set-up',
  validateSearch: (raw) => ({
    token: typeof raw['token'] === 'number' ? String(raw['token']) : (text(raw['token']) ?? ''),
  }),
  component: lazyRouteComponent(() => import('./session/set-up-room.tsx'), 'SetUpRoom'),
})

const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in',
  validateSearch: (raw): { to?: string } => (text(raw['to']) === undefined ? {} : { to: safeTarget(raw['to']) }),
  beforeLoad: async ({ context }) => {
    const session = await context.queries.query({ ...sessionQuery, staleTime: 'static' })
    if (session.signedIn) redirect({ to: '/', throw: true })
  },
  component: lazyRouteComponent(() => import('./session/sign-in-room.tsx'), 'SignInRoom'),
})

const passwordRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/password',
  validateSearch: (raw): { token?: string } =>
    text(raw['token']) === undefined ? {} : { token: String(raw['token']) },
  beforeLoad: ({ search }) => {
    if (search.token === undefined) return
    keepPasswordToken(search.token)
    redirect({ to: '/password', search: {}, replace: true, throw: true })
  },
  component: lazyRouteComponent(() => import('./session/password-room.tsx'), 'PasswordRoom'),
})

const enrolRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/enrol',
  validateSearch: (raw): { to?: string } => (text(raw['to']) === undefined ? {} : { to: safeTarget(raw['to']) }),
  beforeLoad: async ({ context }) => {
    const session = await context.queries.query({ ...sessionQuery, staleTime: 'static' })
    if (!session.signedIn) redirect({ to: '/sign-in', throw: true })
    if (session.mustEnrolSecondFactor !== true) redirect({ to: '/', throw: true })
  },
  component: lazyRouteComponent(() => import('./session/enrol-room.tsx'), 'EnrolRoom'),
})

const shellRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'shell',
  beforeLoad: async ({ context, location }) => {
    const session = await context.queries.query({ ...sessionQuery, staleTime: 'static' })
    const search = location.href === '/' ? {} : { to: location.href }
    if (!session.signedIn) redirect({ to: '/sign-in', search, throw: true })
    if (session.mustEnrolSecondFactor === true) redirect({ to: '/enrol', search, throw: true })
  },
  component: Shell,
})

const homeRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/',
  component: lazyRouteComponent(() => import('./rooms/home/home-room.tsx'), 'HomeRoom'),
})

const usersRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/users',
  validateSearch: (raw) => listSearchOf(raw, ['state', 'directoryId', 'department']),
  component: lazyRouteComponent(() => import('./rooms/users/users-room.tsx'), 'UsersRoom'),
})

const newUserRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/users/new',
  component: lazyRouteComponent(() => import('./rooms/users/new-user-room.tsx'), 'NewUserRoom'),
})

const importRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/users/import',
  component: lazyRouteComponent(() => import('./rooms/imports/import-room.tsx'), 'ImportRoom'),
})

const importsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/users/imports',
  component: lazyRouteComponent(() => import('./rooms/imports/jobs-room.tsx'), 'JobsRoom'),
})

const importJobRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/users/imports/$jobId',
  component: lazyRouteComponent(() => import('./rooms/imports/job-room.tsx'), 'JobRoom'),
})

const userRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/users/$userId',
  validateSearch: tabOf,
  component: lazyRouteComponent(() => import('./rooms/users/user-room.tsx'), 'UserRoom'),
})

const editUserRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/users/$userId/edit',
  component: lazyRouteComponent(() => import('./rooms/users/edit-user-room.tsx'), 'EditUserRoom'),
})

const groupsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/groups',
  validateSearch: (raw) => listSearchOf(raw, ['directoryId']),
  component: lazyRouteComponent(() => import('./rooms/groups/groups-room.tsx'), 'GroupsRoom'),
})

const newGroupRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/groups/new',
  component: lazyRouteComponent(() => import('./rooms/groups/new-group-room.tsx'), 'NewGroupRoom'),
})

const groupRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/groups/$groupId',
  validateSearch: (raw) => listSearchOf(raw, ['tab']),
  component: lazyRouteComponent(() => import('./rooms/groups/group-room.tsx'), 'GroupRoom'),
})

const membershipRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/groups/$groupId/membership',
  component: lazyRouteComponent(() => import('./rooms/groups/membership-room.tsx'), 'MembershipRoom'),
})

const directoriesRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/directories',
  component: lazyRouteComponent(() => import('./rooms/directories/directories-room.tsx'), 'DirectoriesRoom'),
})

const newDirectoryRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/directories/new',
  validateSearch: stepOf,
  component: lazyRouteComponent(() => import('./rooms/domain-wizard/new-domain-room.tsx'), 'NewDomainRoom'),
})

const setUpDirectoryRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/directories/$directoryId/set-up',
  validateSearch: stepOf,
  component: lazyRouteComponent(() => import('./rooms/domain-wizard/set-up-domain-room.tsx'), 'SetUpDomainRoom'),
})

const configurationRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/directories/$directoryId/configuration',
  component: lazyRouteComponent(() => import('./rooms/directories/configuration-room.tsx'), 'ConfigurationRoom'),
})

const migrationRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/directories/$directoryId/migration',
  component: lazyRouteComponent(() => import('./rooms/directories/migration-room.tsx'), 'MigrationRoom'),
})

const directoryRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/directories/$directoryId',
  validateSearch: (raw) => listSearchOf(raw, ['tab', 'kind']),
  component: lazyRouteComponent(() => import('./rooms/directories/directory-room.tsx'), 'DirectoryRoom'),
})

const integrationsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/integrations',
  component: lazyRouteComponent(() => import('./rooms/integrations/integrations-room.tsx'), 'IntegrationsRoom'),
})

const newIntegrationRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/integrations/new',
  validateSearch: kindOf,
  component: lazyRouteComponent(() => import('./rooms/integrations/new-integration-room.tsx'), 'NewIntegrationRoom'),
})

const setUpIntegrationRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/integrations/$integrationId/set-up',
  component: lazyRouteComponent(
    () => import('./rooms/integrations/set-up-integration-room.tsx'),
    'SetUpIntegrationRoom',
  ),
})

const newSchemaRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/integrations/schemas/new',
  component: lazyRouteComponent(() => import('./rooms/declared/schema-room.tsx'), 'NewSchemaRoom'),
})

const schemaRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/integrations/schemas/$schemaKey',
  component: lazyRouteComponent(() => import('./rooms/declared/schema-room.tsx'), 'SchemaRoom'),
})

const integrationRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/integrations/$integrationId',
  validateSearch: (raw) => listSearchOf(raw, ['tab', 'user', 'outcome', 'status', 'reads', 'request']),
  component: lazyRouteComponent(() => import('./rooms/integrations/integration-room.tsx'), 'IntegrationRoom'),
})

const plansRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/plans',
  validateSearch: (raw) => listSearchOf(raw, ['state']),
  component: lazyRouteComponent(() => import('./rooms/plans/plans-room.tsx'), 'PlansRoom'),
})

const planRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/plans/$planId',
  validateSearch: (raw) => listSearchOf(raw, ['kind']),
  component: lazyRouteComponent(() => import('./rooms/plans/plan-room.tsx'), 'PlanRoom'),
})

const journalRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/journal',
  validateSearch: (raw) =>
    listSearchOf(raw, ['action', 'actorId', 'actor', 'subjectKind', 'subjectId', 'subject', 'from', 'to']),
  component: lazyRouteComponent(() => import('./rooms/journal/journal-room.tsx'), 'JournalRoom'),
})

const accountRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/account',
  component: lazyRouteComponent(() => import('./rooms/account/account-room.tsx'), 'AccountRoom'),
})

const settingsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/settings',
  validateSearch: tabOf,
  component: lazyRouteComponent(() => import('./rooms/settings/settings-room.tsx'), 'SettingsRoom'),
})

const rooms = [
  homeRoute,
  usersRoute,
  newUserRoute,
  importRoute,
  importsRoute,
  importJobRoute,
  userRoute,
  editUserRoute,
  groupsRoute,
  newGroupRoute,
  groupRoute,
  membershipRoute,
  directoriesRoute,
  newDirectoryRoute,
  setUpDirectoryRoute,
  configurationRoute,
  migrationRoute,
  directoryRoute,
  integrationsRoute,
  newIntegrationRoute,
  setUpIntegrationRoute,
  newSchemaRoute,
  schemaRoute,
  integrationRoute,
  plansRoute,
  planRoute,
  journalRoute,
  settingsRoute,
  accountRoute,
]

/** The portal's addresses; each room's code is loaded when it is first entered. */
export function createPortalRouter(queries: QueryClient) {
  return createRouter({
    routeTree: rootRoute.addChildren([
      setUpRoute,
      signInRoute,
      passwordRoute,
      enrolRoute,
      shellRoute.addChildren(rooms),
    ]),
    basepath: '/admin',
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
