// What differs between hub and domain, out of what the import decides on an object and what the sync agent would be told of its account: the
// same rules as for changes, asked without doing anything. Pure.
import type { Difference } from '@lockstep/contract/hub/comparison'
import type { FieldAuthority } from '@lockstep/contract/hub/directory'
import { canonicalJson, isJsonObject, type Json } from '@lockstep/kernel/json'
import type { Account } from '../../directory/bindings/account.rules.ts'
import { comparableFields, type User } from '../../directory/users/user.rules.ts'
import { configurationOf, fieldAuthority, importedFields, sharedFieldAuthority } from './configuration.rules.ts'
import type { Domain } from './domain.rules.ts'
import { exportDifferences } from './exported-attributes.rules.ts'
import { type DomainUser, writtenFields } from './import.rules.ts'
import { writtenAttributes } from './import-fields.rules.ts'
import type { Translation } from './translation.rules.ts'
import type { UserDecision } from './user-decision.rules.ts'
import { userWork } from './work.rules.ts'

/** An object of the domain with what the import decides on it and what the hub knows of it. */
export interface ComparedUser {
  readonly guid: string
  readonly name: string
  readonly inScope: boolean
  readonly deleted: boolean
  readonly decision: UserDecision
  readonly read: DomainUser | undefined
  readonly account: Account | undefined
  readonly user: User | undefined
  /** Who the manager there is here; undefined where that is not known, or not imported. */
  readonly managerId: string | null | undefined
  /** The domain's translation rules. */
  readonly rules: readonly Translation[]
}

type Base = Pick<Difference, 'subjectKind' | 'subjectName' | 'guid'> & { readonly subjectId?: string }

/** Everything in which a user and an object of the domain differ. */
export function compareUserObject(domain: Domain, compared: ComparedUser): readonly Difference[] {
  const { decision, account, user, guid } = compared
  const base: Base = {
    subjectKind: 'user',
    guid,
    subjectName: user?.username ?? compared.name,
    ...(user === undefined ? {} : { subjectId: user.id }),
  }
  if (compared.deleted) return []
  if (account === undefined) return strangers(base, compared)
  if (user === undefined || (!account.wanted && account.leftAt === null))
    return compared.inScope ? [extra(base, decision, user)] : []
  if (!compared.inScope || decision.kind === 'leave') return outOfScope(base, compared, account)
  if (decision.kind === 'problem')
    return [{ ...base, kind: 'failed', action: 'nothing', takesAway: false, detail: decision.fault.detail }]
  if (decision.kind !== 'change' || compared.read === undefined) return []
  if (account.leftAt !== null)
    return [{ ...base, kind: 'missing_here', action: 'taken_over', takesAway: false, detail: 'The account came back.' }]
  const { read, managerId, rules } = compared
  return known(domain, base, { decision, account, user, read, managerId, rules })
}

/** An object that no account is tied to. */
function strangers(base: Base, { inScope, decision }: ComparedUser): readonly Difference[] {
  if (!inScope) return []
  const row = { ...base, kind: 'missing_here' as const }
  if (decision.kind === 'create') return [{ ...row, action: 'taken_over', takesAway: false }]
  if (decision.kind === 'problem')
    return [{ ...row, action: 'nothing', takesAway: false, detail: decision.fault.detail }]
  if (decision.kind === 'change')
    return [
      {
        ...row,
        action: 'taken_over',
        takesAway: decision.losses.length > 0,
        detail: `Belongs to the user ${decision.user.username}, who is not tied to it yet.`,
      },
    ]
  return decision.kind === 'ignore'
    ? [
        {
          ...row,
          action: 'nothing',
          takesAway: false,
          detail: 'The domain brings nobody, or somebody chose to leave it out.',
        },
      ]
    : []
}

function extra(base: Base, decision: UserDecision, user: User | undefined): Difference {
  const detail =
    decision.kind === 'problem'
      ? decision.fault.detail
      : user === undefined
        ? 'The user of this account was deleted here. Take it out of the integration group, or delete it.'
        : 'The user is not bound to this domain any more. Take the account out of the integration group, or bind the user.'
  return { ...base, kind: 'extra', action: 'nothing', takesAway: false, detail }
}

function outOfScope(base: Base, { decision }: ComparedUser, account: Account): readonly Difference[] {
  if (account.leftAt !== null) return []
  const row = { ...base, kind: 'missing_there' as const }
  if (decision.kind === 'leave')
    return [{ ...row, action: 'taken_over', takesAway: true, detail: decision.loss.reason }]
  return [
    {
      ...row,
      action: 'nothing',
      takesAway: false,
      detail: 'The account is not in the integration group below the root container. Put it there, or unbind the user.',
    },
  ]
}

interface Known extends Pick<ComparedUser, 'managerId' | 'rules'> {
  readonly decision: Extract<UserDecision, { kind: 'change' }>
  readonly account: Account
  readonly user: User
  readonly read: DomainUser
}

/** What the hub keeps of its own beside the domain's values. */
const bookkeeping: ReadonlySet<string> = new Set([
  ...['restrictedFields', 'delegatedAuthority', 'passwordAuthority', 'external_source_type'],
])

function known(domain: Domain, base: Base, facts: Known): readonly Difference[] {
  const { decision, user, read, managerId } = facts
  const isHome = user.homeDirectoryId === domain.id
  const isForeign = user.homeDirectoryId !== null && !isHome
  const { isBrought } = configurationOf(domain.useCase)
  const work = workNow(domain, facts)
  const writes = writtenNow(work)
  const present = comparableFields(user)
  const { input } = decision
  const named = isHome && isBrought && !isForeign ? Object.keys(read.fields) : writtenFields
  const fields = [...new Set([...named.filter((field) => field in read.fields), ...Object.keys(input)])]
  const rows = fields.flatMap((field): Difference[] => {
    if (bookkeeping.has(field)) return []
    const here = present[field] ?? ''
    const taken = input[field]
    const there = taken ?? read.fields[field] ?? ''
    if (isSame(here, there)) return []
    const action = taken !== undefined ? 'taken_over' : writes.has(field) ? 'written' : 'nothing'
    const [lost, kept] = action === 'written' ? [there, here] : [here, there]
    return [
      {
        ...base,
        ...{ kind: 'field', field, hubValue: textOf(here), domainValue: textOf(there), action },
        authority: authorityOf(domain, field, isHome),
        takesAway: action !== 'nothing' && !isEmpty(lost) && isEmpty(kept),
      },
    ]
  })
  if (isHome && isBrought && managerId !== undefined && managerId !== user.manager && managerId !== user.id)
    rows.push({
      ...base,
      ...{ kind: 'field', field: 'manager', hubValue: user.manager ?? '', domainValue: managerId ?? '' },
      ...{ authority: 'directory', action: 'taken_over', takesAway: false },
    })
  rows.push(...compareExports(domain, base, facts))
  const state = compareState(domain, base, { decision, user, read, wanted: work?.enabled })
  return state === undefined ? rows : [...rows, state]
}

/** The attributes that rules write, under their own names: the hub decides on them. */
function compareExports(domain: Domain, base: Base, { decision, account, user, rules }: Known): readonly Difference[] {
  return exportDifferences({ domain, rules }, user, { ...account.agreed, ...decision.agreed }).map(
    ({ attribute, here, there }) => ({
      ...base,
      ...{ kind: 'field', field: attribute, hubValue: textOf(here), domainValue: textOf(there) },
      ...{ authority: 'hub', action: 'written', takesAway: here === '' },
    }),
  )
}

/** What the sync agent would be told now, had it asked right after the read. */
function workNow(domain: Domain, { decision, account, user, read }: Known): ReturnType<typeof userWork> {
  if (!configurationOf(domain.useCase).isWritten) return undefined
  const agreed = { ...account.agreed, ...decision.agreed }
  return userWork({ ...account, agreed, enabled: read.enabled, error: null }, user, domain)
}

function writtenNow(work: ReturnType<typeof userWork>): ReadonlySet<string> {
  if (work === undefined) return new Set()
  const fields = Object.entries(writtenAttributes).flatMap(([field, name]) => (name in work.attributes ? [field] : []))
  return new Set([...fields, ...(work.samAccountName === '' ? [] : ['username'])])
}

function compareState(
  domain: Domain,
  base: Base,
  facts: Pick<Known, 'decision' | 'user' | 'read'> & { readonly wanted: 'enable' | 'disable' | 'keep' | undefined },
): Difference | undefined {
  const { decision, user, read, wanted } = facts
  if (user.state === 'STAGED') return undefined
  const isOn = user.state !== 'SUSPENDED'
  const isOnThere = read.enabled && !(read.expired && domain.behaviour.expire === 'suspend')
  if (isOn === isOnThere) return undefined
  const row = {
    ...base,
    kind: 'state' as const,
    hubValue: isOn ? 'enabled' : 'disabled',
    domainValue: isOnThere ? 'enabled' : read.enabled ? 'expired' : 'disabled',
  }
  if (decision.set.state !== undefined && decision.set.state !== user.state)
    return { ...row, action: 'taken_over', takesAway: decision.set.state === 'SUSPENDED' }
  if (wanted === (isOn ? 'enable' : 'disable')) return { ...row, action: 'written', takesAway: wanted === 'disable' }
  return { ...row, action: 'nothing', takesAway: false }
}

function authorityOf(domain: Domain, field: string, isHome: boolean): FieldAuthority {
  if (writtenFields.includes(field)) return sharedFieldAuthority(domain, field, isHome)
  return isHome && importedFields(domain.behaviour).includes(field) ? fieldAuthority(domain, field) : 'directory'
}

/** Whether an account is there, as far as is known. Where the hub is the authority nobody may read the domain, and what was read may be old. */
export function isKnownThere({ useCase }: Domain, account: Account & { readonly isThere: boolean }): boolean {
  return configurationOf(useCase).home === 'hub' ? !account.gone : account.isThere
}

/** An account that waits, was refused, or whose object is not there. */
export function compareAccount(
  account: Account,
  facts: { readonly isWritten: boolean; readonly isThere: boolean; readonly username: string },
): readonly Difference[] {
  const { isWritten, isThere } = facts
  const base: Base = {
    subjectKind: 'user',
    subjectName: facts.username,
    ...(account.userDeleted ? {} : { subjectId: account.userId }),
    ...(account.externalId === null ? {} : { guid: account.externalId }),
  }
  // What is left to be done of an account whose user is gone is done by itself.
  const written = { action: isWritten && !account.userDeleted ? 'written' : 'nothing', takesAway: false } as const
  const rows: Difference[] = []
  // Of what left the domain's scope an error is left only while something connects the user still.
  const isLost = account.gone && account.madeBy === 'hub' && (account.wanted || account.error !== null)
  if (account.wanted && account.externalId === null)
    rows.push({ ...base, kind: 'missing_there', ...written, detail: 'The account was not made there yet.' })
  else if (isLost)
    rows.push({
      ...base,
      ...{ kind: 'missing_there', ...written },
      detail:
        'The account is not there, or the service account of the agent may not see it. Applying makes it anew, with the groups that the user is in.',
    })
  else if (account.wanted && !isThere)
    rows.push({
      ...base,
      ...{ kind: 'missing_there', action: 'nothing', takesAway: false },
      detail: 'The account is gone. A plan may wait for release; else unbind the user, or bind anew.',
    })
  if (account.error !== null && !isLost) {
    const { message, remedy } = account.error
    rows.push({ ...base, kind: 'failed', ...written, detail: `${message} ${remedy}`.trim() })
  } else if (!isLost && isWritten && account.externalId !== null && account.desiredRevision > account.appliedRevision)
    rows.push({ ...base, kind: 'waiting', ...written, detail: 'Something is to be written to this account.' })
  return rows
}

/** A group with its counterpart. */
export interface ComparedGroup {
  readonly groupId: string
  readonly externalId: string | null
  readonly name: string
  readonly description: string
  readonly homeDirectoryId: string | null
  readonly madeBy: 'hub' | 'directory'
  readonly isBehind: boolean
  readonly error: { readonly message: string; readonly remedy: string } | null
  /** The object, as the latest read has it. */
  readonly there: { readonly name: string; readonly description: string } | undefined
}

/** In what a group and its counterpart differ; members aside. */
export function compareGroup(domain: Domain, group: ComparedGroup): readonly Difference[] {
  const { isBrought, isWritten } = configurationOf(domain.useCase)
  const { there } = group
  const base: Base = {
    subjectKind: 'group',
    subjectId: group.groupId,
    subjectName: group.name,
    ...(group.externalId === null ? {} : { guid: group.externalId }),
  }
  const isOwn = isWritten && (group.madeBy === 'hub' || group.homeDirectoryId === null)
  const written = { action: isOwn ? 'written' : 'nothing', takesAway: false } as const
  const rows: Difference[] = []
  if (group.externalId === null)
    rows.push({ ...base, kind: 'missing_there', ...written, detail: 'The group was not made there yet.' })
  else if (there === undefined)
    rows.push({
      ...base,
      kind: 'missing_there',
      action: 'nothing',
      takesAway: false,
      detail: 'The group is gone there.',
    })
  else {
    // Of the hub's own group what waits to be written wins over what is read.
    const isTaken = isBrought && !(group.madeBy === 'hub' && group.isBehind)
    for (const field of ['name', 'description'] as const) {
      if (group[field] === there[field]) continue
      const action = isTaken ? 'taken_over' : written.action
      const takesAway = action !== 'nothing' && (action === 'written' ? group[field] : there[field]) === ''
      rows.push({
        ...base,
        ...{ kind: 'field', field, hubValue: group[field], domainValue: there[field], action, takesAway },
        authority: group.homeDirectoryId === domain.id ? 'directory' : isBrought ? 'both' : 'hub',
      })
    }
  }
  if (group.error !== null)
    rows.push({ ...base, kind: 'failed', ...written, detail: `${group.error.message} ${group.error.remedy}`.trim() })
  else if (isOwn && group.isBehind && group.externalId !== null)
    rows.push({ ...base, kind: 'waiting', ...written, detail: 'Something is to be written to this group.' })
  return rows
}

/** One user's place in a group that hub and domain both have. */
export interface ComparedMembership {
  readonly groupId: string
  readonly groupName: string
  /** Directly, through nested groups, or not at all. */
  readonly there: boolean
  readonly rows: readonly {
    readonly origin: string
    readonly removing: boolean
    readonly isOther: boolean
    readonly isMember: boolean
  }[]
  /** Still to be told to the domain. */
  readonly isAwaited: boolean
}

/** Who is a member on one side only. */
export function compareMembership(
  domain: Domain,
  base: { readonly guid: string; readonly userId: string; readonly username: string },
  { groupName, there, rows, isAwaited }: ComparedMembership,
): Difference | undefined {
  const { isBrought, isWritten } = configurationOf(domain.useCase)
  const isHere = rows.some((row) => row.isMember)
  if (isHere === there) return undefined
  const row = {
    subjectKind: 'user' as const,
    subjectId: base.userId,
    subjectName: base.username,
    guid: base.guid,
    field: groupName,
  }
  if (isAwaited)
    return { ...row, kind: 'waiting', action: 'nothing', takesAway: false, detail: 'The membership is being written.' }
  if (there)
    return { ...row, kind: 'member_missing_here', action: isBrought ? 'taken_over' : 'nothing', takesAway: false }
  // What another domain brought is not this one's to have.
  if (rows.every(({ isOther, isMember }) => isOther || !isMember)) return undefined
  const isHubs = rows.some(
    ({ origin, isMember, isOther }) => isMember && !isOther && (origin === 'hub' || origin === 'rule'),
  )
  const missing = { ...row, kind: 'member_missing_there' as const }
  if (isHubs) return { ...missing, action: isWritten ? 'written' : 'nothing', takesAway: false }
  return isBrought
    ? { ...missing, action: 'taken_over', takesAway: true }
    : { ...missing, action: 'nothing', takesAway: false }
}

function isEmpty(value: Json): boolean {
  return value === '' || value === null || value === false || (Array.isArray(value) && value.length === 0)
}

function isSame(a: Json, b: Json): boolean {
  return (isEmpty(a) && isEmpty(b)) || canonicalJson(a) === canonicalJson(b)
}

const longestValue = 1000

/** A value as people read it. */
function textOf(value: Json): string {
  if (Array.isArray(value)) return value.map(textOf).join('; ').slice(0, longestValue)
  if (isJsonObject(value))
    return Object.entries(value)
      .flatMap(([name, part]) => (name === 'id' || name === '_id' || isEmpty(part) ? [] : [textOf(part)]))
      .join(' ')
  return typeof value === 'string' ? value.slice(0, longestValue) : JSON.stringify(value ?? '')
}
