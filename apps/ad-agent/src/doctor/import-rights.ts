import type { DomainSettings } from '@lockstep/contract/agents/protocol'
import { showDeleted } from '@lockstep/ldap/control'
import type { DirectoryClient } from '@lockstep/ldap/directory-client'
import { DirectoryError } from '@lockstep/ldap/directory-error'
import { integer } from '@lockstep/ldap/number'
import type { Account } from './account.ts'
import { type Finding, note, ok, wrong } from './finding.ts'
import { deletedObjectsGrant, readGrant } from './grants.ts'
import { sampleUser } from './samples.ts'

/** Whether the account may read what an import needs: users, changes, and what was deleted. Nothing is changed. */
export async function checkImportRights(
  client: DirectoryClient,
  settings: DomainSettings,
  account: Account,
): Promise<readonly Finding[]> {
  return [
    await checkReading(client, settings, account),
    await checkChanges(client, settings.baseDn),
    await checkDeleted(client, settings.baseDn, account),
    await checkPasswordSettings(client, settings.baseDn, account),
  ]
}

async function checkReading(client: DirectoryClient, { rootDn }: DomainSettings, account: Account): Promise<Finding> {
  const name = 'reading users'
  const user = await sampleUser(client, rootDn, ['userAccountControl', 'sAMAccountName', 'objectGUID'])
  if (user === undefined)
    return note(
      name,
      `no user is visible below ${rootDn}; when there are some, the account may not read them`,
      ...readGrant(rootDn, account),
    )
  const unseen = ['userAccountControl', 'sAMAccountName', 'objectGUID'].filter(
    (attribute) => user.attributes.get(attribute.toLowerCase()) === undefined,
  )
  if (unseen.length === 0) return ok(name, `users below ${rootDn} are readable`)
  return wrong(
    name,
    `the account may not read ${unseen.join(', ')} of users below ${rootDn}`,
    ...readGrant(rootDn, account),
  )
}

async function checkChanges(client: DirectoryClient, base: string): Promise<Finding> {
  const name = 'following changes'
  try {
    const query = { base, filter: '(objectClass=domainDNS)', attributes: ['name', 'isDeleted'] }
    for await (const _page of client.dirSync(query)) break
    return ok(name, 'DirSync answers')
  } catch (error) {
    if (!(error instanceof DirectoryError)) throw error
    const fix =
      'The agent needs no right to replicate: it reads with its own rights. Check that the account is in Authenticated Users and that the address is a domain controller’s, not a global catalogue’s (3269).'
    return wrong(name, error.message, fix)
  }
}

async function checkDeleted(client: DirectoryClient, baseDn: string, account: Account): Promise<Finding> {
  const name = 'seeing deletions'
  const container = `CN=Deleted Objects,${baseDn}`
  const fix = deletedObjectsGrant(baseDn, account)
  try {
    const entry = await client.read(container, ['objectClass'], [showDeleted])
    if (entry !== undefined && entry.attributes.size > 0) return ok(name, `${container} may be read`)
  } catch (error) {
    if (!(error instanceof DirectoryError)) throw error
  }
  return wrong(
    name,
    `${container} may not be read, so deleted users would stay until the nightly complete read`,
    ...fix,
  )
}

/** Whether it can be told when the domain locks accounts that have settings of their own. */
async function checkPasswordSettings(client: DirectoryClient, baseDn: string, account: Account): Promise<Finding> {
  const name = 'password settings'
  const container = `CN=Password Settings Container,CN=System,${baseDn}`
  const fix = [
    'Where sign-ins are validated by the domain, accounts with settings of their own get one try a day until it may:',
    ...readGrant(container, account),
  ]
  if ((await client.read(container, ['cn'])) === undefined)
    return note(name, 'the account may not see whether accounts have password settings of their own', ...fix)
  let count = 0
  // Without a filter: none matches what may not be read.
  const query = { base: container, scope: 'one', attributes: ['msDS-LockoutThreshold'] } as const
  for await (const page of client.search(query))
    for (const entry of page) {
      if (integer(entry, 'msDS-LockoutThreshold') === undefined)
        return note(name, `the account may not read ${entry.dn}`, ...fix)
      count += 1
    }
  return ok(name, count === 0 ? 'there are none beside the domain’s own' : `${count} may be read`)
}
