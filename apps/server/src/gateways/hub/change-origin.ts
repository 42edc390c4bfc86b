import type { Actor } from '@lockstep/contract/access'
import type { ChangeOrigin } from '../../directory/journal/journal.rules.ts'

interface Requester {
  readonly actor: Actor
  readonly requestId: string
}

/** Who changes something by this request and why, for the journal. An empty reason is none. */
export function originOf({ actor, requestId }: Requester, reason?: string): ChangeOrigin {
  const words = reason?.trim() ?? ''
  return { actor, cause: { kind: 'request', ...(words === '' ? {} : { reason: words }) }, correlationId: requestId }
}
