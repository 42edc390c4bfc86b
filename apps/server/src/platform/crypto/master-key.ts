import { randomBytes } from 'node:crypto'
import { link, mkdir, open, stat, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import { VaultError } from './vault-error.ts'

const keyBytes = 32
const othersMask = 0o077

/**
 * Reads the master key (32 bytes in base64) from its file, and makes the file, mode 0600, when it is missing. Rejects
 * with `VaultError` when somebody else can read it or it holds no such key.
 */
export async function loadMasterKey(file: string): Promise<Buffer> {
  if ((await stat(file).catch(() => undefined)) === undefined) await createMasterKey(file)
  const handle = await open(file, 'r')
  try {
    // Of the open file, so that nobody can exchange it between check and reading.
    const { mode, uid } = await handle.stat()
    if ((mode & othersMask) !== 0) {
      throw new VaultError(
        'exposedMasterKey',
        `Others can read the master key ${file}; give it mode 0600 (chmod 600), and consider it known.`,
      )
    }
    if (uid !== process.getuid?.() && uid !== 0) {
      throw new VaultError(
        'exposedMasterKey',
        `The master key ${file} belongs to another user; it must belong to the one who runs the hub.`,
      )
    }
    const text = (await handle.readFile('utf8')).trim()
    const key = Buffer.from(text, 'base64')
    if (key.length !== keyBytes || key.toString('base64') !== text) {
      throw new VaultError('malformedMasterKey', `The master key ${file} is not 32 bytes in base64.`)
    }
    return key
  } finally {
    await handle.close()
  }
}

/**
 * Complete and durable under another name first, then linked: of two hubs that start at once, both use the key of the
 * first.
 */
async function createMasterKey(file: string): Promise<void> {
  // With an external database nobody else makes the data folder.
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  const unfinished = `${file}.${randomBytes(6).toString('hex')}`
  const handle = await open(unfinished, 'wx', 0o600)
  try {
    await handle.writeFile(`${randomBytes(keyBytes).toString('base64')}\n`)
    await handle.sync()
  } finally {
    await handle.close()
  }
  try {
    await link(unfinished, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    await unlink(unfinished)
  }
  const folder = await open(dirname(file), 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
