import type { DomainPlan } from './domain-plan.ts'

/**
 * Extended attributes go to a database file, so that the domain works on file systems without them; both provisioning
 * and the running server must say so.
 */
export function attributeStoreSettings(folder: string): Readonly<Record<string, string>> {
  return { 'vfs objects': 'dfs_samba4 xattr_tdb', 'xattr_tdb:file': `${folder}/state/xattr.tdb` }
}

/** Binds everything to one loopback address, so that several domains run side by side. */
export function interfaceSettings(address: string): Readonly<Record<string, string>> {
  return { interfaces: `${address}/8`, 'bind interfaces only': 'yes' }
}

/** Further settings of smb.conf, and of the environment in which the server runs. */
export interface SambaExtras {
  readonly settings?: Readonly<Record<string, string>>
  readonly environment?: Readonly<Record<string, string>>
}

/**
 * The text of smb.conf for a domain controller that keeps every file below `folder` and serves LDAP and Kerberos only; further settings
 * count more.
 */
export function sambaConfiguration(
  plan: DomainPlan,
  folder: string,
  { address, extras }: { readonly address: string; readonly extras?: SambaExtras | undefined },
): string {
  const settings = {
    realm: plan.realm,
    workgroup: plan.netbiosName,
    'netbios name': plan.hostName,
    'server role': 'active directory domain controller',
    'server services': 'ldap, cldap, kdc',
    ...interfaceSettings(address),
    'private dir': `${folder}/private`,
    'state directory': `${folder}/state`,
    'cache directory': `${folder}/cache`,
    'lock directory': `${folder}/run`,
    'pid directory': `${folder}/run`,
    'ncalrpc dir': `${folder}/run/ncalrpc`,
    'winbindd socket directory': `${folder}/run/winbindd`,
    'binddns dir': `${folder}/bind-dns`,
    'log file': `${folder}/log/samba.log`,
    'disable netbios': 'yes',
    // The end point mapper's port 135 would be the only one that another service could want.
    'dcerpc endpoint servers': '-epmapper',
    'tls keyfile': `${folder}/tls/key.pem`,
    'tls certfile': `${folder}/tls/cert.pem`,
    'tls cafile': `${folder}/tls/ca.pem`,
    ...attributeStoreSettings(folder),
    ...extras?.settings,
  }
  const lines = Object.entries(settings).map(([name, value]) => `  ${name} = ${value}\n`)
  return `[global]\n${lines.join('')}`
}
