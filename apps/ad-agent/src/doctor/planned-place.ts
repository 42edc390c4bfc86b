import type { DomainSettings } from '@lockstep/contract/agents/protocol'
import type { DirectoryClient } from '@lockstep/ldap/directory-client'

/** Where an agent that is not enrolled yet is to work. */
export interface PlannedPlace {
  /** The domain itself when it was not said. */
  readonly rootDn: string | undefined
  readonly integrationGroupDn: string
}

/** The settings as the hub would give them, new accounts and groups below the root container; undefined when no place was said. */
export async function plannedSettings(
  client: DirectoryClient,
  place: PlannedPlace | undefined,
): Promise<DomainSettings | undefined> {
  if (place === undefined) return undefined
  const { defaultNamingContext: baseDn } = await client.readRootDse()
  const root = place.rootDn ?? baseDn
  const container = place.rootDn ?? `CN=Users,${baseDn}`
  return {
    domainId: '',
    baseDn,
    rootDn: root,
    integrationGroupDn: place.integrationGroupDn,
    userContainerDn: container,
    groupContainerDn: container,
    upnSuffix: '',
  }
}
