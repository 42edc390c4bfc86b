import { createHash, randomBytes } from 'node:crypto'
import { mkdir, readdir, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { DemoError } from './demo-error.ts'

/** Where one demo keeps everything, locked for as long as this process lives. */
export interface DemoFolder {
  readonly path: string
  readonly logs: string
  /** For what the programs make under their TMPDIR, so that nothing of it stays behind. */
  readonly temporary: string
  /** Removes the folder unless it is kept. */
  close(): Promise<void>
}

export interface DemoFolderOptions {
  readonly keeps: boolean
  /** Where a kept demo lies. */
  readonly stateFolder: string
  /** Where the others lie. */
  readonly temporaryFolder: string
}

const prefix = 'lockstep-demo-'
const abandonedName = /^lockstep-demo-[0-9a-f]{8}$/
/** Samba's sockets lie deep below the folder, and their paths are short. */
const longestParentOctets = 40

/** Opens the kept folder, or makes one that is removed at the end; those of demos that were killed are removed first. */
export async function openDemoFolder(options: DemoFolderOptions): Promise<DemoFolder> {
  const { keeps, stateFolder } = options
  const temporary = Buffer.byteLength(options.temporaryFolder) <= longestParentOctets ? options.temporaryFolder : '/tmp'
  if (!keeps) await removeAbandoned(temporary)
  const path = keeps ? join(stateFolder, 'kept') : join(temporary, `${prefix}${randomBytes(4).toString('hex')}`)
  const lock = await lockPath(path)
  if (lock === undefined) {
    throw new DemoError(`The kept demo runs already. End it first, or start this one without --keep.`)
  }
  const logs = join(path, 'logs')
  const ownTemporary = join(path, 'tmp')
  // PostgreSQL runs as another user than root and has its socket in there: it may pass through, and list nothing.
  await mkdir(ownTemporary, { recursive: true, mode: 0o711 })
  await mkdir(logs, { recursive: true, mode: 0o700 })
  return {
    path,
    logs,
    temporary: ownTemporary,
    async close() {
      if (!keeps) await rm(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
      await unlock(lock)
    },
  }
}

async function removeAbandoned(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    if (!abandonedName.test(name)) continue
    const path = join(parent, name)
    const lock = await lockPath(path)
    if (lock === undefined) continue
    // Somebody else's folder stays, which harms nobody.
    await rm(path, { recursive: true, force: true }).catch(() => undefined)
    await unlock(lock)
  }
}

/**
 * Takes a name in Linux's abstract socket namespace: the kernel grants it once and takes it back however its holder dies.
 * A folder is locked before it is made, so that nobody takes it for an abandoned one.
 */
function lockPath(path: string): Promise<Server | undefined> {
  const server = createServer((socket) => socket.destroy())
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(undefined)
      else reject(error)
    })
    server.listen({ path: `\0${prefix}${createHash('sha256').update(path).digest('hex').slice(0, 32)}` }, () => {
      server.unref()
      resolve(server)
    })
  })
}

function unlock(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
  })
}
