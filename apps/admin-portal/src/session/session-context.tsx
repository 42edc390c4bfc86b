import type { SessionReply } from '@lockstep/contract/hub/session'
import { useSuspenseQuery } from '@tanstack/react-query'
import { createContext, type ReactElement, type ReactNode, useState } from 'react'
import { sessionQuery } from '../hub/queries.ts'

type Administrator = NonNullable<SessionReply['administrator']>

/** Who is signed in; undefined outside the shell. */
export const SessionContext = createContext<Administrator | undefined>(undefined)

/** Tells everything inside who is signed in. When the session ends, the last answer stands until the shell is left. */
export function SessionProvider({ children }: { readonly children: ReactNode }): ReactElement | null {
  const { administrator } = useSuspenseQuery(sessionQuery).data
  const [last, setLast] = useState(administrator)
  if (administrator && administrator !== last) setLast(administrator)
  if (!last) return null
  return <SessionContext value={last}>{children}</SessionContext>
}
