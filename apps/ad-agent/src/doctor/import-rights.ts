import type { DomainSettings } from '@lockstep/contract/agents/protocol'
import { showDeleted } from '@lockstep/ldap/control'
import type { DirectoryClient } from '@lockstep/ldap/directory-client'
import { DirectoryError } from '@lockstep/ldap/directory-error'
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
