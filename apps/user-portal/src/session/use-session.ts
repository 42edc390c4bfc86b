import type { PortalSession } from '@lockstep/contract/portal/session'
import { assert } from '@lockstep/kernel/assert'
import { useSuspenseQuery } from '@tanstack/react-query'
import { sessionQuery } from '../hub/queries.ts'

interface Session {
  readonly user: NonNullable<PortalSession['user']>
  readonly organization: PortalSession['organization']
  /** Until when a second factor may still be missing. */
  readonly enrolUntil: string | undefined
}

/** Who is signed in, or on the way in; only from the second step of signing in on. */
export function useSession(): Session {
  const { user, organization, enrolSecondFactorUntil } = useSuspenseQuery(sessionQuery).data
  assert(user, 'nobody comes so far without having signed in')
  return { user, organization, enrolUntil: enrolSecondFactorUntil }
}
