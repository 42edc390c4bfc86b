// Where in a domain the account of a user belongs: the container of the first rule that fits, else the one of the domain. Pure.
import type { UserWork } from '@lockstep/contract/agents/protocol'
import type { ContainerRule } from '@lockstep/contract/hub/directory-container'
import type { JsonObject } from '@lockstep/kernel/json'
import type { Account } from '../../directory/bindings/account.rules.ts'
import { comparableFields, type User } from '../../directory/users/user.rules.ts'
import type { Domain } from './domain.rules.ts'

export type Placing = Pick<Domain, 'id' | 'userContainerDn' | 'containerRules' | 'movesAccounts'>

/** Where a user's account belongs, and by which rule; `rule` is undefined when none fits. */
export interface Target {
  readonly containerDn: string
  readonly rule: number | undefined
}

/** The container of the first rule of which all conditions hold; texts compare without regard to letter case. */
export function containerOf(placing: Placing, user: User, groupIds: ReadonlySet<string>): Target {
  const fields = comparableFields(user)
  const index = placing.containerRules.findIndex((rule) => fits(rule, fields, groupIds))
  const rule = placing.containerRules[index]
  return rule === undefined
    ? { containerDn: placing.userContainerDn, rule: undefined }
    : { containerDn: rule.containerDn, rule: index }
}

function fits({ conditions }: ContainerRule, fields: JsonObject, groupIds: ReadonlySet<string>): boolean {
  return conditions.every((condition) => {
    if ('groupId' in condition) return groupIds.has(condition.groupId)
    const value = fields[condition.field]
    const text = typeof value === 'string' ? plain(value) : ''
    return condition.values.some((wanted) => plain(wanted) === text)
  })
}

const plain = (text: string): string => text.trim().toLowerCase()

/** The groups that rules ask about. */
export function ruledGroupIds(rules: readonly ContainerRule[]): readonly string[] {
  const ids = rules.flatMap(({ conditions }) => conditions.flatMap((each) => ('groupId' in each ? [each.groupId] : [])))
  return [...new Set(ids)]
}

/** The container of an object, as its name says; escaped commas belong to the name (RFC 4514, section 2.4). */
export function parentOf(dn: string): string {
  return dn.replace(/^(?:\\.|[^\\,])*,\s*/s, '')
}

/** True when the account is to be elsewhere and follows: only accounts of the hub's own users do, and only where the domain is set so. */
function isToMove(placing: Placing, { account, user }: Owned, { containerDn }: Target): boolean {
  return (
    placing.movesAccounts &&
    account.wanted &&
    account.externalName !== null &&
    account.creatingSince === null &&
    user.homeDirectoryId !== placing.id &&
    parentOf(account.externalName).toLowerCase() !== containerDn.toLowerCase()
  )
}

interface Owned {
  readonly account: Account
  readonly user: User
}

/** The work with its place: where a new account is made, or where an existing one is moved. Undefined when there is nothing to do. */
export function placedWork(
  work: UserWork | undefined,
  placing: Placing,
  { account, user, groupIds }: Owned & { readonly groupIds: ReadonlySet<string> },
): UserWork | undefined {
  const target = containerOf(placing, user, groupIds)
  if (account.externalId === null) return work && { ...work, containerDn: target.containerDn }
  if (!isToMove(placing, { account, user }, target)) return work
  return { ...(work ?? untouchedWork(account)), containerDn: target.containerDn }
}

/** Work that changes nothing by itself. */
export function untouchedWork(account: Account): UserWork {
  return {
    kind: 'user',
    accountId: account.id,
    revision: account.desiredRevision,
    ...(account.externalId === null ? {} : { guid: account.externalId }),
    wanted: true,
    takeover: false,
    ...{ samAccountName: '', userPrincipalName: '', commonName: '' },
    attributes: {},
    enabled: 'keep',
  }
}
