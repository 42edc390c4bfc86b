// What the sync agent may do, asked of the domain controller without changing anything: it computes for the one who asks which children may
// be made and which attributes written (allowedChildClassesEffective and allowedAttributesEffective, MS-ADTS 3.1.1.4.5.7 and 3.1.1.4.5.9).
// The right to reset passwords is in neither; it is read from the access list. Where there is no user or group yet to ask about, the access
// list of the container tells what a new one will inherit.
import type { DomainSettings } from '@lockstep/contract/agents/protocol'
import type { DirectoryClient } from '@lockstep/ldap/directory-client'
import type { RawEntry } from '@lockstep/ldap/raw-entry'
import { texts } from '@lockstep/ldap/text'
import { type Account, accessListOnly } from './account.ts'
import { type Finding, note, ok, wrong } from './finding.ts'
import { createGrant, memberGrant, resetGrant, schemaIds, writeGrant } from './grants.ts'
import { sampleGroup, sampleUser } from './samples.ts'
import { type AccessEntry, accessEntries, isAllowed, rights } from './security-descriptor.ts'

type ChildClass = 'user' | 'group'

interface Surroundings {
  readonly client: DirectoryClient
  readonly settings: DomainSettings
  readonly account: Account
}

const writtenAttributes: Readonly<Record<ChildClass, readonly string[]>> = {
  user: [
    'sAMAccountName',
    'userPrincipalName',
    'givenName',
    'sn',
    'displayName',
    'mail',
    'userAccountControl',
    'pwdLastSet',
  ],
  group: ['sAMAccountName', 'description', 'member'],
}

/** Whether the account may write what the hub wants written. */
export async function checkSyncRights(surroundings: Surroundings): Promise<readonly Finding[]> {
  const { settings } = surroundings
  const findings: Finding[] = []
  for (const [child, dn] of [
    ['user', settings.userContainerDn],
    ['group', settings.groupContainerDn],
  ] as const) {
    findings.push(await checkCreating(surroundings, child, dn), await checkWriting(surroundings, child, dn))
  }
  return [...findings, await checkReset(surroundings), await checkMembers(surroundings)]
}

async function checkCreating({ client, account }: Surroundings, child: ChildClass, dn: string): Promise<Finding> {
  const name = `creating ${child}s`
  const entry = await client.read(dn, ['allowedChildClassesEffective'])
  const isAllowedThere =
    entry !== undefined && texts(entry, 'allowedChildClassesEffective').some((each) => each.toLowerCase() === child)
  if (isAllowedThere) return ok(name, `is allowed in ${dn}`)
  return wrong(name, `is not allowed in ${dn}`, ...createGrant(dn, child, account))
}

async function checkWriting(
  { client, account, settings }: Surroundings,
  child: ChildClass,
  dn: string,
): Promise<Finding> {
  const name = `writing ${child}s`
  const find = child === 'user' ? sampleUser : sampleGroup
  const sample = await find(client, dn, ['allowedAttributesEffective'])
  if (sample === undefined) return checkInherited({ client, account, settings }, child, dn)
  const allowed = new Set(texts(sample, 'allowedAttributesEffective').map((each) => each.toLowerCase()))
  const refused = writtenAttributes[child].filter((attribute) => !allowed.has(attribute.toLowerCase()))
  if (refused.length === 0) return ok(name, `is allowed, as seen at one below ${dn}`)
  return wrong(
    name,
    `${refused.join(', ')} may not be written below ${dn}, as seen at one there`,
    ...writeGrant(dn, child, account),
  )
}

async function checkInherited({ client, account }: Surroundings, child: ChildClass, dn: string): Promise<Finding> {
  const name = `writing ${child}s`
  const entries = await entriesOf(client, dn)
  if (entries === undefined)
    return note(name, `there is no ${child} below ${dn} yet to look at; run this again when there is one`)
  const { sids } = account
  if (isAllowed(entries, { sids, right: rights.writeProperty, childClass: schemaIds[child] }))
    return ok(name, `is allowed to what will be made below ${dn}`)
  return wrong(name, `may not be done below ${dn}`, ...writeGrant(dn, child, account))
}

async function checkReset({ client, account, settings }: Surroundings): Promise<Finding> {
  const name = 'resetting passwords'
  const { userContainerDn: dn } = settings
  const question = { sids: account.sids, right: rights.extended, objectType: schemaIds.resetPassword }
  const sample = await sampleUser(client, dn, ['objectGUID'])
  const place = sample?.dn ?? dn
  const entries = await entriesOf(client, place)
  if (entries === undefined) return note(name, `the access list of ${place} may not be read, so this is not known`)
  const childClass = sample === undefined ? { childClass: schemaIds.user } : {}
  if (isAllowed(entries, { ...question, ...childClass })) return ok(name, 'is allowed')
  return wrong(name, `is not allowed below ${dn}; an account that the hub makes needs one`, ...resetGrant(dn, account))
}

async function checkMembers({ client, account, settings }: Surroundings): Promise<Finding> {
  const name = 'writing the integration group'
  const dn = settings.integrationGroupDn
  const group: RawEntry | undefined = await client.read(dn, ['allowedAttributesEffective'])
  const isAllowedThere =
    group !== undefined && texts(group, 'allowedAttributesEffective').some((each) => each.toLowerCase() === 'member')
  if (isAllowedThere) return ok(name, 'its members may be written')
  return wrong(name, `the members of ${dn} may not be written`, ...memberGrant(dn, account))
}

async function entriesOf(client: DirectoryClient, dn: string): Promise<readonly AccessEntry[] | undefined> {
  const entry = await client.read(dn, ['nTSecurityDescriptor'], [accessListOnly])
  const bytes = entry?.attributes.get('ntsecuritydescriptor')?.[0]
  return bytes === undefined ? undefined : accessEntries(bytes)
}
