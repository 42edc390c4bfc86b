import { createHash, randomUUID } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { DomainSecrets } from './directory-seed.ts'
import { runCommand } from './run-command.ts'

// An entry is a folder `<key>/` with `domain.tgz` and `secrets.json`, made under another name and renamed whole: two
// demos that fill the cache at once can never leave the files of one beside the passwords of the other.

const sources = [
  'delegated-rights.ts',
  'directory-seed.ts',
  'domain-plan.ts',
  'provision-domain.ts',
  'samba-configuration.ts',
  'seed-domain.py',
]
const archiveName = 'domain.tgz'
const secretsName = 'secrets.json'
/** Each entry is about 3 MB. */
const entriesKept = 8
/** Ordinary passwords expire after 42 days, and the domain must stay usable for a while after it was restored. */
const entryLifetimeMs = 21 * 24 * 3600 * 1000

/** The key of a domain: it changes with our scripts, with Samba's version and with the content of the seed. */
export async function domainCacheKey(content: object): Promise<string> {
  const hash = createHash('sha256')
  hash.update(await runCommand('samba', ['--version']))
  for (const source of sources) hash.update(await readFile(join(import.meta.dirname, source)))
  hash.update(JSON.stringify(content))
  return hash.digest('hex').slice(0, 32)
}

/**
 * Unpacks a stored domain into `folder` and returns its secrets, or `undefined` when there is none (any more). A damaged
 * entry is removed before the error is thrown; the folder then holds a part of it.
 */
export async function restoreDomain(
  cacheFolder: string,
  key: string,
  folder: string,
): Promise<DomainSecrets | undefined> {
  const entry = join(cacheFolder, key)
  const made = await stat(join(entry, archiveName)).catch(undefinedWhenAbsent)
  if (!made) return undefined
  if (Date.now() - made.mtimeMs > entryLifetimeMs) {
    await rm(entry, { recursive: true, force: true })
    return undefined
  }
  try {
    const secrets = JSON.parse(await readFile(join(entry, secretsName), 'utf8')) as DomainSecrets
    await runCommand('tar', ['-xzf', join(entry, archiveName), '--xattrs', '-C', folder])
    const now = new Date()
    await utimes(entry, now, now)
    return secrets
  } catch (error) {
    await rm(entry, { recursive: true, force: true })
    throw error
  }
}

/** Stores a stopped domain under the key; harmless when somebody else has just done so. */
export async function storeDomain(
  cacheFolder: string,
  key: string,
  folder: string,
  secrets: DomainSecrets,
): Promise<void> {
  const unfinished = join(cacheFolder, `${key}.${randomUUID()}.tmp`)
  await mkdir(unfinished, { recursive: true, mode: 0o700 })
  try {
    const archive = join(unfinished, archiveName)
    await writeFile(archive, '', { mode: 0o600 })
    await writeFile(join(unfinished, secretsName), JSON.stringify(secrets), { mode: 0o600 })
    const left = ['run', 'log', 'tls', 'domain.json', 'unfinished'].map((name) => `--exclude=./${name}`)
    await runCommand('tar', ['-czf', archive, '--xattrs', ...left, '-C', folder, '.'])
    await rename(unfinished, join(cacheFolder, key))
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true })
    if (!isTaken(error)) throw error
  }
  await removeOldEntries(cacheFolder)
}

async function removeOldEntries(cacheFolder: string): Promise<void> {
  const names = await readdir(cacheFolder)
  const entries = await Promise.all(
    names.map(async (name) => {
      const found = await stat(join(cacheFolder, name)).catch(undefinedWhenAbsent)
      return { name, usedMs: found?.mtimeMs ?? 0 }
    }),
  )
  const finished = entries.filter((entry) => /^[0-9a-f]{32}$/.test(entry.name)).toSorted((a, b) => b.usedMs - a.usedMs)
  const old = finished.slice(entriesKept)
  const abandoned = entries.filter(
    (entry) => /^[0-9a-f]{32}\..*\.tmp$/.test(entry.name) && Date.now() - entry.usedMs > 3_600_000,
  )
  for (const { name } of [...old, ...abandoned]) await rm(join(cacheFolder, name), { recursive: true, force: true })
}

function isTaken(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code
  return code === 'ENOTEMPTY' || code === 'EEXIST'
}

function undefinedWhenAbsent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error
  return undefined
}
