import { userAccounts } from '../../directory/bindings/account-import.service.ts'
import type { Account } from '../../directory/bindings/account.rules.ts'
import type { User } from '../../directory/users/user.rules.ts'
import { findUsersByNames, lockUsers } from '../../directory/users/user-import.service.ts'
import { isRestrictable } from '../../directory/users/user-rows.rules.ts'
import type { Queryable } from '../../platform/db/database.ts'
import { fieldAuthority, importedFields } from './configuration.rules.ts'
import { decideUser } from './import-user.rules.ts'
import {
  type DomainUser,
  type Fault,
  isMadeSince,
  readDomainUser,
  type ReadFacts,
  restrictedRows,
  type RestrictedRows,
} from './import.rules.ts'
import type { ImportRun } from './import-run.ts'
import type { Ancestor, MirrorObject } from './mirror.store.ts'
import type { Resolution } from './resolution.rules.ts'
import * as resolutions from './resolution.store.ts'
import { withExports } from './exported-attributes.rules.ts'
import { ruledDestinations } from './ruled-fields.rules.ts'
import type { UserDecision } from './user-decision.rules.ts'
import { firstUsername, samAccountName } from './work.rules.ts'

/** An object with what was decided on it. */
export interface Decided {
  readonly object: MirrorObject
  readonly inScope: boolean
  readonly decision: UserDecision
  /** What people know the object by. */
  readonly name: string
}

type Read = { readonly user: DomainUser } | { readonly fault: Fault }

/** What the hub knows that may concern some objects; all of it is locked for the transaction. */
interface Known {
  readonly reads: ReadonlyMap<string, Read | undefined>
  readonly accountOf: ReadonlyMap<string | null, Account>
  readonly userOf: ReadonlyMap<string, User>
  readonly byUsername: ReadonlyMap<string, User>
  readonly byEmail: ReadonlyMap<string, User>
  readonly accountOfUser: ReadonlyMap<string, Account>
  /** Who has an employee identifier; added to as objects of the same batch get theirs. */
  readonly holderOfId: Map<string | null, string>
  readonly resolutions: ReadonlyMap<string, Resolution>
}

/** Decides on each object; `above` are the groups that each belongs to. */
export async function decideUsers(
  db: Queryable,
  run: ImportRun,
  objects: readonly MirrorObject[],
  above: ReadonlyMap<string, readonly Ancestor[]>,
): Promise<readonly Decided[]> {
  const known = await loadKnown(db, run, objects)
  const restricted = restrictedRows(run.domain.id, restrictedNames(run))
  return objects.map((object) => {
    const groups = new Set((above.get(object.guid) ?? []).map((ancestor) => ancestor.groupGuid))
    return decideObject({ run, known, restricted }, object, groups)
  })
}

/** The fields that only the domain changes on its users. */
function restrictedNames({ domain, rules, place }: ImportRun): readonly string[] {
  const imported = importedFields(domain.behaviour).filter((field) => fieldAuthority(domain, field) === 'directory')
  const ruled = ruledDestinations(rules).filter(isRestrictable)
  return [...new Set([...imported, ...ruled, ...(place.adminGroupGuid === null ? [] : ['sudo'])])]
}

async function loadKnown(db: Queryable, run: ImportRun, objects: readonly MirrorObject[]): Promise<Known> {
  const { domain } = run
  const guids = objects.map((object) => object.guid)
  const decided = new Map((await resolutions.listByGuids(db, domain.id, guids)).map((row) => [row.guid, row]))
  const { behaviour } = domain
  const { rules, now } = run
  const reads = new Map(
    objects.map((object) => [
      object.guid,
      read(object, { behaviour, rules, now, names: namesOf(decided.get(object.guid)) }),
    ]),
  )
  await tieMadeAccounts(db, domain.id, objects)
  const names = [...reads.values()].flatMap((found) => (found !== undefined && 'user' in found ? [found.user] : []))
  const employeeIds = [...new Set(names.flatMap(({ ruled }) => ruledIds(ruled)))]
  const rivals = await findUsersByNames(db, {
    usernames: names.map((user) => user.username.toLowerCase()),
    emails: names.map((user) => user.email.toLowerCase()),
    employeeIds,
  })
  // Users before accounts, as whoever changes a user does.
  const key = { directoryId: domain.id, externalIds: guids }
  const ids = new Set([...(await userAccounts.listUserIds(db, key)), ...rivals.map((user) => user.id)])
  const users = await lockUsers(db, [...ids].toSorted())
  const accounts = await userAccounts.lockByExternalIds(db, key)
  const rivalAccounts = await userAccounts.lockByUsers(db, {
    directoryId: domain.id,
    userIds: rivals.map((user) => user.id),
  })
  return {
    reads,
    accountOf: new Map(accounts.map((account) => [account.externalId, account])),
    userOf: new Map(users.map((user) => [user.id, user])),
    holderOfId: new Map(users.map((user) => [user.employeeIdentifier, user.id])),
    byUsername: new Map(users.map((user) => [user.username.toLowerCase(), user])),
    byEmail: new Map(users.map((user) => [user.email.toLowerCase(), user])),
    accountOfUser: new Map(rivalAccounts.map((account) => [account.userId, account])),
    resolutions: decided,
  }
}

function ruledIds({ CREATE, UPDATE }: DomainUser['ruled']): readonly string[] {
  return [CREATE['employeeIdentifier'], UPDATE['employeeIdentifier']].filter(
    (id) => id !== undefined && id !== '',
  ) as string[]
}

export function namesOf(resolution: Resolution | undefined): ReadFacts['names'] {
  if (resolution?.action !== 'rename') return undefined
  const { username, email } = resolution
  return { ...(username === null ? {} : { username }), ...(email === null ? {} : { email }) }
}

/**
 * An account that the hub asked for is the user's for whom it did, also before the agent reports it and whatever became of the user since:
 * nobody is brought a second time.
 */
async function tieMadeAccounts(db: Queryable, directoryId: string, objects: readonly MirrorObject[]): Promise<void> {
  const present = objects.filter(({ attributes, deleted }) => attributes !== null && !deleted)
  if (present.length === 0) return
  const awaited = await userAccounts.lockInTheMaking(db, directoryId)
  const accountOf = new Map(
    awaited.map((account) => [samAccountName(firstUsername(account, undefined)).toLowerCase(), account]),
  )
  const made = present.flatMap(({ guid, dn, attributes }) => {
    const name = attributes?.['sAMAccountName']
    const account = typeof name === 'string' ? accountOf.get(name.toLowerCase()) : undefined
    const isMade = account !== undefined && isMadeSince(attributes?.['whenCreated'], account.creatingSince)
    return isMade ? [{ id: account.id, externalId: guid, externalName: dn ?? '' }] : []
  })
  await userAccounts.tieMade(db, made)
}

function read(object: MirrorObject, facts: ReadFacts): Read | undefined {
  const { attributes, guid, dn, unreadable } = object
  if (attributes === null || object.deleted) return undefined
  return readDomainUser({ guid, dn: dn ?? '', attributes, unreadable: unreadable ?? [] }, facts)
}

interface Facts {
  readonly run: ImportRun
  readonly known: Known
  readonly restricted: RestrictedRows
}

function decideObject({ run, known, restricted }: Facts, object: MirrorObject, groups: ReadonlySet<string>): Decided {
  const { domain, place } = run
  const inGroup = groups.has(place.integrationGroupGuid)
  const found = known.reads.get(object.guid)
  const user = found !== undefined && 'user' in found ? found.user : undefined
  const account = known.accountOf.get(object.guid)
  const sameUsername = user && known.byUsername.get(user.username.toLowerCase())
  const sameEmail = user && known.byEmail.get(user.email.toLowerCase())
  const inScope = inGroup && object.inRoot && !object.deleted
  const isOutside = inGroup && !object.inRoot && !object.deleted && account === undefined
  const { id, name: domainName, useCase, behaviour } = domain
  const owner = account && known.userOf.get(account.userId)
  const clash = user && inScope ? claimId(known, user, owner?.id ?? sameUsername?.id ?? object.guid) : undefined
  const decision = isOutside
    ? outsideProblem(domain.rootDn)
    : (clash ??
      decideUser({
        ...{ domainId: id, domainName, useCase, behaviour, restricted, inScope },
        defaultState: run.defaultState,
        deleted: object.deleted,
        wasInScope: object.inScope,
        read: found,
        resolution: known.resolutions.get(object.guid),
        isAdmin: place.adminGroupGuid === null ? undefined : groups.has(place.adminGroupGuid),
        isPrivileged: run.privilegedGuids.some((guid) => groups.has(guid)),
        account,
        user: owner,
        ...{ sameUsername, sameEmail },
        accountOfSameUsername: sameUsername && known.accountOfUser.get(sameUsername.id),
        accountOfSameEmail: sameEmail && known.accountOfUser.get(sameEmail.id),
      }))
  const samAccountName = object.attributes?.['sAMAccountName']
  const name = typeof samAccountName === 'string' ? samAccountName : (object.dn ?? object.guid)
  return { object, inScope, name, decision: withExports(decision, { domain, rules: run.rules }, object.attributes) }
}

/** No two users have the same employee identifier: whoever comes second is told. */
function claimId({ holderOfId }: Known, { ruled }: DomainUser, userId: string): UserDecision | undefined {
  for (const id of ruledIds(ruled)) {
    const holder = holderOfId.get(id)
    if (holder !== undefined && holder !== userId)
      return {
        kind: 'problem',
        fault: {
          code: 'employee_id_taken',
          detail: `Another user has the employee identifier ${id}. Correct one of the two.`,
        },
      }
    holderOfId.set(id, userId)
  }
  return undefined
}

function outsideProblem(rootDn: string): UserDecision {
  return {
    kind: 'problem',
    fault: {
      code: 'outside_root',
      detail: `The user is in the integration group, but not below the root container (${rootDn}). Move the user there.`,
    },
  }
}
