import { userAccounts } from '../../directory/bindings/account-import.service.ts'
import type { Account } from '../../directory/bindings/account.rules.ts'
import type { User } from '../../directory/users/user.rules.ts'
import { findUsersByNames, lockUsers } from '../../directory/users/user-import.service.ts'
import type { Json } from '@lockstep/kernel/json'
import type { Queryable } from '../../platform/db/database.ts'
import { decideUser, type UserDecision } from './import-user.rules.ts'
import { type DomainUser, type Fault, isMadeSince, readDomainUser, restrictedRows } from './import.rules.ts'
import type { ImportRun } from './import-run.ts'
import type { Ancestor, MirrorObject } from './mirror.store.ts'
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
}

/** Decides on each object; `above` are the groups that each belongs to. */
export async function decideUsers(
  db: Queryable,
  run: ImportRun,
  objects: readonly MirrorObject[],
  above: ReadonlyMap<string, readonly Ancestor[]>,
): Promise<readonly Decided[]> {
  const known = await loadKnown(db, run, objects)
  const restricted = restrictedRows(run.domain.id, run.domain.behaviour)
  return objects.map((object) => {
    const groups = above.get(object.guid) ?? []
    const inGroup = groups.some((ancestor) => ancestor.groupGuid === run.place.integrationGroupGuid)
    return decideObject({ run, known, restricted }, object, inGroup)
  })
}

async function loadKnown(db: Queryable, { domain, now }: ImportRun, objects: readonly MirrorObject[]): Promise<Known> {
  const reads = new Map(objects.map((object) => [object.guid, read(object, domain.behaviour, now)]))
  await tieMadeAccounts(db, domain.id, objects)
  const accounts = await userAccounts.lockByExternalIds(db, {
    directoryId: domain.id,
    externalIds: objects.map((object) => object.guid),
  })
  const names = [...reads.values()].flatMap((found) => (found !== undefined && 'user' in found ? [found.user] : []))
  const rivals = await findUsersByNames(db, {
    usernames: names.map((user) => user.username.toLowerCase()),
    emails: names.map((user) => user.email.toLowerCase()),
  })
  const ids = new Set([...accounts.map((account) => account.userId), ...rivals.map((user) => user.id)])
  const users = await lockUsers(db, [...ids].toSorted())
  const rivalAccounts = await userAccounts.lockByUsers(db, {
    directoryId: domain.id,
    userIds: rivals.map((user) => user.id),
  })
  return {
    reads,
    accountOf: new Map(accounts.map((account) => [account.externalId, account])),
    userOf: new Map(users.map((user) => [user.id, user])),
    byUsername: new Map(users.map((user) => [user.username.toLowerCase(), user])),
    byEmail: new Map(users.map((user) => [user.email.toLowerCase(), user])),
    accountOfUser: new Map(rivalAccounts.map((account) => [account.userId, account])),
  }
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

function read(object: MirrorObject, behaviour: ImportRun['domain']['behaviour'], now: Date): Read | undefined {
  const { attributes, guid, dn, unreadable } = object
  if (attributes === null || object.deleted) return undefined
  return readDomainUser({ guid, dn: dn ?? '', attributes, unreadable: unreadable ?? [] }, behaviour, now)
}

interface Facts {
  readonly run: ImportRun
  readonly known: Known
  readonly restricted: readonly Json[]
}

function decideObject({ run: { domain }, known, restricted }: Facts, object: MirrorObject, inGroup: boolean): Decided {
  const found = known.reads.get(object.guid)
  const user = found !== undefined && 'user' in found ? found.user : undefined
  const account = known.accountOf.get(object.guid)
  const sameUsername = user && known.byUsername.get(user.username.toLowerCase())
  const inScope = inGroup && object.inRoot && !object.deleted
  const isOutside = inGroup && !object.inRoot && !object.deleted && account === undefined
  const decision = isOutside
    ? outsideProblem(domain.rootDn)
    : decideUser({
        domainId: domain.id,
        domainName: domain.name,
        useCase: domain.useCase,
        behaviour: domain.behaviour,
        restricted,
        deleted: object.deleted,
        inScope,
        wasInScope: object.inScope,
        read: found,
        account,
        user: account && known.userOf.get(account.userId),
        sameUsername,
        sameEmail: user && known.byEmail.get(user.email.toLowerCase()),
        accountOfSameUsername: sameUsername && known.accountOfUser.get(sameUsername.id),
      })
  const samAccountName = object.attributes?.['sAMAccountName']
  const name = typeof samAccountName === 'string' ? samAccountName : (object.dn ?? object.guid)
  return { object, inScope, name, decision }
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
