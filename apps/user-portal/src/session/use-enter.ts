import type { PortalSession } from '@lockstep/contract/portal/session'
import { useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { hub } from '../hub/hub.ts'
import { sessionQuery } from '../hub/queries.ts'
import { doorOf, targetOf } from './doors.ts'

/** Goes on after a step of signing in: to the next step, or to where the visitor wanted to go. Without an answer the hub is asked. */
export function useEnter(): (to: string | undefined, reply?: PortalSession) => Promise<void> {
  const queries = useQueryClient()
  const router = useRouter()
  return async (to, reply) => {
    const session = reply ?? (await hub.session.get())
    queries.setQueryData(sessionQuery.queryKey, session)
    const door = doorOf(session)
    if (door === undefined) router.history.push(`${router.basepath}${targetOf(to)}`)
    else await router.navigate({ to: door, search: to === undefined ? {} : { to } })
  }
}
