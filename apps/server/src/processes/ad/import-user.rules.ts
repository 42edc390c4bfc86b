// What becomes of one user object of the domain: a decision from what the mirror, the accounts and the users say. Writing it is the
// import's business; what takes something away is proposed to the guard first.
import type { DirectoryBehaviour, UseCase } from '@lockstep/contract/hub/directory'
import type { Json, JsonObject } from '@lockstep/kernel/json'
import type { Account } from '../../directory/bindings/account.rules.ts'
import { comparableFields, directoryState, type User, type UserInput } from '../../directory/users/user.rules.ts'
import { clearedFields, type DomainUser, type Fault, mergeFields, writtenFields } from './import.rules.ts'
import type { NameField, Rename } from './order-renames.rules.ts'

/** What takes something away from a user. */
export interface Loss {
  readonly kind: 'suspend' | 'delete' | 'unbind' | 'clear_field'
  readonly field?: string
  readonly reason: string
}

export type UserDecision =
  | {
      readonly kind: 'create'
      readonly input: UserInput
      readonly state: Pick<User, 'state' | 'suspendedBy'> | undefined
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
      readonly losses: readonly Loss[]
      readonly linked: 'known' | 'claimed' | 'taken_over'
      /** Whose present names the user gets. */
      readonly takes: Rename['takes']
    }
  | { readonly kind: 'leave'; readonly user: User; readonly account: Account; readonly loss: Loss }
  | { readonly kind: 'ignore' }
  /** The read may be older than what an agent wrote: the object is read once more before it counts. */
  | { readonly kind: 'again'; readonly account: Account }
  | { readonly kind: 'problem'; readonly fault: Fault; readonly userId?: string }

export interface UserFacts {
  readonly domainId: string
  readonly domainName: string
  readonly useCase: UseCase
  readonly behaviour: DirectoryBehaviour
  /** The rows that say which fields are the domain's; one list for all, so that it is stored and compared as one. */
  readonly restricted: readonly Json[]
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
}

/** Decides on one object. */
export function decideUser(facts: UserFacts): UserDecision {
  const { account, user } = facts
  if (account !== undefined && user === undefined) return decideBuried(facts, account)
  if (!facts.inScope || facts.deleted) return decideExit(facts)
  if (facts.read === undefined) return { kind: 'ignore' }
  if ('fault' in facts.read)
    return { kind: 'problem', fault: facts.read.fault, ...(user === undefined ? {} : { userId: user.id }) }
  if (account !== undefined && isMaybeOlder(account, facts.read.user)) return { kind: 'again', account }
  const gone = decideDisabled(facts, facts.read.user)
  if (gone) return gone
  if (account !== undefined && user !== undefined)
    return change(facts, { user, account, read: facts.read.user, linked: 'known' })
  return decideNew(facts, facts.read.user)
}

/** True when an agent wrote the account since it was last read, and this read says something else than what both then agreed on. */
function isMaybeOlder(account: Account, read: DomainUser): boolean {
  if (!account.unseen) return false
  const differs = writtenFields.some(
    (field) => account.agreed[field] !== undefined && account.agreed[field] !== (read.fields[field] ?? ''),
  )
  return differs || (account.enabled !== null && account.enabled !== read.enabled)
}

/** The user was deleted in the hub, yet the account still stands in the domain's scope: told, never imported again. */
function decideBuried({ inScope, deleted }: UserFacts, account: Account): UserDecision {
  if (!inScope || deleted) return { kind: 'ignore' }
  return {
    kind: 'problem',
    fault: {
      code: 'user_deleted_in_hub',
      detail: `The user of this account was deleted here${account.disabledByHub ? ' and the account is disabled' : ''}. Take it out of the integration group, or delete it.`,
    },
  }
}

/** What becomes of a user whose account was disabled, where that is more than a suspension. */
function decideDisabled(facts: UserFacts, read: DomainUser): UserDecision | undefined {
  const { account, user, behaviour } = facts
  if (read.enabled || (behaviour.disable !== 'remove' && behaviour.disable !== 'unbind')) return undefined
  if (facts.useCase === 'JCASAUTHORITY') return undefined
  if (account === undefined || user === undefined || account.leftAt !== null) return { kind: 'ignore' }
  // What the hub disabled itself is no decision of the domain.
  if (account.disabledByHub || user.homeDirectoryId !== facts.domainId) return undefined
  const kind = behaviour.disable === 'remove' ? 'delete' : 'unbind'
  return { kind: 'leave', user, account, loss: { kind, reason: `The account was disabled in ${facts.domainName}.` } }
}

function decideExit(facts: UserFacts): UserDecision {
  const { account, user, behaviour } = facts
  if (account === undefined || user === undefined) return { kind: 'ignore' }
  // An account that the hub has just made is not in the group yet; only what was in scope can leave it.
  if (!facts.wasInScope && !facts.deleted) return { kind: 'ignore' }
  if (account.leftAt !== null || facts.useCase === 'JCASAUTHORITY') return { kind: 'ignore' }
  const reason = facts.deleted
    ? `The account was deleted in ${facts.domainName}.`
    : `The account left the integration group or the root container of ${facts.domainName}.`
  const isHome = user.homeDirectoryId === facts.domainId
  const kinds = { suspend: 'suspend', remove: 'delete', unbind: 'unbind' } as const
  return { kind: 'leave', user, account, loss: { kind: isHome ? kinds[behaviour.dissociation] : 'unbind', reason } }
}

function decideNew(facts: UserFacts, read: DomainUser): UserDecision {
  const { sameUsername: rival, accountOfSameUsername, behaviour, domainId } = facts
  if (rival === undefined) {
    // A domain that is only written to brings nobody.
    if (facts.useCase === 'JCASAUTHORITY') return { kind: 'ignore' }
    if (facts.sameEmail !== undefined)
      return {
        kind: 'problem',
        userId: facts.sameEmail.id,
        fault: {
          code: 'email_taken',
          detail: `The e-mail address belongs to the user ${facts.sameEmail.username}. Correct one of the two addresses.`,
        },
      }
    const state =
      read.enabled || behaviour.disable === 'nothing'
        ? undefined
        : ({ state: 'SUSPENDED', suspendedBy: domainId } as const)
    return {
      kind: 'create',
      state,
      input: { ...read.fields, ...marks(facts, read), restrictedFields: facts.restricted },
    }
  }
  if (rival.homeDirectoryId !== null && rival.homeDirectoryId !== domainId)
    return {
      kind: 'problem',
      userId: rival.id,
      fault: {
        code: 'username_in_other_directory',
        detail: `The username belongs to a user of another directory. Rename one of the two, or take this one out of the integration group.`,
      },
    }
  if (isAnothers(accountOfSameUsername, read.guid))
    return {
      kind: 'problem',
      userId: rival.id,
      fault: {
        code: 'username_taken',
        detail: `The username belongs to a user who has another account in this domain (${accountOfSameUsername?.externalName ?? ''}).`,
      },
    }
  const linked = accountOfSameUsername === undefined ? 'taken_over' : 'claimed'
  return change(facts, { user: rival, account: accountOfSameUsername, read, linked })
}

/** True when the account is tied to another object. */
function isAnothers(account: Account | undefined, guid: string): boolean {
  return account !== undefined && account.externalId !== null && account.externalId !== guid
}

interface Known {
  readonly user: User
  readonly account: Account | undefined
  readonly read: DomainUser
  readonly linked: 'known' | 'claimed' | 'taken_over'
}

/** Compares a user with what the domain says of them. */
function change(facts: UserFacts, known: Known): UserDecision {
  const { user, account, read, linked } = known
  const { domainId, behaviour } = facts
  if (facts.useCase === 'JCASAUTHORITY') return compareAlone(known)
  const isHome = user.homeDirectoryId === domainId || linked === 'taken_over'
  const present: Readonly<Record<string, Json>> = comparableFields(user)
  const merged = isHome ? undefined : mergeFields(present, read.fields, account?.agreed ?? {})
  const input: UserInput = isHome
    ? { ...read.fields, ...marks(facts, read), restrictedFields: facts.restricted }
    : { ...merged?.input, ...marks(facts, read) }
  const state = stateOf(facts, known)
  const losses: Loss[] = clearedFields(present, input).map((field) => ({
    kind: 'clear_field',
    field,
    reason: `The value was removed in ${facts.domainName}.`,
  }))
  if (state.state === 'SUSPENDED' && user.state === 'ACTIVATED')
    losses.push({ kind: 'suspend', reason: `The account was disabled in ${facts.domainName}.` })
  const deactivate = linked === 'taken_over' && behaviour.takeover === 'deactivate'
  return {
    kind: 'change',
    user,
    account,
    input,
    set: { ...state, ...(isHome ? { homeDirectoryId: domainId } : {}), ...(deactivate ? { activated: false } : {}) },
    agreed: merged?.agreed ?? {},
    inStep: !(merged?.waiting ?? false) && isMade(account) && isStateInStep(account, user, state, read),
    losses,
    linked,
    takes: [...taken('username', input, user, facts.sameUsername), ...taken('email', input, user, facts.sameEmail)],
  }
}

function taken(field: NameField, input: UserInput, user: User, holder: User | undefined): Rename['takes'] {
  const name = input[field]
  if (holder === undefined || holder.id === user.id || typeof name !== 'string') return []
  return name.toLowerCase() === holder[field].toLowerCase() ? [{ field, holderId: holder.id }] : []
}

/** A domain that is only written to changes no user; what differs there waits to be written again. */
function compareAlone({ user, account, read, linked }: Known): UserDecision {
  const present: Readonly<Record<string, Json>> = comparableFields(user)
  const agreed = Object.fromEntries(writtenFields.map((field) => [field, read.fields[field] ?? '']))
  const differs = writtenFields.some((field) => (present[field] ?? '') !== agreed[field])
  const inStep = !differs && isMade(account) && read.enabled === (user.state !== 'SUSPENDED')
  return { kind: 'change', user, account, input: {}, set: {}, agreed, inStep, losses: [], linked, takes: [] }
}

/** False while only the agent can say whether the account is complete. */
function isMade(account: Account | undefined): boolean {
  return account === undefined || account.creatingSince === null
}

function stateOf(
  { behaviour, domainId }: UserFacts,
  { user, account, read }: Known,
): Pick<User, 'state' | 'suspendedBy'> {
  // Disabled by the hub, or being made by it: that is no decision of the domain, and the hub may have taken another one since.
  const isOurs = account?.disabledByHub === true || !isMade(account)
  if (isOurs && !read.enabled) return { state: user.state, suspendedBy: user.suspendedBy }
  const enabled = read.enabled && !(read.expired && behaviour.expire === 'suspend')
  if (behaviour.disable === 'nothing') return directoryState(user, domainId, true)
  return directoryState(user, domainId, enabled)
}

/** True when the account's state is what the hub wants, so that nothing of it waits. */
function isStateInStep(
  account: Account | undefined,
  user: User,
  state: Pick<User, 'state' | 'suspendedBy'>,
  read: DomainUser,
): boolean {
  if (account === undefined || account.externalId === null) return false
  if (state.state === 'SUSPENDED' && state.suspendedBy === 'hub') return !read.enabled
  return user.state === 'STAGED' || read.enabled || !account.disabledByHub
}

/** What the hub notes of a user's tie to the directory. */
function marks({ behaviour }: UserFacts, read: DomainUser): UserInput {
  return {
    external_dn: read.dn,
    external_source_type: 'active_directory',
    ...(behaviour.expire === 'expire' ? { password_expired: read.expired } : {}),
  }
}
