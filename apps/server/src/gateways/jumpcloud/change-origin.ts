import type { Actor } from '@lockstep/contract/access'
import type { ChangeOrigin } from '../../directory/journal/journal.rules.ts'

/** Who changes something by this request, for the journal. */
export function originOf({ actor, requestId }: { readonly actor: Actor; readonly requestId: string }): ChangeOrigin {
  return { actor, cause: { kind: 'request', text: 'JumpCloud API' }, correlationId: requestId }
}
