import { chmod, readFile, rm, writeFile } from 'node:fs/promises'
import { runCommand } from './run-command.ts'

/**
 * Debian packages of the test domain: Samba without its recommendations, the command that makes its certificate, and what encrypts passwords
 * for whoever captures them.
 */
export const directoryPackages: readonly string[] = [
  'samba',
  'samba-dsdb-modules',
  'samba-vfs-modules',
  'samba-ad-provision',
  'python3-samba',
  'openssl',
  'gpg',
  'gpg-agent',
  'gpgconf',
]

/** Debian packages of the browser tests; without a font every letter is a box. */
export const browserPackages: readonly string[] = ['chromium', 'fonts-dejavu-core']

/** Debian packages of the documented examples in tests/curl. */
export const examplePackages: readonly string[] = ['curl']

const servicePolicyFile = '/usr/sbin/policy-rc.d'
const servicePolicy = `#!/bin/sh
# Lockstep: no service starts while its prerequisites are being installed.
exit 101
`
const installTimeoutMs = 900_000

/** The packages of a list that are not installed. */
export async function missingPrerequisites(
  packages: readonly string[] = directoryPackages,
): Promise<readonly string[]> {
  const isInstalled = await Promise.all(packages.map(isPackageInstalled))
  return packages.filter((_, index) => !isInstalled[index])
}

/** The command a person runs to install packages. */
export function installCommand(packages: readonly string[]): string {
  return `sudo apt-get update && sudo apt-get install -y --no-install-recommends ${packages.join(' ')}`
}

/**
 * Installs what is missing when we are root on Debian; returns `undefined` when everything is there afterwards, otherwise
 * one line for the person at the terminal. Throws `command-failed` when the installation fails.
 */
export async function installPrerequisites(
  packages: readonly string[],
  log: (line: string) => void,
): Promise<string | undefined> {
  const missing = await missingPrerequisites(packages)
  if (missing.length === 0) return undefined
  if (process.getuid?.() !== 0) return `Missing packages; install them with: ${installCommand(missing)}`
  log(`Installing ${missing.join(', ')}`)
  const environment = { DEBIAN_FRONTEND: 'noninteractive' }
  const options = { environment, timeoutMs: installTimeoutMs, outlivesParent: true }
  const patience = ['-o', 'DPkg::Lock::Timeout=300']
  await withoutServiceStarts(async () => {
    // One unreachable source must not stop an installation that the others can serve.
    await runCommand('apt-get', ['update', ...patience], options).catch((error: Error) => log(error.message))
    await runCommand('apt-get', ['install', '-y', '--no-install-recommends', ...patience, ...missing], options)
  })
  return undefined
}

async function isPackageInstalled(name: string): Promise<boolean> {
  try {
    return (await runCommand('dpkg-query', ['-W', '-f=${db:Status-Status}', name])).trim() === 'installed'
  } catch {
    // dpkg-query fails for a package it has never heard of, and is absent where there is no Debian.
    return false
  }
}

/** Debian asks this file whether a service may start (Debian policy, section 9.3.3.1); one that is there already stays. */
async function withoutServiceStarts(work: () => Promise<void>): Promise<void> {
  const present = await readFile(servicePolicyFile, 'utf8').catch(() => undefined)
  const isOurs = present === undefined || present === servicePolicy
  if (isOurs) {
    await writeFile(servicePolicyFile, servicePolicy)
    await chmod(servicePolicyFile, 0o755)
  }
  try {
    await work()
  } finally {
    if (isOurs) await rm(servicePolicyFile, { force: true })
  }
}
