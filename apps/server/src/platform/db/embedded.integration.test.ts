import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmod, cp, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { silentLog } from '../log/log.ts'
import { createDatabase, type Database } from './database.ts'
import { startEmbeddedPostgres, type EmbeddedPostgres } from './embedded.ts'
import { findPostgresBinaries, readableBinaries } from './embedded-binaries.ts'
import { openCluster } from './embedded-cluster.ts'
import { choosePostgresUser, userCan } from './embedded-user.ts'

let parent = ''
let dataFolder = ''
const ended: (() => Promise<unknown>)[] = []

// A folder that everybody can pass; mkdtemp makes it with mode 0700.
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'lockstep-embedded-'))
  await chmod(parent, 0o755)
  dataFolder = join(parent, 'data')
})
afterEach(async () => {
  for (const end of ended.splice(0).toReversed()) await end()
  await rm(parent, { recursive: true, force: true })
})

async function start(folder = dataFolder): Promise<{ postgres: EmbeddedPostgres; database: Database }> {
  const postgres = await startEmbeddedPostgres({ dataFolder: folder, log: silentLog })
  ended.push(() => postgres.stop())
  const database = createDatabase({ connection: postgres.connection, log: silentLog, poolSize: 2 })
  ended.push(() => database.close())
  return { postgres, database }
}

async function writeMark(database: Database): Promise<void> {
  await database.execute({ text: 'create table marks as select 7 as mark' })
}

async function assertMark(database: Database): Promise<void> {
  assert.deepEqual(await database.query({ text: 'select mark from marks' }), [{ mark: 7 }])
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await delay(10)
}

const isGone = (pid: number): Promise<boolean> =>
  readFile(`/proc/${pid}/stat`, 'utf8').then(
    (text) => / Z /.test(text),
    () => true,
  )

test('a server is durable, orders text by code point, is reached by its socket only, and keeps what was written', async () => {
  const { postgres, database } = await start()
  assert.equal(postgres.connection.host, join(dataFolder, 'postgres', 'run'))
  const [facts] = await database.query({
    text: `select current_setting('fsync') as fsync, current_setting('listen_addresses') as addresses,
      (select concat(datlocprovider, ' ', datlocale) from pg_database where datname = current_database()) as locale,
      'Z' < 'a' as ordered, upper('ä') as upper`,
  })
  assert.deepEqual(facts, { fsync: 'on', addresses: '', locale: 'b C.UTF-8', ordered: true, upper: 'Ä' })
  await writeMark(database)
  await database.close()
  await postgres.stop()
  assert.ok(await isGone(postgres.pid))
  const again = await start()
  await assertMark(again.database)
})

test('a second hub on the same data folder is refused, and free to start after the first stopped', async () => {
  const { postgres } = await start()
  await assert.rejects(startEmbeddedPostgres({ dataFolder, log: silentLog }), {
    code: 'inUse',
    message: new RegExp(`Another Lockstep \\(process ${process.pid}\\) runs on this data folder`),
  })
  await postgres.stop()
  await start()
})

test('a data folder that only its owner can enter keeps everything in it and stays closed', async () => {
  const closed = join(parent, 'closed')
  await mkdir(closed, { mode: 0o700 })
  const inside = join(closed, 'hub')
  await mkdir(inside, { mode: 0o700 })
  const { postgres, database } = await start(inside)
  await writeMark(database)
  assert.equal((await stat(closed)).mode & 0o777, 0o700)
  assert.equal((await stat(inside)).mode & 0o777, 0o700)
  assert.equal((await readFile(join(inside, 'postgres/cluster/PG_VERSION'), 'utf8')).trim(), '18')
  assert.notEqual((await stat(join(inside, 'postgres/cluster'))).uid, 0)
  await database.close()
  await postgres.stop()
  // Where PostgreSQL's user cannot pass, the socket stood in a folder of its own, which goes with the server.
  if (process.getuid?.() === 0) await assert.rejects(stat(postgres.connection.host ?? ''), { code: 'ENOENT' })
  await assertMark((await start(inside)).database)
})

test('a path too long for a socket gets its socket elsewhere', async () => {
  const { postgres, database } = await start(join(parent, 'x'.repeat(100)))
  assert.ok(Buffer.byteLength(postgres.connection.host ?? '') < 80)
  await writeMark(database)
})

test('a cluster of another PostgreSQL is refused with the way out, and not touched', async () => {
  const { postgres } = await start()
  await postgres.stop()
  const file = join(dataFolder, 'postgres/cluster/PG_VERSION')
  for (const version of ['19', '17']) {
    await writeFile(file, `${version}\n`)
    const message = new RegExp(
      `made by PostgreSQL ${version}; .*brings PostgreSQL 18.*Start the Lockstep that made it.*` +
        `pg_dump and pg_restore of PostgreSQL ${version}.*DATABASE_URL`,
    )
    await assert.rejects(start(), { code: 'version', message })
    assert.equal(await readFile(file, 'utf8'), `${version}\n`)
  }
  await writeFile(file, '18\n')
  await start()
})

test('a folder without a cluster in the place of the cluster is refused', async () => {
  await mkdir(join(dataFolder, 'postgres', 'cluster'), { recursive: true })
  await assert.rejects(start(), { code: 'damaged' })
})

test('an initialisation that was interrupted is begun anew', async () => {
  await mkdir(join(dataFolder, 'postgres', 'cluster.new', 'base'), { recursive: true })
  await writeMark((await start()).database)
})

/** A program that starts PostgreSQL as the hub does, commits, and is then in the middle of a transaction. */
function hub(): { child: ChildProcess; pid: Promise<number> } {
  const program = `
    import { startEmbeddedPostgres } from ${JSON.stringify(new URL('embedded.ts', import.meta.url).href)}
    import { createDatabase } from ${JSON.stringify(new URL('database.ts', import.meta.url).href)}
    import { silentLog } from ${JSON.stringify(new URL('../log/log.ts', import.meta.url).href)}
    const postgres = await startEmbeddedPostgres({ dataFolder: ${JSON.stringify(dataFolder)}, log: silentLog })
    const database = createDatabase({ connection: postgres.connection, log: silentLog })
    await database.execute({ text: 'create table marks as select 7 as mark' })
    await database.transaction(async (transaction) => {
      await transaction.execute({ text: 'insert into marks values (8)' })
      console.log(postgres.pid)
      await transaction.query({ text: 'select pg_sleep(600)' })
    })`
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const lines = createInterface({ input: child.stdout })
  return { child, pid: once(lines, 'line').then(([line]) => Number(line)) }
}

test('a hub that is killed takes PostgreSQL with it, and the next start has what was committed', async () => {
  const { child, pid } = hub()
  const postmaster = await pid
  assert.equal(await isGone(postmaster), false)
  const exited = once(child, 'exit')
  child.kill('SIGKILL')
  await exited
  const { database } = await start()
  await assertMark(database)
  assert.ok(await isGone(postmaster))
})

test('a hub and its PostgreSQL killed together recover at the next start', async () => {
  const { child, pid } = hub()
  const postmaster = await pid
  const exited = once(child, 'exit')
  process.kill(-postmaster, 'SIGKILL')
  child.kill('SIGKILL')
  await exited
  await assertMark((await start()).database)
})

test('a PostgreSQL left running by a dead hub is stopped and replaced', async () => {
  const first = await start()
  await writeMark(first.database)
  await first.database.close()
  await first.postgres.stop()
  const cluster = await openCluster(dataFolder, await findPostgresBinaries())
  const orphan = spawn(
    'setpriv',
    [
      ...cluster.user.become,
      '--',
      join(cluster.binaries.folder, 'bin/postgres'),
      '-D',
      cluster.folder,
      '-k',
      cluster.socketFolder,
      '-c',
      'listen_addresses=',
    ],
    { cwd: '/', detached: true, stdio: 'ignore', env: { LC_ALL: 'C' } },
  )
  await cluster.stateFolder.close()
  const exited = once(orphan, 'exit')
  await until(() =>
    readFile(join(cluster.folder, 'postmaster.pid'), 'utf8').then(
      (text) => text.includes('ready'),
      () => false,
    ),
  )
  await assertMark((await start()).database)
  await exited
})

test('a pid file that names another program or a zombie does not keep PostgreSQL from starting', async () => {
  const { postgres } = await start()
  await postgres.stop()
  // `sleep` never reads the exit of the child that it inherits from the shell.
  const parentOfZombie = spawn('sh', ['-c', 'sleep 0.1 & echo $!; exec sleep 600'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  ended.push(async () => {
    const exited = once(parentOfZombie, 'exit')
    parentOfZombie.kill('SIGKILL')
    await exited
  })
  const [line] = (await once(createInterface({ input: parentOfZombie.stdout }), 'line')) as [string]
  await until(() => readFile(`/proc/${line}/stat`, 'utf8').then((text) => / Z /.test(text)))
  for (const pid of [line, String(process.pid)]) {
    await writeFile(join(dataFolder, 'postgres/cluster/postmaster.pid'), `${pid}\n${dataFolder}\n0\n5432\n\n\n`)
    const next = await startEmbeddedPostgres({ dataFolder, log: silentLog })
    await next.stop()
  }
})

test('a server that dies alone is started again with what was committed', async () => {
  const { postgres, database } = await start()
  await writeMark(database)
  const before = postgres.pid
  process.kill(before, 'SIGKILL')
  await until(() =>
    database.query({ text: 'select 1' }).then(
      () => postgres.pid !== before,
      () => false,
    ),
  )
  await assertMark(database)
})

test('a session that hangs when its server dies does not keep the server from being started again', async () => {
  const { postgres, database } = await start()
  await writeMark(database)
  const [session] = await database.query<{ pid: number }>({ text: 'select pg_backend_pid() as pid' })
  assert.ok(session)
  process.kill(session.pid, 'SIGSTOP')
  const before = postgres.pid
  process.kill(before, 'SIGKILL')
  await until(async () => postgres.pid !== before)
  await until(() =>
    database.query({ text: 'select 1' }).then(
      () => true,
      () => false,
    ),
  )
  assert.ok(await isGone(session.pid))
  await assertMark(database)
})

test('removing takes away the data folder when nothing else is in it', async () => {
  const { postgres, database } = await start()
  await database.close()
  await postgres.remove()
  await assert.rejects(stat(dataFolder), { code: 'ENOENT' })
})

test('binaries that PostgreSQL’s user cannot reach are copied once to where it can', async () => {
  const installed = await findPostgresBinaries()
  const user = await choosePostgresUser(undefined)
  assert.equal(await readableBinaries(installed, user, join(parent, 'copies')), installed)
  const closed = join(parent, 'closed')
  await mkdir(closed, { mode: 0o700 })
  await cp(installed.folder, join(closed, 'native'), { recursive: true, verbatimSymlinks: true })
  const hidden = { ...installed, folder: join(closed, 'native') }
  const found = await readableBinaries(hidden, user, join(parent, 'copies'))
  assert.ok(await userCan(user, '-r', join(found.folder, 'lib/libssl.so.1.1')))
  const before = await stat(found.folder)
  assert.deepEqual(await readableBinaries(hidden, user, join(parent, 'copies')), found)
  assert.equal((await stat(found.folder)).ino, before.ino)
  const postgres = await startEmbeddedPostgres({ dataFolder, log: silentLog, binaries: found })
  await postgres.stop()
})
