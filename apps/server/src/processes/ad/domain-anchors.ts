import type { Queryable } from '../../platform/db/database.ts'
import { type Domain, type FurtherRoot, isWithin } from './domain.rules.ts'
import * as domains from './domain.store.ts'
import * as mirror from './mirror.store.ts'
import * as scope from './mirror-scope.store.ts'

/** Where a domain's users may be. */
export function rootsOf(domain: Domain): {
  readonly domainId: string
  readonly rootGuids: readonly string[]
  readonly wholeDomain: boolean
} {
  const roots = [{ dn: domain.rootDn, guid: domain.rootGuid }, ...domain.furtherRoots]
  return {
    domainId: domain.id,
    rootGuids: roots.flatMap(({ guid }) => (guid === null ? [] : [guid])),
    wholeDomain: roots.some(({ dn }) => isWithin(domain.baseDn, dn)),
  }
}

/**
 * Finds the configured containers and groups; from then on they are known by GUID, whatever they are called. One that is gone is found anew
 * by its name when there is another of that name; else its GUID is kept, so that whoever belonged to it is seen to have left.
 */
export async function anchorDomain(db: Queryable, domain: Domain): Promise<Domain> {
  const known = [
    domain.rootGuid,
    domain.integrationGroupGuid,
    domain.adminGroupGuid,
    ...domain.furtherRoots.map(({ guid }) => guid),
  ].filter((guid) => guid !== null)
  const present = await scope.listPresent(db, domain.id, known)
  const find = async (guid: string | null, dn: string): Promise<string | null> =>
    (guid !== null && present.has(guid)) || isWithin(domain.baseDn, dn)
      ? guid
      : ((await scope.findGuidByDn(db, domain.id, dn)) ?? guid)
  const rootGuid = await find(domain.rootGuid, domain.rootDn)
  const integrationGroupGuid = await find(domain.integrationGroupGuid, domain.integrationGroupDn)
  const furtherRoots: FurtherRoot[] = []
  for (const { dn, guid } of domain.furtherRoots) furtherRoots.push({ dn, guid: await find(guid, dn) })
  const anchored = { ...domain, rootGuid, integrationGroupGuid, furtherRoots }
  const next = { ...anchored, adminGroupGuid: await findAdminGroup(db, anchored, present) }
  if (isSame(domain, next)) return domain
  await domains.setAnchors(db, {
    domainId: domain.id,
    rootGuid,
    integrationGroupGuid,
    furtherRoots,
    adminGroupGuid: next.adminGroupGuid,
  })
  await markAffected(db, domain, next)
  return next
}

async function findAdminGroup(db: Queryable, domain: Domain, present: ReadonlySet<string>): Promise<string | null> {
  const { adminGroupGuid: guid, behaviour } = domain
  if (behaviour.adminGroup === '') return null
  if (guid !== null && present.has(guid)) return guid
  return (await scope.findGroupByName(db, rootsOf(domain), behaviour.adminGroup)) ?? guid
}

function isSame(before: Domain, after: Domain): boolean {
  return (
    before.rootGuid === after.rootGuid &&
    before.integrationGroupGuid === after.integrationGroupGuid &&
    before.adminGroupGuid === after.adminGroupGuid &&
    JSON.stringify(before.furtherRoots) === JSON.stringify(after.furtherRoots)
  )
}

/** Whoever is concerned by what was found is looked at; before anything was derived that is everybody anyway. */
async function markAffected(db: Queryable, before: Domain, after: Domain): Promise<void> {
  const changedGroup =
    before.integrationGroupGuid !== null && before.integrationGroupGuid !== after.integrationGroupGuid
  const groups = [
    ...(changedGroup ? [after.integrationGroupGuid] : []),
    ...(before.adminGroupGuid === after.adminGroupGuid ? [] : [after.adminGroupGuid]),
  ].filter((guid) => guid !== null)
  await mirror.markBelow(db, after.id, groups)
  const roots = after.furtherRoots.filter(
    ({ dn, guid }) => guid !== null && !before.furtherRoots.some((root) => root.dn === dn && root.guid === guid),
  )
  const isRootNew = before.rootGuid !== null && before.rootGuid !== after.rootGuid && after.rootGuid !== null
  await mirror.markInside(db, after.id, [
    ...(isRootNew && after.rootGuid !== null ? [after.rootGuid] : []),
    ...roots.flatMap(({ guid }) => (guid === null ? [] : [guid])),
  ])
  // Sudo belongs to the domain from now on, of everybody: whoever is no member has none.
  if (before.adminGroupGuid === null && after.adminGroupGuid !== null && before.lastFullReadAt !== null)
    await mirror.markAll(db, after.id)
}
