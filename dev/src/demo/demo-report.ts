import { open, rename } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { DomainController } from '../samba/domain-controller.ts'
import type { DemoHub } from './hub-program.ts'

/** Process numbers; those of programs that are being started again are absent. */
export interface DemoPids {
  readonly hub?: number | undefined
  readonly importAgent?: number | undefined
  readonly syncAgent?: number | undefined
  readonly domainController?: number | undefined
}

/** What runs, for people and for programs. */
export interface DemoReport {
  readonly hub: DemoHub
  readonly domain: DomainController | undefined
  /** Where the mails are shown that the hub sends. */
  readonly mailUrl: string
  readonly logs: string
  /** Where the data stay when the demo ends. */
  readonly keptIn: string | undefined
}

/** The addresses and credentials as lines of a table. */
export function renderTable({ hub, domain, mailUrl, logs, keptIn }: DemoReport): string {
  const rows: [string, string][] = [
    ['Admin portal', `${hub.publicUrl}/admin`],
    ['Administrator', hub.adminEmail],
    ['Password', hub.adminPassword],
    ['User portal', `${hub.publicUrl}/portal`],
    ['API', `${hub.url}/api and ${hub.url}/hub/v1`],
    ['API key', hub.apiKey],
    ['SCIM', `${hub.url}/scim/v2 with the API key as token`],
  ]
  if (domain) {
    rows.push(
      ['Active Directory', `${domain.realm.toLowerCase()} at ${domain.url}`],
      ['Authority', domain.caFile],
      ['Domain administrator', domain.administrator.bindName],
      ['Password', domain.administrator.password],
      ['Root container', domain.usersDn],
      ['Integration group', domain.integrationGroupDn],
    )
  }
  rows.push(['Mails', mailUrl], ['Logs', logs])
  if (keptIn !== undefined) rows.push(['Kept in', keptIn])
  const width = Math.max(...rows.map(([name]) => name.length))
  return rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}\n`).join('')
}

/** The same as JSON in a file that only its owner may read; it is there whole or not at all. */
export async function writeReport(file: string, { hub, domain, mailUrl }: DemoReport, pids: DemoPids): Promise<void> {
  const { url, adminEmail, adminPassword, apiKey } = hub
  const content = {
    hub: url,
    adminEmail,
    adminPassword,
    apiKey,
    scimUrl: `${url}/scim/v2`,
    // The built-in integration takes keys of administrators.
    scimToken: apiKey,
    ...(domain && {
      ldapUrl: domain.url,
      ldapCaFile: domain.caFile,
      baseDn: domain.baseDn,
      usersDn: domain.usersDn,
      integrationGroupDn: domain.integrationGroupDn,
      domainAdmin: domain.administrator.bindName,
      domainAdminPassword: domain.administrator.password,
    }),
    mailUrl,
    pids,
  }
  const path = resolve(file)
  const unfinished = `${path}.${process.pid}.tmp`
  const handle = await open(unfinished, 'w', 0o600)
  try {
    await handle.writeFile(`${JSON.stringify(content, undefined, 2)}\n`)
  } finally {
    await handle.close()
  }
  await rename(unfinished, path)
}
