/** Every name of a test domain, derived from its realm alone. */
export type DomainPlan = {
  readonly realm: string
  readonly dnsDomain: string
  readonly netbiosName: string
  readonly hostName: string
  /** The name in the server's certificate. */
  readonly servername: string
  readonly baseDn: string
  /** Root user container: what the hub may see and write lies below it. */
  readonly usersDn: string
  readonly peopleDn: string
  readonly groupsDn: string
  readonly leaversDn: string
  /** People of partner firms: a place outside the root user container. */
  readonly contractorsDn: string
  readonly serviceAccountsDn: string
  readonly integrationGroupDn: string
  readonly importAccountDn: string
  readonly syncAccountDn: string
}

export const integrationGroupName = 'Lockstep'
export const importAccountName = 'lockstep-import'
export const syncAccountName = 'lockstep-sync'

/** Derives the names of a domain from a realm such as `LOCKSTEP.EXAMPLE`; NetBIOS names have at most 15 characters. */
export function planDomain(realm: string): DomainPlan {
  const labels = realm.toLowerCase().split('.')
  const dnsDomain = labels.join('.')
  const hostName = 'dc1'
  const baseDn = labels.map((label) => `DC=${label}`).join(',')
  const usersDn = `OU=Lockstep,${baseDn}`
  const serviceAccountsDn = `OU=Service Accounts,${baseDn}`
  return {
    realm: realm.toUpperCase(),
    dnsDomain,
    netbiosName: (labels[0] ?? '').toUpperCase().slice(0, 15),
    hostName,
    servername: `${hostName}.${dnsDomain}`,
    baseDn,
    usersDn,
    peopleDn: `OU=People,${usersDn}`,
    groupsDn: `OU=Groups,${usersDn}`,
    leaversDn: `OU=Leavers,${baseDn}`,
    contractorsDn: `OU=Contractors,${baseDn}`,
    serviceAccountsDn,
    integrationGroupDn: `CN=${integrationGroupName},OU=Groups,${usersDn}`,
    importAccountDn: `CN=${importAccountName},${serviceAccountsDn}`,
    syncAccountDn: `CN=${syncAccountName},${serviceAccountsDn}`,
  }
}
