// Databases for tests: a fresh, migrated one for each caller, cloned from a template in a few milliseconds.
//
// The server is the one that LOCKSTEP_TEST_POSTGRES names (a connection as JSON; `scripts/test.ts` starts one for the
// whole run), else one that this process starts when first asked and takes down when it ends.
import { spawnSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { readFileSync, rmSync } from 'node:fs'
import { mkdtemp, readdir, readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type pg from 'pg'
import { createDatabase, type Database } from '../apps/server/src/platform/db/database.ts'
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../apps/server/src/platform/db/embedded.ts'
import { migrate } from '../apps/server/src/platform/db/migrate.ts'
import { installJobs } from '../apps/server/src/platform/jobs/jobs.ts'
import { silentLog } from '../apps/server/src/platform/log/log.ts'

export interface TestDatabase {
  readonly database: Database
  readonly connection: pg.PoolConfig
  /** Closes `database` and deletes it on the server. */
  drop(): Promise<void>
}

export interface TestPostgres {
  readonly connection: pg.PoolConfig
  stop(): Promise<void>
}

const migrationsFolder = join(import.meta.dirname, '..', 'apps', 'server', 'migrations')
/** Racing template makers wait on this advisory lock of the maintenance database. */
const templateLock = 4_700_102

let shared: Promise<pg.PoolConfig> | undefined

/** A database of its own. `migrations` names another folder of migrations, or `none` for an empty database. */
export async function testDatabase(options: { readonly migrations?: string } = {}): Promise<TestDatabase> {
  shared ??= testServer()
  const server = await shared
  const maintenance = createDatabase({ connection: { ...server, database: 'postgres' }, log: silentLog, poolSize: 1 })
  const name = `test_${randomBytes(6).toString('hex')}`
  try {
    const folder = options.migrations ?? migrationsFolder
    const template = folder === 'none' ? 'template1' : await templateFor(folder, server, maintenance)
    await maintenance.execute({ text: `create database ${name} template ${template}` })
  } finally {
    await maintenance.close()
  }
  const connection = { ...server, database: name }
  const database = createDatabase({ connection, log: silentLog })
  return { database, connection, drop: () => dropDatabase(name, database, server) }
}

/** Starts a server for a whole test run; durable only as long as it runs. */
export async function startTestPostgres(): Promise<TestPostgres> {
  const { server } = await startServer()
  return { connection: server.connection, stop: () => server.remove() }
}

async function startServer(): Promise<{ server: EmbeddedPostgres; folder: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-test-'))
  const settings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '200' }
  return { server: await startEmbeddedPostgres({ dataFolder: folder, log: silentLog, settings }), folder }
}

async function testServer(): Promise<pg.PoolConfig> {
  const given = process.env['LOCKSTEP_TEST_POSTGRES']
  if (given !== undefined && given !== '') return JSON.parse(given) as pg.PoolConfig
  const { server, folder } = await startServer()
  server.unref()
  process.once('exit', () => endAtExit(server, folder))
  return server.connection
}

/** Nothing asynchronous runs in an exit handler: an immediate shutdown, then the files go. */
function endAtExit({ pid, connection }: EmbeddedPostgres, folder: string): void {
  process.kill(pid, 'SIGQUIT')
  for (let turn = 0; turn < 250 && isRunning(pid); turn += 1) spawnSync('sleep', ['0.02'])
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  if (connection.host?.startsWith(folder) === false) rmSync(connection.host, { recursive: true, force: true })
}

/** Our child stays a zombie until this process ends, as its exit is not read any more. */
function isRunning(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'latin1'))
  } catch {
    return false
  }
}

/** Makes the migrated template once per server and text of the migrations; under another name until it is complete. */
async function templateFor(folder: string, server: pg.PoolConfig, maintenance: Database): Promise<string> {
  const name = `template_${await hashOf(folder)}`
  const session = await maintenance.session()
  try {
    await session.query({ text: 'select pg_advisory_lock($1)', values: [templateLock] })
    const found = await session.query({ text: 'select from pg_database where datname = $1', values: [name] })
    if (found.length > 0) return name
    await session.execute({ text: `drop database if exists ${name}_new` })
    await session.execute({ text: `create database ${name}_new` })
    const database = createDatabase({ connection: { ...server, database: `${name}_new` }, log: silentLog, poolSize: 2 })
    try {
      await migrate({ database, folder })
      await installJobs({ database, log: silentLog })
    } finally {
      await database.close()
    }
    await session.execute({ text: `alter database ${name}_new rename to ${name}` })
    return name
  } finally {
    await session.close()
  }
}

async function hashOf(folder: string): Promise<string> {
  const hash = createHash('sha256')
  for (const name of (await readdir(folder)).toSorted()) hash.update(name).update(await readFile(join(folder, name)))
  return hash.digest('hex').slice(0, 16)
}

async function dropDatabase(name: string, database: Database, server: pg.PoolConfig): Promise<void> {
  await database.close()
  const maintenance = createDatabase({ connection: { ...server, database: 'postgres' }, log: silentLog, poolSize: 1 })
  try {
    await maintenance.execute({ text: `drop database ${name} with (force)` })
  } finally {
    await maintenance.close()
  }
}
