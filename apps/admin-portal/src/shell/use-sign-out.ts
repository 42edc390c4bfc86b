import { useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { useAct } from '../feedback/use-act.ts'
import { hub } from '../hub/hub.ts'
import { sessionQuery } from '../hub/queries.ts'
import { forgetRecent } from './recent-entries.ts'

/** Ends the session, and forgets what was fetched and visited in it. */
export function useSignOut(): () => void {
  const queries = useQueryClient()
  const router = useRouter()
  const signOut = useAct({
    run: () => hub.session.signOut(),
    done: 'Signed out',
    touches: [],
    after: () => {
      forgetRecent()
      queries.clear()
      queries.setQueryData(sessionQuery.queryKey, { signedIn: false, setUpNeeded: false })
      void router.navigate({ to: '/sign-in' })
    },
  })
  return () => signOut.mutate()
}
