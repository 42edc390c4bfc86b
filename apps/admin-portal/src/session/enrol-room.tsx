import { FrontDoor } from '@lockstep/ui/door/front-door'
import { EnrolSecondFactor } from '@lockstep/ui/second-factor/enrol-second-factor'
import { useQueryClient, useSuspenseQuery } from '@tanstack/react-query'
import { useRouter, useSearch } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { hub } from '../hub/hub.ts'
import { sessionQuery } from '../hub/queries.ts'
import { safeTarget } from './access.ts'
import { enrolCalls } from './enrol-calls.ts'
import { reloadSession } from './reload-session.ts'

/** Where administrators without a second factor are held until they have set one up. */
export function EnrolRoom(): ReactElement {
  const queries = useQueryClient()
  const router = useRouter()
  const { to } = useSearch({ from: '/enrol' })
  const { administrator } = useSuspenseQuery(sessionQuery).data
  const enter = async (): Promise<void> => {
    await reloadSession(queries)
    router.history.push(`${router.basepath}${safeTarget(to)}`)
  }
  const leave = async (): Promise<void> => {
    await hub.session.signOut()
    queries.clear()
    queries.setQueryData(sessionQuery.queryKey, { signedIn: false, setUpNeeded: false })
    await router.navigate({ to: '/sign-in' })
  }
  return (
    <FrontDoor title="Set up your second factor">
      <p>
        Administrators here sign in with a password and a code from their phone. Set yours up to go on; until then
        nothing else is open to you.
      </p>
      <EnrolSecondFactor
        calls={enrolCalls}
        account={administrator?.email ?? ''}
        action="I have kept them, go on"
        onDone={() => void enter()}
      />
      <button type="button" className="portal-text-button" onClick={() => void leave()}>
        Sign out
      </button>
    </FrontDoor>
  )
}
