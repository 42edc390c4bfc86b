// Where the embedded PostgreSQL keeps its files:
//
//   DATA/hub.lock            held by the live hub
//   DATA/postgres/           0700, owned by PostgreSQL's user
//   DATA/postgres/cluster/   the database cluster
//   DATA/postgres/run/       its socket; or a short folder of its own, see `socketFolder`
//
// A root hub runs PostgreSQL as another user, which may be unable to reach DATA: the folder, or one above it, can be
// closed to all but root. Opening it is not ours to do, and keeping the cluster elsewhere would lose it with the next
// container or the next backup of DATA. So root opens DATA/postgres and hands the open folder to PostgreSQL, as file
// descriptor 3: the path /proc/self/fd/3/cluster reaches the cluster without passing through the folders above. Where
// the user can pass, the plain path is used.
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import {
  chmod,
  chown,
  mkdir,
  mkdtemp,
  open,
  readFile,
  realpath,
  rename,
  rm,
  stat,
  writeFile,
  type FileHandle,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readableBinaries, type PostgresBinaries } from './embedded-binaries.ts'
import { EmbeddedPostgresError } from './embedded-error.ts'
import { choosePostgresUser, userCan, type PostgresUser } from './embedded-user.ts'

export interface Cluster {
  readonly binaries: PostgresBinaries
  readonly user: PostgresUser
  /** The real path, as we see it. */
  readonly folder: string
  /** The same folder as PostgreSQL's user reaches it. */
  readonly reachableFolder: string
  readonly stateFolder: FileHandle
  readonly socketFolder: string
}

/** The superuser of the cluster. */
export const superuser = 'lockstep'

const port = 5432
/** The kernel's limit for the path of a socket, less the closing zero byte. */
const socketPathLimitBytes = 107
const shortParentLimitBytes = 60

/** Prepares the folders and, when there is no cluster yet, makes one. The caller holds the lock of the data folder. */
export async function openCluster(dataFolder: string, installed: PostgresBinaries): Promise<Cluster> {
  const state = join(await realpath(dataFolder), 'postgres')
  const folder = join(state, 'cluster')
  await refuseOtherMajor(folder, installed.major)
  const user = await choosePostgresUser(await stat(folder).catch(() => undefined))
  await makeOwnFolder(state, user)
  const stateFolder = await open(state, 'r')
  try {
    const binaries = await readableBinaries(installed, user)
    const reachable = (await userCan(user, '-x', state)) ? state : '/proc/self/fd/3'
    const cluster = {
      binaries,
      user,
      folder,
      reachableFolder: `${reachable}/cluster`,
      stateFolder,
      socketFolder: await socketFolder(state, user, reachable === state),
    }
    if (!(await isCluster(folder))) await initialise(cluster, reachable)
    return cluster
  } catch (error) {
    await stateFolder.close()
    throw error
  }
}

/**
 * Starts a program of PostgreSQL as its user, in a process group of its own so that Ctrl-C in a terminal reaches only
 * the hub.
 */
export function spawnPostgres(
  cluster: Pick<Cluster, 'binaries' | 'user' | 'stateFolder'>,
  program: 'postgres' | 'initdb',
  options: readonly string[],
): ChildProcess {
  const path = join(cluster.binaries.folder, 'bin', program)
  // The death signal ends PostgreSQL (a fast shutdown) when the hub is killed. It follows the thread: call this on the
  // main one.
  return spawn('setpriv', [...cluster.user.become, '--pdeathsig=INT', '--', path, ...options], {
    cwd: '/',
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe', cluster.stateFolder.fd],
    env: { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
  })
}

async function makeOwnFolder(path: string, user: PostgresUser): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 })
  await chown(path, user.uid, user.gid)
  await chmod(path, 0o700)
}

async function isCluster(folder: string): Promise<boolean> {
  return stat(join(folder, 'PG_VERSION')).then(
    () => true,
    () => false,
  )
}

async function refuseOtherMajor(folder: string, major: number): Promise<void> {
  const made = await readFile(join(folder, 'PG_VERSION'), 'utf8').catch(() => undefined)
  if (made === undefined) {
    if ((await stat(folder).catch(() => undefined)) === undefined) return
    throw new EmbeddedPostgresError(
      'damaged',
      `${folder} exists but is no PostgreSQL cluster; restore a backup into an empty data folder.`,
    )
  }
  const found = made.trim()
  if (found === String(major)) return
  // `pg_upgrade` is no way out: the package brings neither it nor the programs of the other version.
  const remedy =
    `Start the Lockstep that made it. To leave it, move the database to an external server while that Lockstep runs, ` +
    `with pg_dump and pg_restore of PostgreSQL ${found}, and name that server in DATABASE_URL.`
  throw new EmbeddedPostgresError(
    'version',
    `The data folder was made by PostgreSQL ${found}; this program brings PostgreSQL ${major}. ${remedy} The cluster is ${folder}`,
  )
}

/**
 * The socket stands beside the cluster, unless PostgreSQL's user cannot reach that folder or the path is too long for a
 * socket.
 */
async function socketFolder(state: string, user: PostgresUser, isReachable: boolean): Promise<string> {
  const beside = join(state, 'run')
  if (isReachable && Buffer.byteLength(`${beside}/.s.PGSQL.${port}`) <= socketPathLimitBytes) {
    await makeOwnFolder(beside, user)
    return beside
  }
  // A hub that was killed leaves its folder behind; its name is remembered, so that the next one removes it.
  const note = join(state, 'socket-folder')
  const left = await readFile(note, 'utf8').catch(() => '')
  if (/\/lockstep-socket-\w{6}$/.test(left)) await rm(left, { recursive: true, force: true })
  for (const parent of [tmpdir(), '/tmp', '/run']) {
    if (!(await userCan(user, '-x', parent)) || Buffer.byteLength(parent) > shortParentLimitBytes) continue
    const short = await mkdtemp(join(parent, 'lockstep-socket-'))
    await makeOwnFolder(short, user)
    await writeFile(note, short)
    return short
  }
  throw new EmbeddedPostgresError(
    'start',
    `No folder for PostgreSQL's socket: its user cannot enter ${tmpdir()}, /tmp or /run`,
  )
}

/**
 * Makes the cluster under another name and renames it when it is complete, so that an interruption leaves no half one.
 */
async function initialise(cluster: Cluster, reachable: string): Promise<void> {
  const unfinished = `${cluster.folder}.new`
  await rm(unfinished, { recursive: true, force: true })
  const child = spawnPostgres(cluster, 'initdb', [
    `--pgdata=${reachable}/cluster.new`,
    `--username=${superuser}`,
    // Whoever can open the socket, in a folder of mode 0700, is PostgreSQL's user or root and can read the files
    // anyway.
    '--auth-local=trust',
    '--auth-host=reject',
    '--encoding=UTF8',
    // The same order of text on every machine, and prefix searches that use ordinary indexes.
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--locale=C',
    '--data-checksums',
    '--no-instructions',
  ])
  let complaint = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (complaint += text))
  const [status] = (await once(child, 'close')) as [number | null]
  if (status !== 0) throw new EmbeddedPostgresError('start', `PostgreSQL could not be initialised: ${complaint.trim()}`)
  await rename(unfinished, cluster.folder)
}
