import type { Actor, Cause } from '@lockstep/contract/access'

interface RequestOrigin {
  readonly actor: Actor
  readonly cause: Cause
  readonly correlationId: string
}

/** Who changes something by this request, for the journal. */
export function originOf({ actor, requestId }: { readonly actor: Actor; readonly requestId: string }): RequestOrigin {
  return { actor, cause: { kind: 'request' }, correlationId: requestId }
}
