import type { Refusal } from '@lockstep/contract/app-error'
import type { Queryable } from '../../platform/db/database.ts'
import { type Domain, isWithin } from './domain.rules.ts'
import { refuse, refusePlaces } from './domain-settings.rules.ts'
import * as scope from './mirror-scope.store.ts'

/**
 * Finds containers and groups that are not where they may be, or, once the domain was read, that are not there at all. `named` are the
 * settings that change: what was right before is not asked again.
 */
export async function findMisplaced(
  db: Queryable,
  domain: Domain,
  named: readonly string[],
): Promise<Refusal | undefined> {
  const misplaced = refusePlaces(domain, named)
  if (misplaced || domain.lastFullReadAt === null) return misplaced
  const scopes = [
    ['rootDn', domain.rootDn],
    ['integrationGroupDn', domain.integrationGroupDn],
    ...domain.furtherRoots.map(({ dn }, index) => [`furtherRootDns.${index}`, dn] as const),
    ...domain.containerRules.map((rule, index) => [`containerRules.${index}.containerDn`, rule.containerDn] as const),
  ] as const
  for (const [field, dn] of scopes) {
    if (!named.includes(field.split('.')[0] ?? '') || isWithin(domain.baseDn, dn)) continue
    if ((await scope.findGuidByDn(db, domain.id, dn)) === undefined)
      return refuse(field, 'there is no such object in the domain, as it was last read. Copy its distinguishedName.')
  }
  return undefined
}
