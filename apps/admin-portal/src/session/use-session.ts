import type { Permission } from '@lockstep/contract/access'
import type { SessionReply } from '@lockstep/contract/hub/session'
import { assert } from '@lockstep/kernel/assert'
import { use } from 'react'
import { denial } from './access.ts'
import { SessionContext } from './session-context.tsx'

interface Session {
  readonly administrator: NonNullable<SessionReply['administrator']>
  /** Why the administrator may not do this; undefined when they may. */
  readonly denial: (permission: Permission) => string | undefined
}

/** Who is signed in; only inside the shell, which lets nobody else in. */
export function useSession(): Session {
  const administrator = use(SessionContext)
  assert(administrator, 'the shell is shown to signed-in administrators only')
  return { administrator, denial: (permission) => denial(administrator, permission) }
}
