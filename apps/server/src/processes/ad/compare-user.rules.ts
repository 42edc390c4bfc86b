// A user beside what the domain says of them: what changes here, what waits to be written there, and what is lost. Pure.
import type { DirectoryBehaviour } from '@lockstep/contract/hub/directory'
import { isJsonObject, type Json, type JsonObject } from '@lockstep/kernel/json'
import type { Account } from '../../directory/bindings/account.rules.ts'
import { comparableFields, directoryState, type User, type UserInput } from '../../directory/users/user.rules.ts'
import { appliedAuthorities, withoutAuthority } from './applied-authorities.rules.ts'
import { configurationOf, importedFields, sharedFieldAuthority } from './configuration.rules.ts'
import { clearedFields, type DomainUser, mergeFields, type SharedRule, writtenFields } from './import.rules.ts'
import type { NameField, Rename } from './order-renames.rules.ts'
import { ruledInput } from './ruled-fields.rules.ts'
import type { Loss, UserDecision, UserFacts } from './user-decision.rules.ts'

/** A user who is meant by an object. */
export interface KnownUser {
  readonly user: User
  readonly account: Account | undefined
  readonly read: DomainUser
  readonly linked: 'known' | 'claimed' | 'taken_over'
}

/** Whose the user is: by configuration the domain's, the hub's, or his who made the account; never that of two domains. */
function isHomeHere({ domainId, useCase }: UserFacts, { user, account, linked }: KnownUser): boolean {
  if (user.homeDirectoryId !== null && user.homeDirectoryId !== domainId) return false
  const { home } = configurationOf(useCase)
  if (home !== 'maker') return home === 'directory'
  return linked === 'taken_over' || account === undefined || account.madeBy === 'directory'
}

/** Compares a user with what the domain says of them. */
export function compareUser(facts: UserFacts, known: KnownUser): UserDecision {
  const { user, account, read, linked } = known
  const { domainId, behaviour } = facts
  const isOthers = user.homeDirectoryId !== null && user.homeDirectoryId !== domainId
  if (!configurationOf(facts.useCase).isBrought || isOthers) return compareAlone(facts, known)
  const isHome = isHomeHere(facts, known)
  const present: Readonly<Record<string, Json>> = comparableFields(user)
  const shared = sharedRules(facts, { isHome, linked })
  const merged = mergeFields(shared, { hub: present, domain: read.fields }, account?.agreed ?? {})
  const authorities = isHome ? appliedAuthorities(facts, user, account) : releasedAuthorities(facts, user)
  const own = isHome ? ownInput(read, shared, present['attributes']) : {}
  const input: UserInput = {
    ...own,
    ...merged.input,
    ...marks(facts, read),
    ...(isHome ? sudoOf(facts) : {}),
    ...authorities.input,
    ...passwordCondition(facts, read, authorities.input),
  }
  const state = stateOf(facts, known)
  const deactivate = linked === 'taken_over' && behaviour.takeover === 'deactivate' && user.activated
  return {
    kind: 'change',
    user,
    account,
    input,
    set: {
      ...state,
      ...(isHome !== (user.homeDirectoryId === domainId) ? { homeDirectoryId: isHome ? domainId : null } : {}),
      ...(deactivate ? { activated: false } : {}),
    },
    agreed: { ...agreedOf(own), ...merged.agreed, ...authorities.agreed },
    inStep: !merged.waiting && isMade(account) && isStateInStep(account, user, state, read),
    isBehind:
      (merged.waiting && shared.some(({ authority }) => authority === 'hub')) || isEnabledAgain(account, state, read),
    losses: lossesOf(facts, known, { input, state, deactivate }),
    linked,
    takes: [...taken('username', input, user, facts.sameUsername), ...taken('email', input, user, facts.sameEmail)],
  }
}

/** The fields that are merged, with who decides on each. Whoever is taken over begins with what the domain says. */
function sharedRules(
  facts: UserFacts,
  { isHome, linked }: { readonly isHome: boolean; readonly linked: KnownUser['linked'] },
): readonly SharedRule[] {
  if (isHome && linked === 'taken_over') return []
  return writtenFields.flatMap((field) => {
    const authority = sharedFieldAuthority(facts, field, isHome)
    const isImported = !isHome || importedFields(facts.behaviour).includes(field)
    return isHome && (authority === 'directory' || !isImported) ? [] : [{ field, authority }]
  })
}

/** What the domain alone says of its user. */
function ownInput(read: DomainUser, shared: readonly SharedRule[], attributes: Json | undefined): UserInput {
  const merged = new Set(shared.map(({ field }) => field))
  const fields = Object.entries(read.fields).filter(([field]) => !merged.has(field))
  return { ...Object.fromEntries(fields), ...ruledInput(read.ruled.UPDATE, attributes) }
}

/** A user who is not the domain's (any more) is bound by nothing of it. */
function releasedAuthorities(
  { domainId }: UserFacts,
  { homeDirectoryId, attributes }: User,
): { readonly input: UserInput; readonly agreed: JsonObject } {
  if (homeDirectoryId !== domainId) return { input: {}, agreed: {} }
  return {
    input: withoutAuthority(domainId, attributes),
    agreed: { passwordAuthority: 'hub', delegatedAuthority: 'none' },
  }
}

/** What may become empty without anybody losing anything. */
const notLost: ReadonlySet<string> = new Set([
  ...['restrictedFields', 'delegatedAuthority', 'external_password_expiration_date', 'external_locked_until'],
])

function lossesOf(
  { domainName, behaviour }: UserFacts,
  { user, read }: KnownUser,
  next: { readonly input: UserInput; readonly state: Pick<User, 'state'>; readonly deactivate: boolean },
): readonly Loss[] {
  const losses: Loss[] = clearedFields(comparableFields(user), next.input)
    .filter((field) => !notLost.has(field))
    .map((field) => ({ kind: 'clear_field', field, reason: `The value was removed in ${domainName}.` }))
  const isDisabled = !read.enabled && behaviour.disable !== 'nothing'
  if (next.state.state === 'SUSPENDED' && user.state === 'ACTIVATED')
    losses.push({
      kind: 'suspend',
      reason: isDisabled ? `The account was disabled in ${domainName}.` : `The account expired in ${domainName}.`,
    })
  if (next.deactivate)
    losses.push({
      kind: 'pend_password',
      reason: `An account of ${domainName} takes the user over, whose password is to be set anew.`,
    })
  return losses
}

function taken(field: NameField, input: UserInput, user: User, holder: User | undefined): Rename['takes'] {
  const name = input[field]
  if (holder === undefined || holder.id === user.id || typeof name !== 'string') return []
  return name.toLowerCase() === holder[field].toLowerCase() ? [{ field, holderId: holder.id }] : []
}

/**
 * A domain that is only written to, or that is not the user's home, changes no user; what differs there is written again. A user who was the
 * domain's before is the hub's.
 */
function compareAlone(facts: UserFacts, { user, account, read, linked }: KnownUser): UserDecision {
  const present: Readonly<Record<string, Json>> = comparableFields(user)
  const known = writtenFields.filter((field) => field in read.fields)
  const agreed = Object.fromEntries(known.map((field) => [field, read.fields[field] ?? '']))
  const differs = known.some((field) => (present[field] ?? '') !== agreed[field])
  const isStateSame = read.enabled === (user.state !== 'SUSPENDED' && !isReleased(account))
  const isHome = user.homeDirectoryId === facts.domainId
  const released = releasedAuthorities(facts, user)
  return {
    kind: 'change',
    user,
    account,
    input: released.input,
    set: isHome ? { homeDirectoryId: null } : {},
    agreed: { ...agreed, ...released.agreed },
    inStep: !differs && isMade(account) && isStateSame,
    isBehind: differs || !isStateSame,
    losses: [],
    linked,
    takes: [],
  }
}

/** An account that the hub made and nothing connects any more is to be disabled: a read before that does not say that it is as it should be. */
function isReleased(account: Account | undefined): boolean {
  return account !== undefined && !account.wanted && account.madeBy === 'hub' && account.leftAt === null
}

/** False while only the agent can say whether the account is complete. */
function isMade(account: Account | undefined): boolean {
  return account === undefined || account.creatingSince === null
}

function stateOf(
  { behaviour, domainId }: UserFacts,
  { user, account, read }: KnownUser,
): Pick<User, 'state' | 'suspendedBy'> {
  // Disabled by the hub, or being made by it: that is no decision of the domain, and the hub may have taken another one since.
  const isOurs = account?.disabledByHub === true || !isMade(account)
  if (isOurs && !read.enabled) return { state: user.state, suspendedBy: user.suspendedBy }
  return directoryState(user, domainId, !isOut(behaviour, read))
}

/** True when the account's state is what the hub wants, so that nothing of it waits. */
function isStateInStep(
  account: Account | undefined,
  user: User,
  state: Pick<User, 'state' | 'suspendedBy'>,
  read: DomainUser,
): boolean {
  if (account === undefined || account.externalId === null) return false
  if (isReleased(account)) return !read.enabled
  if (state.state === 'SUSPENDED' && state.suspendedBy === 'hub') return !read.enabled
  return user.state === 'STAGED' || read.enabled || !account.disabledByHub
}

/** True when an account that was disabled for its user's suspension here was enabled there since, such as by going back to an old copy. */
function isEnabledAgain(
  account: Account | undefined,
  { state, suspendedBy }: Pick<User, 'state' | 'suspendedBy'>,
  read: DomainUser,
): boolean {
  return account?.enabled === false && read.enabled && state === 'SUSPENDED' && suspendedBy === 'hub'
}

/** When the password expires and until when it is locked, of a user whose password the domain has authority over; nothing of others. */
export function passwordCondition(
  { domainId }: UserFacts,
  { passwordExpires, lockedUntil }: DomainUser,
  { restrictedFields: rows }: UserInput,
): UserInput {
  if (!ownsPassword(rows, domainId)) return {}
  const expires = passwordExpires === undefined ? {} : { external_password_expiration_date: passwordExpires }
  return { ...expires, external_locked_until: lockedUntil }
}

function ownsPassword(rows: Json | undefined, domainId: string): boolean {
  if (!Array.isArray(rows)) return false
  return rows.some((row: Json) => isJsonObject(row) && row['field'] === 'password' && row['id'] === domainId)
}

/** What the hub notes of a user's tie to the directory. */
export function marks({ behaviour }: UserFacts, read: DomainUser): UserInput {
  return {
    external_dn: read.dn,
    external_source_type: 'active_directory',
    ...(behaviour.expire === 'expire' ? { password_expired: read.expired } : {}),
  }
}

/** True where the account says that its user is to be suspended. */
export function isOut({ disable, expire }: DirectoryBehaviour, { enabled, expired }: DomainUser): boolean {
  return (!enabled && disable !== 'nothing') || (expired && expire === 'suspend')
}

/** The values of fields that both sides agree on once they are taken over. */
export function agreedOf(input: UserInput): Record<string, string> {
  const agreed: Record<string, string> = {}
  for (const field of writtenFields) {
    const value = input[field]
    if (typeof value === 'string') agreed[field] = value
  }
  return agreed
}

/** Sudo, where the domain has a group that gives it. */
export function sudoOf({ isAdmin }: UserFacts): UserInput {
  return isAdmin === undefined ? {} : { sudo: isAdmin }
}
