import type { HubClient } from '@lockstep/client/hub-client'
import { connectDirectory } from '@lockstep/ldap/directory-client'
import { DirectoryError } from '@lockstep/ldap/directory-error'
import { integer } from '@lockstep/ldap/number'
import { text } from '@lockstep/ldap/text'
import { pause } from '@lockstep/kernel/retry'
import { readFile } from 'node:fs/promises'
import { companyScope } from '../company/company-scope.ts'
import type { DomainController } from '../samba/domain-controller.ts'
import { demoCompany } from './demo-company.ts'
import { DemoError } from './demo-error.ts'
import { hubPeople, listUsers } from './hub-people.ts'

/** A slow machine with everything else going on needs a part of this. */
const limitMs = 180_000
const pollMs = 100
/** userAccountControl, ACCOUNTDISABLE (MS-ADTS, section 2.2.16). */
const disabled = 0x2

export interface Agreement {
  readonly hub: HubClient
  readonly directoryId: string
  readonly domain: DomainController
  readonly stop: AbortSignal
}

/** Waits until the hub has everybody of the domain, the domain everybody of the hub, and nothing is left to write. */
export async function waitForAgreement(agreement: Agreement): Promise<void> {
  const deadline = performance.now() + limitMs
  while (!agreement.stop.aborted) {
    const missing = await disagreement(agreement)
    if (missing === undefined) return
    if (performance.now() > deadline) throw new DemoError(`Hub and domain do not come into step: ${missing}`)
    await pause(pollMs, agreement.stop)
  }
}

/** What is still missing, in words. */
async function disagreement({ hub, directoryId, domain }: Agreement): Promise<string | undefined> {
  const directory = await hub.directories.get(directoryId)
  if (directory.lastFullReadAt === undefined) return 'the domain has not been read yet.'
  if (directory.pendingCount > 0) return `${directory.pendingCount} changes wait for the domain.`
  const known = new Set((await listUsers(hub, directoryId)).map((user) => user.username))
  const absent = companyScope(demoCompany).usernames.filter((username) => !known.has(username))
  if (absent.length > 0) return `${absent.length} people of the domain are not in the hub, such as ${absent[0]}.`
  const enabled = await enabledAccounts(domain)
  const unwritten = hubPeople.filter((person) => !enabled.has(person.username))
  if (unwritten.length === 0) return undefined
  return `${unwritten.length} people of the hub have no enabled account in the domain, such as ${unwritten[0]?.username}.`
}

/** The usernames of the hub's own people whose accounts in the domain are enabled. */
async function enabledAccounts(domain: DomainController): Promise<ReadonlySet<string>> {
  const { url, servername, administrator } = domain
  const filter = `(|${hubPeople.map((person) => `(sAMAccountName=${person.username})`).join('')})`
  const enabled = new Set<string>()
  try {
    await using directory = await connectDirectory({
      url,
      servername,
      ca: await readFile(domain.caFile, 'utf8'),
      bindDn: administrator.bindName,
      password: administrator.password,
      timeoutMs: 10_000,
    })
    const attributes = ['sAMAccountName', 'userAccountControl']
    for await (const page of directory.search({ base: domain.usersDn, scope: 'subtree', filter, attributes })) {
      for (const entry of page) {
        const isEnabled = ((integer(entry, 'userAccountControl') ?? disabled) & disabled) === 0
        if (isEnabled) enabled.add(text(entry, 'sAMAccountName') ?? '')
      }
    }
  } catch (error) {
    // A domain controller that is being started again is asked once more.
    if (!(error instanceof DirectoryError)) throw error
  }
  return enabled
}
