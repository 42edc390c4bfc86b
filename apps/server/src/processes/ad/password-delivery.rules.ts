// Passwords on their way to accounts: to whom one may go, and what is to be said of an account's. Pure.
import type { WorkPassword } from '@lockstep/contract/agents/protocol'
import type { SealedPassword } from '@lockstep/contract/agents/sealed-password'
import type { AccountPassword } from '@lockstep/contract/hub/user'
import type { Account } from '../../directory/bindings/account.rules.ts'
import { isDelegatedTo } from '../../directory/users/password-authority.rules.ts'
import { restrictedFields, type User } from '../../directory/users/user.rules.ts'
import { configurationOf } from './configuration.rules.ts'
import type { Domain } from './domain.rules.ts'

/** An account to which a password of its user may have to be written, with the sync agents that could do it. */
export interface PasswordTarget {
  readonly accountId: string
  readonly directoryId: string
  readonly useCase: Domain['useCase']
  readonly objectGuid: string | null
  readonly deliveredRevision: number | null
  /** `revision` is of what waits for that agent. */
  readonly agents: readonly { readonly id: string; readonly sealingKey: string; readonly revision: number | null }[]
}

/** A password on its way to an account, sealed for one agent. */
export interface PasswordDelivery {
  readonly accountId: string
  readonly agentId: string
  readonly userId: string
  readonly revision: number
  readonly objectGuid: string | null
  readonly despiteAuthority: boolean
  readonly sealed: SealedPassword
  readonly created: Date
}

/** How long a password that a directory refused is kept for another try; what it says after that is final. */
const refusedKeptMs = 24 * 60 * 60 * 1000

/** True where the hub may set the password: the domain is written to, and has no authority over this user's. */
export function mayGetPassword(useCase: Domain['useCase'], directoryId: string, user: User): boolean {
  if (!configurationOf(useCase).isWritten) return false
  return !restrictedFields(user).some(({ field, id }) => field === 'password' && id === directoryId)
}

/** The agents of an account that can neither have set a revision nor wait with it. */
export function agentsLacking(target: PasswordTarget, revision: number): PasswordTarget['agents'] {
  if ((target.deliveredRevision ?? 0) >= revision) return []
  return target.agents.filter((agent) => (agent.revision ?? 0) < revision)
}

/** A waiting password as its agent is handed it. */
export function workPassword(waiting: PasswordDelivery, account: Account): WorkPassword {
  const { userId, revision, objectGuid, sealed, created } = waiting
  return {
    userId,
    revision,
    ...(objectGuid === null ? {} : { objectGuid }),
    // Asked for before the password was set, the account may have been made before that too.
    madeSince: (account.creatingSince !== null && account.creatingSince < created
      ? account.creatingSince
      : created
    ).toISOString(),
    sealed,
  }
}

/** Whether a refusal ends the delivery: nobody can help it, or it has been tried for long enough. */
export function isFinalRefusal(
  failure: { readonly kind: string; readonly retryable: boolean },
  waitingSince: Date,
  now: Date,
): boolean {
  if (failure.kind === 'password_sealed') return true
  return !failure.retryable && now.getTime() - waitingSince.getTime() >= refusedKeptMs
}

/** What is known of the password of an account; `revision` is the user's present one, undefined without one. */
interface PasswordFacts {
  readonly account: Account
  readonly user: User
  readonly useCase: Domain['useCase'] | undefined
  readonly revision: number | undefined
  readonly waitingRevision: number | undefined
}

export function accountPassword({ account, user, useCase, revision, waitingRevision }: PasswordFacts): AccountPassword {
  const { deliveredPasswordRevision, passwordLastSet, passwordError: error } = account
  const lastSet = passwordLastSet === null ? {} : { lastSet: passwordLastSet.toISOString() }
  const isWaiting = revision !== undefined && waitingRevision === revision
  if (useCase === undefined || !account.wanted) return { state: 'none', ...lastSet }
  if (!isWaiting && !mayGetPassword(useCase, account.directoryId, user)) return { state: 'managed_there', ...lastSet }
  if (!isWaiting && error === null && isDelegatedTo(account.directoryId, user)) return { state: 'in_step', ...lastSet }
  if (revision === undefined) return { state: 'none', ...lastSet }
  if (deliveredPasswordRevision === revision) return { state: 'in_step', ...lastSet }
  const refusal = error === null ? {} : { error: { message: error.message, remedy: error.remedy, at: error.at } }
  if (!isWaiting) return { state: 'waits_for_sign_in', ...lastSet, ...refusal }
  return { state: error === null ? 'waits_for_delivery' : 'refused', ...lastSet, ...refusal }
}
