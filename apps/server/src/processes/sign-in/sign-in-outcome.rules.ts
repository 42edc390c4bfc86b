// What may come of a password, wherever it was looked at, and of the second factor behind it. Who looks is decided elsewhere: the hub by its
// own hash, or a domain through an agent.
import type { SecondFactorMethod } from '@lockstep/contract/portal/session'
import type { PasskeyRequestOptions } from '@lockstep/contract/portal/passkey'

/**
 * `right`. `wrong`, also for an account that is locked or unknown there. `elsewhere`: right, and to be changed in the domain first; `closed`:
 * right, and the domain lets nobody in with it; `unavailable`: nobody who could tell answers. The texts are for the person who signs in.
 */
export type PasswordOutcome =
  | { readonly kind: 'right' }
  | { readonly kind: 'wrong' }
  | { readonly kind: 'elsewhere' | 'closed' | 'unavailable'; readonly text: string }

/** What the second factor asks of a user once the password was right. */
export type SecondFactorDemand =
  | { readonly kind: 'none'; readonly enrolUntil?: string }
  | { readonly kind: 'enrol' }
  | { readonly kind: 'answer'; readonly methods: readonly SecondFactorMethod[] }

/** The second factor as the sign-in needs it. */
export interface SecondFactorStep<User, Answer> {
  demandOf(user: User): Promise<SecondFactorDemand>
  /** What a browser needs to ask a passkey, within the session that awaits it; undefined where none is enrolled. */
  passkeyOptions(user: User, sessionId: string): Promise<PasskeyRequestOptions | undefined>
  /** Whether the answer proves the factor; what proves once is used up. Guesses are counted by the caller. */
  proves(user: User, answer: Answer, sessionId: string): Promise<boolean>
}
