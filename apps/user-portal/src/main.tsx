import { assert } from '@lockstep/kernel/assert'
import { failureOf, isSignedOut, mayPass } from '@lockstep/ui/feedback/failure'
import { Toasts } from '@lockstep/ui/feedback/toasts'
import { cssVariables, theme } from '@lockstep/ui/theme'
import { MantineProvider } from '@mantine/core'
import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { createPortalRouter } from './router.tsx'
import { showSignIn } from './session/leave.ts'
import '@fontsource-variable/inter/wght.css'
import '@fontsource-variable/jetbrains-mono/wght.css'
import './mantine.css'
import '@lockstep/ui/ui.css'
import '@lockstep/ui/pieces.css'
import '@lockstep/ui/portal.css'
import '@lockstep/ui/contact/contact.css'
import '@lockstep/ui/second-factor/second-factor.css'
import './shell/shell.css'
import './rooms/rooms.css'

const queries = new QueryClient({
  queryCache: new QueryCache({
    onError: (error) => {
      // A step was asked for since the session began, or the session is over: the hub knows which door is open.
      const hasEnded = isSignedOut(error)
      if (hasEnded || failureOf(error).code === 'sign_in_unfinished') showSignIn(router.latestLocation.href, hasEnded)
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
