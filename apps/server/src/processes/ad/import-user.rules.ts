// What becomes of one user object of the domain: a decision from what the mirror, the accounts and the users say. Writing it is the
// import's business; what takes something away is proposed to the guard first.
import type { Account } from '../../directory/bindings/account.rules.ts'
import type { User } from '../../directory/users/user.rules.ts'
import { appliedAuthorities } from './applied-authorities.rules.ts'
import { agreedOf, compareUser, isOut, marks, passwordCondition, sudoOf } from './compare-user.rules.ts'
import { configurationOf } from './configuration.rules.ts'
import { type DomainUser, type Fault, writtenFields } from './import.rules.ts'
import { ruledInput } from './ruled-fields.rules.ts'
import type { UserDecision, UserFacts } from './user-decision.rules.ts'

/** Decides on one object. */
export function decideUser(facts: UserFacts): UserDecision {
  const { account, user } = facts
  if (account !== undefined && user === undefined) return decideBuried(facts, account)
  if (!facts.inScope || facts.deleted) return decideExit(facts)
  if (facts.read === undefined) return { kind: 'ignore' }
  const fault = 'fault' in facts.read ? facts.read.fault : facts.isPrivileged ? privilegedMember : undefined
  if (fault !== undefined || 'fault' in facts.read)
    return { kind: 'problem', fault: fault ?? privilegedMember, ...(user === undefined ? {} : { userId: user.id }) }
  if (account !== undefined && isMaybeOlder(account, facts.read.user)) return { kind: 'again', account }
  const gone = decideDisabled(facts, facts.read.user)
  if (gone) return gone
  if (account !== undefined && user !== undefined)
    return compareUser(facts, { user, account, read: facts.read.user, linked: 'known' })
  return decideNew(facts, facts.read.user)
}

const privilegedMember: Fault = {
  code: 'protected_account',
  detail:
    'The account belongs to a privileged group of the domain and is not managed from outside. Remove it from the integration group.',
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
  if (!configurationOf(facts.useCase).isBrought) return undefined
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
  if (account.leftAt !== null) return { kind: 'ignore' }
  if (!configurationOf(facts.useCase).isBrought) return facts.deleted ? { kind: 'gone', account } : { kind: 'ignore' }
  const reason = facts.deleted
    ? `The account was deleted in ${facts.domainName}.`
    : `The account left the integration group or the root container of ${facts.domainName}.`
  const isHome = user.homeDirectoryId === facts.domainId
  const kinds = { suspend: 'suspend', remove: 'delete', unbind: 'unbind' } as const
  return { kind: 'leave', user, account, loss: { kind: isHome ? kinds[behaviour.dissociation] : 'unbind', reason } }
}

/** The user who is meant by an object that no account is tied to. */
function rivalOf({
  resolution,
  ...facts
}: UserFacts): { readonly user: User; readonly account: Account | undefined } | undefined {
  const byUsername = { user: facts.sameUsername, account: facts.accountOfSameUsername }
  const byEmail = { user: facts.sameEmail, account: facts.accountOfSameEmail }
  const isEmailMeant =
    facts.behaviour.takeoverBy === 'username_or_email' ||
    (resolution?.action === 'merge' && resolution.userId === facts.sameEmail?.id)
  const { user, account } = byUsername.user === undefined && isEmailMeant ? byEmail : byUsername
  return user === undefined ? undefined : { user, account }
}

function decideNew(facts: UserFacts, read: DomainUser): UserDecision {
  const { domainId, resolution } = facts
  const { isBrought } = configurationOf(facts.useCase)
  if (resolution?.action === 'ignore') return { kind: 'ignore' }
  const rival = rivalOf(facts)
  if (rival === undefined) {
    // A domain that is only written to brings nobody.
    if (!isBrought) return { kind: 'ignore' }
    if (facts.sameEmail === undefined) return create(facts, read)
    return conflict(facts.sameEmail, {
      code: 'email_taken',
      detail: `The e-mail address belongs to the user ${facts.sameEmail.username}. Correct one of the two addresses.`,
    })
  }
  const { user, account } = rival
  const isMerged = resolution?.action === 'merge' && resolution.userId === user.id
  if (user.homeDirectoryId !== null && user.homeDirectoryId !== domainId && !isMerged && account === undefined)
    return conflict(user, {
      code: 'username_in_other_directory',
      detail: `The username belongs to a user of another directory. Rename one of the two, or take this one out of the integration group.`,
    })
  if (isAnothers(account, read.guid))
    return conflict(user, {
      code: 'username_taken',
      detail: `The username belongs to a user who has another account in this domain (${account?.externalName ?? ''}). Rename one of the two.`,
    })
  // Nobody asked for an account of this user where the hub alone decides.
  if (account === undefined && !isBrought) return { kind: 'ignore' }
  const linked = account === undefined || account.leftAt !== null ? 'taken_over' : 'claimed'
  return compareUser(facts, { user, account, read, linked })
}

function conflict(user: User, fault: Fault): UserDecision {
  return { kind: 'problem', userId: user.id, fault }
}

function create(facts: UserFacts, read: DomainUser): UserDecision {
  const { behaviour, domainId, defaultState } = facts
  const isSuspended = isOut(behaviour, read)
  const authorities = appliedAuthorities(facts, undefined, undefined)
  const fields = { ...read.fields, ...ruledInput(read.ruled.CREATE, undefined) }
  return {
    kind: 'create',
    state: isSuspended
      ? { state: 'SUSPENDED', suspendedBy: domainId }
      : defaultState === 'STAGED'
        ? { state: 'STAGED', suspendedBy: null }
        : undefined,
    input: {
      ...{ ...fields, ...marks(facts, read), ...sudoOf(facts), ...authorities.input },
      ...passwordCondition(facts, read, authorities.input),
    },
    agreed: { ...agreedOf(fields), ...authorities.agreed },
  }
}

/** True when the account is tied to another object; one that left, or was deleted there, holds nobody back. */
function isAnothers(account: Account | undefined, guid: string): boolean {
  return account !== undefined && account.leftAt === null && account.externalId !== null && account.externalId !== guid
}
