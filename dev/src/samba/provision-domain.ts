import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { DirectorySeed } from './directory-seed.ts'
import type { DomainPlan } from './domain-plan.ts'
import { runCommand } from './run-command.ts'
import {
  attributeStoreSettings,
  interfaceSettings,
  sambaConfiguration,
  type SambaExtras,
} from './samba-configuration.ts'

const python = '/usr/bin/python3'
/** Long enough for tens of thousands of users. */
const scriptTimeoutMs = 600_000

/** The paths inside a domain's folder that others need. */
export function domainPaths(folder: string): { readonly configuration: string; readonly database: string } {
  return { configuration: join(folder, 'etc', 'smb.conf'), database: join(folder, 'private', 'sam.ldb') }
}

/** Runs one of this folder's Python scripts, or any other by absolute path, with a JSON request on its standard input. */
export function runScript(script: string, request: object): Promise<string> {
  const path = script.startsWith('/') ? script : join(import.meta.dirname, script)
  return runCommand(python, ['-B', path], { input: JSON.stringify(request), timeoutMs: scriptTimeoutMs })
}

/** Writes smb.conf for the address; the domain must be stopped. */
export async function writeConfiguration(
  plan: DomainPlan,
  folder: string,
  surroundings: { readonly address: string; readonly extras?: SambaExtras | undefined },
): Promise<void> {
  await mkdir(join(folder, 'etc'), { recursive: true })
  await writeFile(domainPaths(folder).configuration, sambaConfiguration(plan, folder, surroundings))
}

/** Makes a new domain in an empty folder and fills it with the seed; nothing is started. */
export async function provisionDomain(
  plan: DomainPlan,
  folder: string,
  address: string,
  seed: DirectorySeed,
): Promise<void> {
  const settings = { ...interfaceSettings(address), ...attributeStoreSettings(folder), 'ldb:nosync': 'true' }
  const names = [`--realm=${plan.realm}`, `--domain=${plan.netbiosName}`, `--host-name=${plan.hostName}`]
  // No password here: arguments are visible to everybody on the machine. The seed replaces the generated one.
  await runCommand('samba-tool', [
    'domain',
    'provision',
    `--targetdir=${folder}`,
    ...names,
    `--host-ip=${address}`,
    '--server-role=dc',
    '--dns-backend=NONE',
    ...Object.entries(settings).map(([name, value]) => `--option=${name}=${value}`),
  ])
  await chmod(folder, 0o700)
  await writeConfiguration(plan, folder, { address })
  await runScript('seed-domain.py', { ...domainPaths(folder), seed })
}
