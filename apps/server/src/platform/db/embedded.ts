// The PostgreSQL that comes with Lockstep: one server process, child of the hub, reached over a socket only.
//
// It stops with the hub (a fast shutdown), also when the hub is killed. When the server dies alone, it is started
// again; PostgreSQL recovers what was committed by itself. The bundled binaries carry an old OpenSSL, so the server
// never listens on a network address.
import { once } from 'node:events'
import { mkdir, readdir, rm, rmdir, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { ChildProcess } from 'node:child_process'
import pg from 'pg'
import { backoffMs, pause } from '@lockstep/kernel/retry'
import type { Log } from '../log/log.ts'
import { findPostgresBinaries, type PostgresBinaries } from './embedded-binaries.ts'
import { openCluster, spawnPostgres, superuser, type Cluster } from './embedded-cluster.ts'
import { EmbeddedPostgresError } from './embedded-error.ts'
import { endOrphan } from './embedded-orphan.ts'
import { lockFolder, type FolderLock } from './folder-lock.ts'

export interface EmbeddedPostgres {
  readonly connection: pg.PoolConfig
  /** The postmaster; another one after a restart. */
  readonly pid: number
  stop(): Promise<void>
  /** Stops and deletes everything PostgreSQL keeps, for demonstrations and tests. */
  remove(): Promise<void>
  /** Lets the process end while PostgreSQL runs; it then gets the death signal. */
  unref(): void
}

export interface EmbeddedPostgresOptions {
  /** Made when missing. It may be closed to everyone but root. */
  readonly dataFolder: string
  readonly log: Log
  /** Default: the installed ones. */
  readonly binaries?: PostgresBinaries
  /** Server settings over ours, such as `fsync: 'off'` for tests. */
  readonly settings?: Readonly<Record<string, string>>
}

const database = 'lockstep'
const readyText = 'database system is ready to accept connections'
/** Recovery replays at most `max_wal_size`; a slow disk takes minutes for it. */
const startLimitMs = 15 * 60_000
const fastStopMs = 15_000
const keptLines = 30

const settings: Readonly<Record<string, string>> = {
  listen_addresses: '',
  unix_socket_permissions: '0700',
  max_connections: '40',
  shared_buffers: '128MB',
  max_wal_size: '4GB',
  random_page_cost: '1.1',
  jit: 'off',
  timezone: 'UTC',
  logging_collector: 'off',
  log_checkpoints: 'off',
  // Without the level ERROR: messages and statements carry people's values; the hub logs what it did not expect.
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
}

/** Starts PostgreSQL on the data folder. Rejects with `EmbeddedPostgresError`. */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const binaries = options.binaries ?? (await findPostgresBinaries())
  await makeDataFolder(options.dataFolder)
  const lock = await lockFolder(join(options.dataFolder, 'hub.lock'))
  let cluster: Cluster | undefined
  try {
    cluster = await openCluster(options.dataFolder, binaries)
    await endOrphan({ cluster: cluster.folder, socketFolder: cluster.socketFolder, log: options.log })
    const server = new Server(cluster, lock, options)
    await server.start()
    return server
  } catch (error) {
    await cluster?.stateFolder.close()
    await lock.release()
    throw error
  }
}

/** A folder that we make lets PostgreSQL's user pass through but not look; one that exists stays as it is. */
async function makeDataFolder(path: string): Promise<void> {
  if ((await stat(path).catch(() => undefined)) !== undefined) return
  await mkdir(dirname(path), { recursive: true })
  await mkdir(path, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 })
}

class Server implements EmbeddedPostgres {
  readonly connection: pg.PoolConfig
  readonly #cluster: Cluster
  readonly #lock: FolderLock
  readonly #options: EmbeddedPostgresOptions
  readonly #stopping = new AbortController()
  #child: ChildProcess | undefined
  #isReferenced = true
  #supervision: Promise<void> = Promise.resolve()
  #stopped: Promise<void> | undefined

  constructor(cluster: Cluster, lock: FolderLock, options: EmbeddedPostgresOptions) {
    this.#cluster = cluster
    this.#lock = lock
    this.#options = options
    this.connection = { host: cluster.socketFolder, port: 5432, user: superuser, database }
  }

  get pid(): number {
    return this.#child?.pid ?? 0
  }

  async start(): Promise<void> {
    const child = await this.#launch()
    try {
      await createOwnDatabase(this.connection)
    } catch (error) {
      await endServer(child)
      throw error
    }
    this.#supervision = this.#supervise(child)
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#stop()
    return this.#stopped
  }

  async remove(): Promise<void> {
    await this.stop()
    const state = dirname(this.#cluster.folder)
    await rm(state, { recursive: true, force: true })
    await rm(join(this.#options.dataFolder, 'hub.lock'), { force: true })
    if ((await readdir(this.#options.dataFolder)).length === 0) await rmdir(this.#options.dataFolder)
  }

  unref(): void {
    this.#isReferenced = false
    if (this.#child !== undefined) unreference(this.#child)
  }

  async #stop(): Promise<void> {
    this.#stopping.abort()
    if (this.#child !== undefined) await endServer(this.#child)
    await this.#supervision
    await this.#cluster.stateFolder.close()
    if (basename(this.#cluster.socketFolder).startsWith('lockstep-socket-')) {
      await rm(this.#cluster.socketFolder, { recursive: true, force: true })
    }
    await this.#lock.release()
  }

  /** Starts the server again whenever it ends without being asked to. */
  async #supervise(first: ChildProcess): Promise<void> {
    const { signal } = this.#stopping
    let child = first
    for (let attempt = 0; ; attempt += 1) {
      await exitOf(child)
      if (signal.aborted) return
      this.#options.log.error(
        { status: child.exitCode, signal: child.signalCode },
        'PostgreSQL ended by itself; starting it again',
      )
      await pause(backoffMs(attempt, { baseMs: 50, limitMs: 5_000 }), signal)
      if (signal.aborted) return
      try {
        const { folder, socketFolder } = this.#cluster
        await endOrphan({ cluster: folder, socketFolder, log: this.#options.log })
        child = await this.#launch()
        attempt = 0
        if (signal.aborted) await endServer(child)
      } catch (error) {
        this.#options.log.error({ err: error }, 'PostgreSQL did not start again')
      }
    }
  }

  async #launch(): Promise<ChildProcess> {
    const all = { ...settings, ...this.#options.settings }
    const child = spawnPostgres(this.#cluster, 'postgres', [
      '-D',
      this.#cluster.reachableFolder,
      '-k',
      this.#cluster.socketFolder,
      ...Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ])
    this.#child = child
    await ready(child, this.#options.log)
    if (!this.#isReferenced) unreference(child)
    return child
  }
}

/** Resolves when the server accepts connections; its lines go to the log from then on, too. */
async function ready(child: ChildProcess, log: Log): Promise<void> {
  const lines: string[] = []
  let rest = ''
  await new Promise<void>((resolve, reject) => {
    const fail = (why: string): void =>
      reject(new EmbeddedPostgresError('start', `PostgreSQL did not start (${why}):\n${lines.join('\n')}`))
    const timer = setTimeout(() => {
      child.kill('SIGQUIT')
      fail('it took too long')
    }, startLimitMs)
    child.once('error', (error) => fail(error.message))
    child.once('close', (status, signal) => fail(`exit ${status ?? signal}`))
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      const parts = (rest + text).split('\n')
      rest = parts.pop() ?? ''
      for (const line of parts) {
        logLine(line, log)
        if (lines.push(line) > keptLines) lines.shift()
        if (!line.includes(readyText)) continue
        clearTimeout(timer)
        resolve()
      }
    })
    child.once('close', () => clearTimeout(timer))
  })
}

function logLine(line: string, log: Log): void {
  const text = line.replace(/^[\d-]+ [\d:.]+ UTC \[\d+\] /, '')
  if (/^(PANIC|FATAL|WARNING):/.test(text)) log.warn({ postgres: text }, 'PostgreSQL reports')
  else log.debug({ postgres: text }, 'PostgreSQL reports')
}

async function createOwnDatabase(connection: pg.PoolConfig): Promise<void> {
  const client = new pg.Client({ ...connection, database: 'postgres' })
  await client.connect()
  try {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [database])
    if (rowCount === 0) await client.query(`create database ${database}`)
  } finally {
    await client.end()
  }
}

/** A fast shutdown: sessions are cut, everything committed is written. An immediate one when that takes too long. */
async function endServer(child: ChildProcess): Promise<void> {
  child.ref()
  child.kill('SIGINT')
  const timer = setTimeout(() => child.kill('SIGQUIT'), fastStopMs)
  await exitOf(child)
  clearTimeout(timer)
}

async function exitOf(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
}

function unreference(child: ChildProcess): void {
  child.unref()
  const pipe = child.stderr as { unref?: () => void } | null
  pipe?.unref?.()
}
