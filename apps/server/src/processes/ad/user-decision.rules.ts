// What the import knows of one user object of the domain, and what it may decide on it.
import type { DirectoryBehaviour, UseCase } from '@lockstep/contract/hub/directory'
import type { JsonObject } from '@lockstep/kernel/json'
import type { Account } from '../../directory/bindings/account.rules.ts'
import type { User, UserInput } from '../../directory/users/user.rules.ts'
import type { DomainUser, Fault, RestrictedRows } from './import.rules.ts'
import type { Rename } from './order-renames.rules.ts'
import type { Resolution } from './resolution.rules.ts'

/** What takes something away from a user. */
export interface Loss {
  readonly kind: 'suspend' | 'delete' | 'unbind' | 'clear_field' | 'pend_password'
  readonly field?: string
  readonly reason: string
}

export type UserDecision =
  | {
      readonly kind: 'create'
      readonly input: UserInput
      readonly state: Pick<User, 'state' | 'suspendedBy'> | undefined
      /** What both sides agree on from then on. */
      readonly agreed: JsonObject
    }
  | {
      readonly kind: 'change'
      readonly user: User
      readonly account: Account | undefined
      readonly input: UserInput
      readonly set: Partial<Pick<User, 'state' | 'suspendedBy' | 'homeDirectoryId' | 'activated'>>
      readonly agreed: JsonObject
      /** True when nothing waits to be written to the domain. */
      readonly inStep: boolean
      /** True when the domain has something else than the hub, whose word counts: it is written again. */
      readonly isBehind: boolean
      readonly losses: readonly Loss[]
      readonly linked: 'known' | 'claimed' | 'taken_over'
      /** Whose present names the user gets. */
      readonly takes: Rename['takes']
    }
  | { readonly kind: 'leave'; readonly user: User; readonly account: Account; readonly loss: Loss }
  | { readonly kind: 'ignore' }
  /** The domain is only written to and lacks what was written: nobody loses anything by it here. */
  | { readonly kind: 'gone'; readonly account: Account }
  /** The read may be older than what an agent wrote: the object is read once more before it counts. */
  | { readonly kind: 'again'; readonly account: Account }
  | { readonly kind: 'problem'; readonly fault: Fault; readonly userId?: string }

export interface UserFacts {
  readonly domainId: string
  readonly domainName: string
  readonly useCase: UseCase
  readonly behaviour: DirectoryBehaviour
  /** The rows that say which fields are the domain's. */
  readonly restricted: RestrictedRows
  /** The state that users are made with. */
  readonly defaultState: 'ACTIVATED' | 'STAGED'
  /** What an administrator decided on the object. */
  readonly resolution: Resolution | undefined
  /** Whether the user belongs to the group that gives sudo; undefined where there is no such group. */
  readonly isAdmin: boolean | undefined
  /** True for a member of a group that the domain protects. */
  readonly isPrivileged: boolean
  /** Where the object is now, and whether it was in scope when last looked at. */
  readonly deleted: boolean
  readonly inScope: boolean
  readonly wasInScope: boolean
  readonly read: { readonly user: DomainUser } | { readonly fault: Fault } | undefined
  readonly account: Account | undefined
  readonly user: User | undefined
  /** Users who have the object's names, and the accounts of theirs in this domain. */
  readonly sameUsername: User | undefined
  readonly sameEmail: User | undefined
  readonly accountOfSameUsername: Account | undefined
  readonly accountOfSameEmail: Account | undefined
}
