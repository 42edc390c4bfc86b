import type { DirectoryAgent, DirectoryDetail } from '@lockstep/contract/hub/directory'
import { isWithinDn, ownName, parentDn } from './dn.ts'

/** The names of the accounts with which agents sign in to the domain, as the commands make them. */
export const serviceAccounts: Readonly<Record<DirectoryAgent['kind'], string>> = {
  IMPORT: 'lockstep-import',
  SYNC: 'lockstep-sync',
}

/** What the commands that prepare a domain need to know. */
export interface PreparedDomain {
  readonly baseDn: string
  readonly kinds: readonly DirectoryAgent['kind'][]
  /** Below which users are made and written. */
  readonly userPlaces: readonly string[]
  /** Below which groups are made and written. */
  readonly groupPlace: string
  readonly group: {
    readonly dn: string
    readonly name: string
    readonly place: string
    /** Its members are written with the groups of `groupPlace`. */
    readonly isCovered: boolean
  }
}

/** Where a service account lies. */
export function serviceAccountDn(kind: DirectoryAgent['kind'], baseDn: string): string {
  return `CN=${serviceAccounts[kind]},CN=Users,${baseDn}`
}

/**
 * The least that has to be there. Rights on the whole domain would be more than anybody should give, so they are asked for in the
 * container of new users where the root container is the domain itself.
 */
export function preparedDomain(
  directory: Pick<
    DirectoryDetail,
    'baseDn' | 'rootDn' | 'furtherRootDns' | 'integrationGroupDn' | 'userContainerDn' | 'groupContainerDn'
  > & { readonly configuration: Pick<DirectoryDetail['configuration'], 'agentsWanted'> },
): PreparedDomain {
  const { baseDn, rootDn, furtherRootDns, integrationGroupDn, userContainerDn, groupContainerDn } = directory
  const roots = [rootDn, ...furtherRootDns]
  const isWhole = roots.some((root) => isWithinDn(baseDn, root))
  return {
    baseDn,
    kinds: directory.configuration.agentsWanted,
    userPlaces: isWhole ? [userContainerDn] : outermost(roots),
    groupPlace: groupContainerDn,
    group: {
      dn: integrationGroupDn,
      name: ownName(integrationGroupDn),
      place: parentDn(integrationGroupDn),
      isCovered: isWithinDn(integrationGroupDn, groupContainerDn),
    },
  }
}

/** A right on a container holds below it, so containers within others need none of their own. */
function outermost(dns: readonly string[]): readonly string[] {
  return dns.filter(
    (dn, index) => !dns.some((other, at) => at !== index && isWithinDn(dn, other) && !isSame(dn, other, index < at)),
  )
}

function isSame(dn: string, other: string, isFirst: boolean): boolean {
  return isFirst && isWithinDn(other, dn)
}
