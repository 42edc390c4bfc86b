import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { open, readFile } from 'node:fs/promises'
import { EmbeddedPostgresError } from './embedded-error.ts'

export interface FolderLock {
  release(): Promise<void>
}

/**
 * Takes the lock of a data folder, or refuses when a live process holds it. The lock is the kernel's (`flock`), taken
 * by a short-lived child on the file descriptor that we share with it: it belongs to the open file, so it stays with us
 * when the child ends, and no crash can leave it behind. A file with a process id in it could not tell a dead holder
 * from a reused number.
 */
export async function lockFolder(file: string): Promise<FolderLock> {
  const handle = await open(file, 'a+', 0o600)
  try {
    const child = spawn('flock', ['--nonblock', '--exclusive', '3'], {
      stdio: ['ignore', 'ignore', 'ignore', handle.fd],
    })
    const [status] = (await once(child, 'exit')) as [number | null]
    if (status !== 0) {
      const holder = (await readFile(file, 'utf8')).trim()
      throw new EmbeddedPostgresError(
        'inUse',
        `Another Lockstep${holder === '' ? '' : ` (process ${holder})`} runs on this data folder; stop it first, or set LOCKSTEP_DATA to another folder. Its lock is ${file}`,
      )
    }
    await handle.truncate(0)
    await handle.writeFile(`${process.pid}\n`)
  } catch (error) {
    await handle.close()
    throw error
  }
  return { release: () => handle.close() }
}
