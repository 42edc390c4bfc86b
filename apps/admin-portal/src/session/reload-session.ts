import type { QueryClient } from '@tanstack/react-query'
import { hub } from '../hub/hub.ts'
import { sessionQuery } from '../hub/queries.ts'

/** Asks the hub anew who is signed in and what they may do; the session is otherwise asked for once. */
export async function reloadSession(queries: QueryClient): Promise<void> {
  queries.setQueryData(sessionQuery.queryKey, await hub.session.get())
}
