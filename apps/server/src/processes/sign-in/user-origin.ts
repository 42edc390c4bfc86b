import type { Actor } from '@lockstep/contract/access'
import type { ChangeOrigin } from '../../directory/journal/journal.rules.ts'

/** By what a user is named in the journal. */
export interface NamedUser {
  readonly id: string
  readonly username: string
}

/** A user as who acts by a request, with nobody's permissions: what users may do is about themselves, and decided by their use cases. */
export function userActor({ id, username }: NamedUser): Actor {
  return { kind: 'user', id, name: username, permissions: new Set(), via: 'session' }
}

/** A user's change of their own record, once a use case allowed it. */
export function ownChange(
  user: NamedUser,
  { requestId, text }: { readonly requestId: string; readonly text?: string },
): ChangeOrigin {
  return {
    actor: { ...userActor(user), permissions: new Set(['users.read', 'users.write']) },
    cause: { kind: 'request', ...(text === undefined ? {} : { text }) },
    correlationId: requestId,
  }
}
