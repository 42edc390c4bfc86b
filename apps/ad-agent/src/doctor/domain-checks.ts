import type { AgentKind, DomainSettings } from '@lockstep/contract/agents/protocol'
import type { DirectoryClient } from '@lockstep/ldap/directory-client'
import { isBelow, isSameDn } from '@lockstep/ldap/distinguished-name'
import { texts } from '@lockstep/ldap/text'
import { type Finding, ok, skipped, wrong } from './finding.ts'

const inPortal = 'Correct it in the portal: the directory, Settings.'

/** Whether what the hub is set to is in the domain. */
export async function checkDomain(
  client: DirectoryClient,
  settings: DomainSettings,
  kind: AgentKind,
): Promise<readonly Finding[]> {
  const { defaultNamingContext, dnsHostName } = await client.readRootDse()
  const findings = [checkBase(defaultNamingContext, dnsHostName, settings)]
  const roots = rootsOf(settings)
  for (const dn of roots) findings.push(await checkContainer(client, 'root container', dn))
  // What lies below a container that is not there would only be more words for the same.
  if (findings.some(({ state }) => state === 'wrong'))
    return [...findings, skipped('containers and integration group', 'they have to be below the root container')]
  if (kind === 'SYNC') {
    findings.push(await checkPlace(client, 'container of new users', settings.userContainerDn, roots))
    findings.push(await checkPlace(client, 'container of new groups', settings.groupContainerDn, roots))
  }
  return [...findings, await checkGroup(client, settings)]
}

function rootsOf({ rootDn, furtherRootDns = [] }: DomainSettings): readonly string[] {
  return [rootDn, ...furtherRootDns]
}

async function checkPlace(
  client: DirectoryClient,
  name: string,
  dn: string,
  roots: readonly string[],
): Promise<Finding> {
  const found = await checkContainer(client, name, dn)
  if (found.state !== 'ok' || roots.some((root) => isSameDn(dn, root) || isBelow(dn, root))) return found
  return wrong(name, `${dn} is not below the root container ${roots[0]}`, inPortal)
}

function checkBase(found: string, host: string, { baseDn }: DomainSettings): Finding {
  const name = 'domain'
  if (isSameDn(found, baseDn)) return ok(name, `${host} serves ${found}`)
  return wrong(
    name,
    `${host} serves ${found}, the directory in the hub is ${baseDn}`,
    'Give the agent a domain controller of that domain: AGENT credentials --config FILE --ldap ldaps://HOST',
  )
}

async function checkContainer(client: DirectoryClient, name: string, dn: string): Promise<Finding> {
  const entry = await client.read(dn, ['objectClass'])
  if (entry !== undefined) return ok(name, entry.dn)
  return wrong(
    name,
    `${dn} is not there, or the service account may not see it`,
    inPortal,
    `Look whether it was renamed: dsquery ou -name "${firstName(dn)}"   (Samba: samba-tool ou list)`,
  )
}

function firstName(dn: string): string {
  return /^[^=]+=((?:\\.|[^,\\])+)/.exec(dn)?.[1] ?? dn
}

async function checkGroup(client: DirectoryClient, settings: DomainSettings): Promise<Finding> {
  const { integrationGroupDn: dn, rootDn } = settings
  const name = 'integration group'
  const entry = await client.read(dn, ['objectClass'])
  const parent = dn.slice(dn.indexOf(',') + 1)
  const make = [
    `New-ADGroup -Name "${firstName(dn)}" -GroupScope Global -Path "${parent}"`,
    `(Samba: samba-tool group add ${firstName(dn)} --groupou="${parent.replace(/,DC=.*$/i, '')}")`,
  ]
  if (entry === undefined)
    return wrong(
      name,
      `${dn} is not there, or the service account may not see it`,
      'Make it, or correct its name in the portal: the directory, Settings.',
      ...make,
    )
  if (!texts(entry, 'objectClass').some((each) => each.toLowerCase() === 'group'))
    return wrong(name, `${dn} is no group`, inPortal, ...make)
  if (!rootsOf(settings).some((root) => isBelow(dn, root)))
    return wrong(
      name,
      `${dn} is not below the root container ${rootDn}`,
      `Move it: Move-ADObject "${dn}" -TargetPath "${rootDn}"   (Samba: samba-tool group move ${firstName(dn)} "${rootDn}"), and correct its name in the portal.`,
    )
  return ok(name, dn)
}
