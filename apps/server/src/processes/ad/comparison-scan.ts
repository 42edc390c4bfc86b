// Looks at users, accounts and groups of a domain and says what differs. The import's own decisions are asked for and taken back with
// everything that they touched, so that nothing is changed and nothing stays locked.
import type { Difference } from '@lockstep/contract/hub/comparison'
import type { Clock } from '@lockstep/kernel/clock'
import { groupAccounts, userAccounts } from '../../directory/bindings/account-import.service.ts'
import { systemActor } from '../../directory/access/access.rules.ts'
import { findGroups, listDirectoryRows } from '../../directory/groups/group-import.service.ts'
import type { JournalService } from '../../directory/journal/journal.service.ts'
import { findUsersById } from '../../directory/users/user-import.service.ts'
import type { Queryable } from '../../platform/db/database.ts'
import type { PlanService } from '../plans/plan.service.ts'
import { compareMembership, compareUserObject } from './comparison.rules.ts'
import * as source from './comparison-source.store.ts'
import { importedFields } from './configuration.rules.ts'
import { type Decided, decideUsers, namesOf } from './decide-users.ts'
import { rootsOf } from './domain-anchors.ts'
import * as domains from './domain.store.ts'
import { type DomainUser, isPrivilegedGroup, readDomainUser, type ReadFacts } from './import.rules.ts'
import type { ImportRun } from './import-run.ts'
import * as mirror from './mirror.store.ts'
import * as scope from './mirror-scope.store.ts'
import * as resolutions from './resolution.store.ts'
import * as translations from './translation.store.ts'

const rulesPerDomain = 500

export interface ScanNeeds {
  readonly clock: Clock
  readonly journal: JournalService
  readonly plans: PlanService
}

/** What the import would know now; undefined while a read is open, or when nobody knows who is in scope. */
export async function importRunNow(
  db: Queryable,
  { clock, journal, plans }: ScanNeeds,
  domainId: string,
): Promise<ImportRun | undefined> {
  const domain = await domains.find(db, domainId)
  if (domain === undefined || domain.openReadId !== null || domain.lastReadAt === null || domain.awaitsFullRead)
    return undefined
  const { integrationGroupGuid, behaviour } = domain
  const roots = rootsOf(domain)
  if (integrationGroupGuid === null || (roots.rootGuids.length === 0 && !roots.wholeDomain)) return undefined
  const systemGroups = await scope.listSystemGroups(db, domainId)
  return {
    domain,
    origin: { actor: systemActor('hub'), cause: { kind: 'directory', directoryId: domainId, text: 'Comparison' } },
    now: clock.now(),
    plans,
    journal,
    place: {
      ...roots,
      integrationGroupGuid,
      adminGroupGuid: behaviour.adminGroup === '' ? null : domain.adminGroupGuid,
    },
    rules: await translations.list(db, domainId, rulesPerDomain),
    privilegedGuids: systemGroups.filter(({ sid }) => isPrivilegedGroup(sid)).map(({ guid }) => guid),
    defaultState: 'ACTIVATED',
    noteExit: () => {},
    possibleExits: 0,
  }
}

/** What was found of one object: its differences, and what the import would take away because of it. */
export interface Finding {
  readonly decided: Decided
  readonly differences: readonly Difference[]
  /** The differences that are places in groups. */
  readonly memberships: readonly MembershipFinding[]
}

export interface MembershipFinding {
  readonly groupId: string
  readonly difference: Difference
}

/** Compares user objects with their users, groups included. */
export async function scanObjects(
  db: Queryable,
  run: ImportRun,
  objects: readonly source.ScannedObject[],
): Promise<readonly Finding[]> {
  if (objects.length === 0) return []
  const { domain } = run
  const guids = objects.map(({ guid }) => guid)
  const above = Map.groupBy(await mirror.listAncestors(db, domain.id, guids), ({ guid }) => guid)
  await source.beginTrial(db)
  const decided = await decideUsers(db, run, objects, above)
  const accounts = await userAccounts.lockByExternalIds(db, { directoryId: domain.id, externalIds: guids })
  await source.forgetTrial(db)
  const accountOf = new Map(accounts.map((account) => [account.externalId, account]))
  const userIds = [...accountOf.values()].flatMap(({ userId, userDeleted }) => (userDeleted ? [] : [userId]))
  const userOf = new Map((await findUsersById(db, userIds)).map((user) => [user.id as string, user]))
  const membershipsOf = await membershipComparer(db, run, { above, userIds })
  const decisions = await resolutions.listByGuids(db, domain.id, guids)
  const nameOf = new Map(decisions.map((row) => [row.guid, namesOf(row)]))
  const readsManager = importedFields(domain.behaviour).includes('manager')
  const objectOf = new Map(objects.map((object) => [object.guid, object]))
  return decided.map((row) => {
    const { object, inScope, decision, name } = row
    const account = accountOf.get(object.guid)
    const user = account && userOf.get(account.userId)
    const managed = objectOf.get(object.guid)
    const isManagerKnown = managed !== undefined && (managed.managerGuid === null || managed.managerId !== null)
    const differences = compareUserObject(domain, {
      guid: object.guid,
      ...{ name, inScope, decision, account, user, deleted: object.deleted },
      read: decision.kind === 'change' ? readNow(run, object, nameOf.get(object.guid)) : undefined,
      managerId: readsManager && isManagerKnown ? (managed?.managerId ?? null) : undefined,
      rules: run.rules,
    })
    const isIn = user !== undefined && decision.kind === 'change' && inScope && account?.wanted === true
    const members = isIn ? membershipsOf(object.guid, user.id, user.username) : []
    return {
      decided: row,
      differences: [...differences, ...members.map(({ difference }) => difference)],
      memberships: members,
    }
  })
}

type Names = ReadFacts['names']

/** The object as the import reads it, with the names that somebody chose for its user. */
function readNow({ domain, rules, now }: ImportRun, object: mirror.MirrorObject, names: Names): DomainUser | undefined {
  if (object.attributes === null) return undefined
  const { guid, dn, attributes, unreadable } = object
  const found = readDomainUser(
    { guid, dn: dn ?? '', attributes, unreadable: unreadable ?? [] },
    { behaviour: domain.behaviour, rules, names, now },
  )
  return 'user' in found ? found.user : undefined
}

type Above = ReadonlyMap<string, readonly mirror.Ancestor[]>

/** Compares places in the groups that hub and domain both have; derived ones count as places. */
async function membershipComparer(
  db: Queryable,
  { domain }: ImportRun,
  { above, userIds }: { readonly above: Above; readonly userIds: readonly string[] },
): Promise<(guid: string, userId: string, username: string) => readonly MembershipFinding[]> {
  const groupGuids = [...new Set([...above.values()].flat().map(({ groupGuid }) => groupGuid))]
  const ties = await groupAccounts.listByExternalIds(db, { directoryId: domain.id, externalIds: groupGuids })
  const groupOf = new Map(ties.map(({ externalId, groupId }) => [externalId, groupId]))
  const listed = userIds.length === 0 ? [] : await listDirectoryRows(db, { userIds, directoryId: domain.id })
  const rowsOf = Map.groupBy(listed, ({ userId }) => userId)
  const groupIds = [...new Set([...groupOf.values(), ...listed.map(({ groupId }) => groupId)])]
  const names = new Map((await findGroups(db, groupIds)).map((group) => [group.id as string, group.name]))
  const tied = await source.listTied(db, { domainId: domain.id, groupIds })
  return (guid, userId, username) => {
    const wanted = new Set((above.get(guid) ?? []).flatMap(({ groupGuid }) => groupOf.get(groupGuid) ?? []))
    const rows = Map.groupBy(rowsOf.get(userId) ?? [], ({ groupId }) => groupId)
    return [...new Set([...wanted, ...rows.keys()])].flatMap((groupId) => {
      // A group that is not there yet is missing itself.
      if (!tied.has(groupId)) return []
      const own = rows.get(groupId) ?? []
      const difference = compareMembership(
        domain,
        { guid, userId, username },
        {
          ...{ groupId, groupName: names.get(groupId) ?? groupId },
          there: wanted.has(groupId),
          rows: own,
          isAwaited: own.some(({ removing }) => removing),
        },
      )
      return difference === undefined ? [] : [{ groupId, difference }]
    })
  }
}
