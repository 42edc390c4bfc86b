import { sequence, integer } from '@lockstep/ldap/ber-writer'
import type { Control } from '@lockstep/ldap/ldap-result'
import type { DirectoryClient } from '@lockstep/ldap/directory-client'
import { escapeFilterValue } from '@lockstep/ldap/escape'
import { fileTimeToDate } from '@lockstep/ldap/file-time'
import { bigInteger, integer as integerOf } from '@lockstep/ldap/number'
import type { RawEntry } from '@lockstep/ldap/raw-entry'
import { sid, sidOfBytes } from '@lockstep/ldap/sid'
import { text } from '@lockstep/ldap/text'

/** The service account as the domain has it. */
export interface Account {
  readonly dn: string
  readonly sid: string
  /** `CORP\name`, as dsacls wants it. */
  readonly principal: string
  /** Its own identity and those of its groups. */
  readonly sids: ReadonlySet<string>
  readonly isPrivileged: boolean
  readonly passwordEnds: Date | undefined
}

/** Asks for the access list of an object without its audit list, which needs a privilege (MS-ADTS 3.1.1.3.4.1.11). */
export const accessListOnly: Control = {
  oid: '1.2.840.113556.1.4.801',
  critical: true,
  value: sequence([integer(4)]),
}

const everyone = 'S-1-1-0'
const authenticatedUsers = 'S-1-5-11'

/** Finds the account that the agent signs in with; undefined when it may not see itself. */
export async function findAccount(
  client: DirectoryClient,
  bindDn: string,
  baseDn: string,
): Promise<Account | undefined> {
  const entry = await accountEntry(client, bindDn, baseDn)
  const own = entry === undefined ? undefined : sid(entry)
  if (entry === undefined || own === undefined) return undefined
  const root = await client.read('', ['tokenGroups', 'configurationNamingContext'])
  const token = (root?.attributes.get('tokengroups') ?? []).flatMap((bytes) => sidOfBytes(bytes) ?? [])
  const name = text(entry, 'sAMAccountName') ?? ''
  const netbios = await netbiosName(client, root, baseDn)
  const ends = bigInteger(entry, 'msDS-UserPasswordExpiryTimeComputed')
  return {
    dn: entry.dn,
    sid: own,
    principal: `${netbios}\\${name}`,
    sids: new Set([own, everyone, authenticatedUsers, ...token]),
    isPrivileged: integerOf(entry, 'adminCount') === 1,
    passwordEnds: ends === undefined ? undefined : fileTimeToDate(ends),
  }
}

const read = ['sAMAccountName', 'objectSid', 'adminCount', 'msDS-UserPasswordExpiryTimeComputed']

async function accountEntry(client: DirectoryClient, bindDn: string, baseDn: string): Promise<RawEntry | undefined> {
  if (bindDn.includes('=')) return client.read(bindDn, read)
  const name = bindDn.split('\\').at(-1) ?? bindDn
  const local = name.split('@')[0] ?? name
  const filter = `(|(userPrincipalName=${escapeFilterValue(name)})(sAMAccountName=${escapeFilterValue(local)}))`
  for await (const [entry] of client.search({ base: baseDn, scope: 'subtree', filter, attributes: read })) return entry
  return undefined
}

async function netbiosName(client: DirectoryClient, root: RawEntry | undefined, baseDn: string): Promise<string> {
  const fallback = (/^DC=([^,]+)/i.exec(baseDn)?.[1] ?? 'DOMAIN').toUpperCase()
  const configuration = root === undefined ? undefined : text(root, 'configurationNamingContext')
  if (configuration === undefined) return fallback
  const filter = `(&(objectClass=crossRef)(nCName=${escapeFilterValue(baseDn)}))`
  const query = { base: `CN=Partitions,${configuration}`, scope: 'one', filter, attributes: ['nETBIOSName'] } as const
  for await (const [entry] of client.search(query)) return (entry && text(entry, 'nETBIOSName')) ?? fallback
  return fallback
}
