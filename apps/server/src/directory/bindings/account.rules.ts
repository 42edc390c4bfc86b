import type { JsonObject } from '@lockstep/kernel/json'

/** Why the last write of an account failed, in words. */
export interface AccountError {
  readonly kind: string
  readonly code?: string
  readonly message: string
  readonly remedy: string
  readonly at: string
}

/** A user's account in a directory. */
export interface Account {
  readonly id: string
  readonly directoryId: string
  readonly userId: string
  readonly userDeleted: boolean
  readonly externalId: string | null
  readonly externalName: string | null
  readonly madeBy: 'hub' | 'directory'
  readonly wanted: boolean
  readonly leftAt: Date | null
  /** The outside object is not there any more, as far as is known. */
  readonly gone: boolean
  readonly desiredRevision: number
  readonly appliedRevision: number
  /** When the directory was last known to be as it should. */
  readonly appliedAt: Date | null
  readonly agreed: JsonObject
  readonly enabled: boolean | null
  readonly disabledByHub: boolean
  readonly creatingSince: Date | null
  /** Written, and not read since: a read that says something else may be older than the writing. */
  readonly unseen: boolean
  /** The sync agent is to say whether the outside object is there. */
  readonly unsure: boolean
  readonly error: AccountError | null
  readonly retryAt: Date | null
  readonly attempts: number
  /** The revision of the user's password that the directory took last, and the time that it showed for it then. */
  readonly deliveredPasswordRevision: number | null
  readonly passwordLastSet: Date | null
  /** Why the directory did not take the latest one. */
  readonly passwordError: AccountError | null
  /** The agent that it was handed out to last, until that agent reports or asks again. */
  readonly leasedBy: string | null
}

/** What an agent reports of an account. */
export interface AccountReport {
  readonly id: string
  readonly revision: number
  readonly externalId?: string
  readonly externalName?: string
  readonly enabled?: boolean
  readonly disabledByHub?: boolean
  readonly agreed?: JsonObject
  readonly error?: AccountError
  readonly retryAt?: Date
  /** The account was not made, and trying the same again will not make it. */
  readonly notMade?: boolean
  /** Something of the account was written. */
  readonly written?: boolean
  /** All of it but the password is done: an account in the making is made. */
  readonly made?: boolean
  /** The outside object is not there any more. */
  readonly gone?: boolean
}

/** What became of a password that an agent was handed. */
export interface PasswordReport {
  readonly id: string
  /** The revision that the directory has now, with the time that it shows; null when it refused. */
  readonly revision: number | null
  readonly lastSet: Date | null
  readonly error: AccountError | null
}
