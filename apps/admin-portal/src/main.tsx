import { assert } from '@lockstep/kernel/assert'
import { failureOf, isSignedOut, mayPass } from '@lockstep/ui/feedback/failure'
import { Toasts } from '@lockstep/ui/feedback/toasts'
import { cssVariables, theme } from '@lockstep/ui/theme'
import { MantineProvider } from '@mantine/core'
import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { sessionQuery } from './hub/queries.ts'
import { createPortalRouter } from './router.tsx'
import { reloadSession } from './session/reload-session.ts'
import '@fontsource-variable/inter/wght.css'
import '@fontsource-variable/jetbrains-mono/wght.css'
import './mantine.css'
import '@lockstep/ui/ui.css'
import '@lockstep/ui/pieces.css'
import '@lockstep/ui/table.css'
import '@lockstep/ui/portal.css'
import '@lockstep/ui/contact/contact.css'
import '@lockstep/ui/second-factor/second-factor.css'
import './portal.css'
import './rooms.css'
import './rooms/groups/groups.css'
import './rooms/imports/imports.css'
import './rooms/journal/journal.css'
import './rooms/settings/settings.css'
import './rooms/users/users.css'

const queries: QueryClient = new QueryClient({
  queryCache: new QueryCache({
    onError: (error) => {
      // Asked for since the session began: the front door leads to the set-up.
      if (failureOf(error).code === 'second_factor_enrolment_required')
        void reloadSession(queries).then(() => router.invalidate())
      if (!isSignedOut(error)) return
      queries.setQueryData(sessionQuery.queryKey, { signedIn: false, setUpNeeded: false })
      void router.invalidate()
    },
  }),
  defaultOptions: {
    queries: { staleTime: 5_000, retry: (count, error) => count < 2 && mayPass(error) },
  },
})
const router = createPortalRouter(queries)

const root = document.querySelector('#root')
assert(root, 'the page has its root element')
createRoot(root).render(
  <StrictMode>
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
      <QueryClientProvider client={queries}>
        <RouterProvider router={router} />
        <Toasts />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
)
