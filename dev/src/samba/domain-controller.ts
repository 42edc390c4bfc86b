import { randomBytes } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Company } from '../company/company.ts'
import { leaseAddress } from './address-lease.ts'
import type { AddressLease } from './address-lease.ts'
import { directorySeed } from './directory-seed.ts'
import type { DomainSecrets } from './directory-seed.ts'
import { domainCacheKey, restoreDomain, storeDomain } from './domain-cache.ts'
import { DomainControllerError } from './domain-controller-error.ts'
import { planDomain } from './domain-plan.ts'
import type { DomainPlan } from './domain-plan.ts'
import { installCommand, missingPrerequisites } from './prerequisites.ts'
import { provisionDomain, writeConfiguration } from './provision-domain.ts'
import { RunningDomain } from './running-domain.ts'
import type { SambaExtras } from './samba-configuration.ts'
import { writeServerCertificate } from './server-certificate.ts'

/** What a test domain is made of. */
export type DomainControllerOptions = {
  /** Holds the whole domain; absolute and short, because unix sockets lie in it. Made when absent. */
  readonly folder: string
  /** Where seeded domains are kept, so that the next start takes a second; may be shared. */
  readonly cacheFolder: string
  readonly realm?: string
  /** A loopback address; the first free one by default. */
  readonly address?: string
  /** Where the search for a free address 127.0.0.x begins; 11 by default. */
  readonly firstAddressNumber?: number
  readonly company?: Company | undefined
  /** How this one differs from others, while it runs. */
  readonly extras?: SambaExtras
  readonly log: (line: string) => void
}

/** A running Active Directory domain. */
export type DomainController = RunningDomain

/** What a folder must remember to be started again: kept in `domain.json`, readable by its owner only. */
type StoredDomain = { readonly realm: string; readonly address: string; readonly secrets: DomainSecrets }

const defaultRealm = 'LOCKSTEP.EXAMPLE'
/** A unix socket's path has at most 107 octets, and Samba's lie up to 32 below the folder. */
const folderPathLimit = 75
const storedName = 'domain.json'
const unfinishedName = 'unfinished'

/**
 * Starts a domain: the one in the folder when there is one, else one restored from the cache, else a new one that is then
 * cached. Throws `DomainControllerError` when root, packages, a short folder path or a free address are missing.
 */
export async function startDomainController(options: DomainControllerOptions): Promise<DomainController> {
  await requireSurroundings(options.folder)
  const stored = await readStored(options.folder)
  const plan = planDomain(stored?.realm ?? options.realm ?? defaultRealm)
  const lease = await leaseFor(options, stored)
  try {
    const { folder } = options
    const hasCertificate = stored?.address === lease.address
    // Both are waited for even when one fails: nothing may go on in a folder whose start has been refused.
    const [made, certificate] = await Promise.allSettled([
      stored?.secrets ?? makeDomain(options, plan, lease.address),
      hasCertificate || writeServerCertificate(join(folder, 'tls'), plan.servername, lease.address),
    ])
    if (made.status === 'rejected') throw made.reason
    if (certificate.status === 'rejected') throw certificate.reason
    const secrets = made.value
    await writeConfiguration(plan, folder, { address: lease.address, extras: options.extras })
    await writeStored(folder, { realm: plan.realm, address: lease.address, secrets })
    await rm(join(folder, unfinishedName), { force: true })
    const { environment } = options.extras ?? {}
    const domain = new RunningDomain({ plan, folder, lease, secrets, environment })
    await domain.restart()
    options.log(`Directory ${plan.realm} answers at ${domain.url}`)
    return domain
  } catch (error) {
    await lease.release()
    throw error
  }
}

async function requireSurroundings(folder: string): Promise<void> {
  if (process.getuid?.() !== 0) {
    throw new DomainControllerError('not-root', 'A domain controller needs root: its ports are below 1024.')
  }
  const missing = await missingPrerequisites()
  if (missing.length > 0) {
    const message = `A domain controller needs packages that are missing; install them with: ${installCommand(missing)}`
    throw new DomainControllerError('prerequisites-missing', message)
  }
  if (folder.startsWith('/') && Buffer.byteLength(folder) <= folderPathLimit) return
  const message = `The directory's folder must be an absolute path of at most ${folderPathLimit} octets, not ${folder}`
  throw new DomainControllerError('folder-path-too-long', message)
}

/** A folder keeps its address when it can, for whatever was told it, unless another is asked for. */
async function leaseFor(options: DomainControllerOptions, stored: StoredDomain | undefined): Promise<AddressLease> {
  if (options.address !== undefined || stored === undefined) {
    return leaseAddress(options.address, options.firstAddressNumber)
  }
  try {
    return await leaseAddress(stored.address)
  } catch (error) {
    if (!(error instanceof DomainControllerError) || error.code !== 'address-taken') throw error
    return leaseAddress(undefined, options.firstAddressNumber)
  }
}

async function makeDomain(options: DomainControllerOptions, plan: DomainPlan, address: string): Promise<DomainSecrets> {
  const { folder, cacheFolder, company, log } = options
  await clearFolder(folder)
  const key = await domainCacheKey({ realm: plan.realm, company })
  try {
    const restored = await restoreDomain(cacheFolder, key, folder)
    if (restored) return restored
  } catch (error) {
    log(`The cached domain is damaged: ${error instanceof Error ? error.message : String(error)}`)
    await clearFolder(folder)
  }
  log(`Making the domain ${plan.realm}`)
  const secrets = makeSecrets(company)
  await provisionDomain(plan, folder, address, directorySeed(plan, secrets, company))
  await storeDomain(cacheFolder, key, folder, secrets)
  return secrets
}

/** Empties a folder in which an earlier start was interrupted; refuses one that holds something else. */
async function clearFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const names = (await readdir(folder)).filter((name) => name !== 'tls')
  if (names.length > 0 && !names.includes(unfinishedName)) {
    throw new DomainControllerError('folder-in-use', `The folder ${folder} holds something other than a test domain.`)
  }
  await writeFile(join(folder, unfinishedName), '')
  const leftovers = names.filter((name) => name !== unfinishedName)
  await Promise.all(leftovers.map((name) => rm(join(folder, name), { recursive: true, force: true })))
}

function makeSecrets(company: Company | undefined): DomainSecrets {
  const people = (company?.people ?? []).filter((person) => person.logsIn)
  return {
    administrator: makePassword(),
    importAccount: makePassword(),
    syncAccount: makePassword(),
    people: Object.fromEntries(people.map((person) => [person.username, makePassword()])),
  }
}

/** 144 random bits; the end makes sure of the four kinds of characters that the domain asks for. */
function makePassword(): string {
  return `${randomBytes(18).toString('base64url')}-aA1`
}

async function readStored(folder: string): Promise<StoredDomain | undefined> {
  try {
    return JSON.parse(await readFile(join(folder, storedName), 'utf8')) as StoredDomain
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    return undefined
  }
}

async function writeStored(folder: string, stored: StoredDomain): Promise<void> {
  const path = join(folder, storedName)
  await writeFile(`${path}.tmp`, JSON.stringify(stored), { mode: 0o600 })
  await rename(`${path}.tmp`, path)
}
