// How the program starts: what it prints, and what it says when it cannot.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { chmod, mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer } from 'node:net'
import { after, before, test } from 'node:test'
import { createDatabase } from '../apps/server/src/platform/db/database.ts'
import { silentLog } from '../apps/server/src/platform/log/log.ts'
import { testDatabase, type TestDatabase } from './database.ts'
import { freePort } from './hub.ts'
import { databaseUrl } from './support/database-url.ts'
import { type HubProcess, processesOn, spawnHub } from './support/hub-process.ts'

let folder: string
let port: number

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lockstep-life-'))
  await chmod(folder, 0o755)
  port = await freePort()
})
after(() => rm(folder, { recursive: true, force: true }))

const newFolder = (): string => join(folder, randomBytes(4).toString('hex'))
const administrator = { LOCKSTEP_ADMIN_EMAIL: 'admin@example.com', LOCKSTEP_ADMIN_PASSWORD: 'pass-word-pass-word' }

async function stop(hub: HubProcess): Promise<void> {
  hub.child.kill('SIGTERM')
  assert.deepEqual(await hub.ended, { code: 0, signal: null }, hub.errors())
}

/** The program ends with code 1 and one explanation, and prints nothing that scripts would take for a start. */
async function assertRefuses(variables: Readonly<Record<string, string>>, words: RegExp): Promise<string> {
  const hub = spawnHub(variables)
  assert.equal(await hub.ready, false, 'it should not start')
  assert.deepEqual(await hub.ended, { code: 1, signal: null }, hub.errors())
  assert.equal(hub.output(), '')
  const line =
    hub
      .errors()
      .split('\n')
      .find((one) => one.startsWith('Lockstep cannot start: ')) ?? ''
  assert.match(line, words, hub.errors())
  assert.doesNotMatch(hub.errors(), /\n {4}at /, 'no stack trace for the administrator')
  return hub.errors()
}

test('a first start prints the set-up link and the ready line; the link is gone once there is an administrator', async () => {
  const variables = { LOCKSTEP_DATA: newFolder(), LOCKSTEP_PORT: String(port) }
  const first = spawnHub(variables)
  assert.ok(await first.ready, first.errors())
  const [link = '', ready, ...rest] = first.output().split('\n')
  assert.match(
    link,
    new RegExp(`^Make the first administrator at http://127\\.0\\.0\\.1:${port}/admin/set-up\\?token=[\\w-]{20,}$`),
  )
  assert.equal(ready, `Lockstep is ready at http://127.0.0.1:${port}`)
  assert.deepEqual(rest, [''])
  const token = new URL(link.split(' at ')[1] ?? '').searchParams.get('token')
  const made = await fetch(`http://127.0.0.1:${port}/hub/v1/set-up`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token, email: 'first@example.com', name: 'First', password: 'pass-word-pass-word' }),
  })
  assert.equal(made.status, 200, await made.text())
  await stop(first)
  const second = spawnHub(variables)
  assert.ok(await second.ready, second.errors())
  assert.equal(second.output(), `Lockstep is ready at http://127.0.0.1:${port}\n`)
  await stop(second)
})

test('an unattended first start prints the ready line alone, with the public address', async () => {
  const hub = spawnHub({
    LOCKSTEP_DATA: newFolder(),
    LOCKSTEP_PORT: String(port),
    LOCKSTEP_PUBLIC_URL: 'https://hub.example.com/',
    ...administrator,
  })
  assert.ok(await hub.ready, hub.errors())
  assert.equal(hub.output(), 'Lockstep is ready at https://hub.example.com\n')
  await stop(hub)
})

test('a taken port is named with what to do, and no PostgreSQL stays behind', async () => {
  const other = createServer()
  await new Promise<void>((resolve) => other.listen(port, '127.0.0.1', resolve))
  const data = newFolder()
  await assertRefuses(
    { LOCKSTEP_DATA: data, LOCKSTEP_PORT: String(port), ...administrator },
    new RegExp(`Port ${port} .* is taken.*LOCKSTEP_PORT`),
  )
  await new Promise((resolve) => other.close(resolve))
  assert.deepEqual(processesOn(data), [])
})

const badVariables: readonly (readonly [Readonly<Record<string, string>>, RegExp])[] = [
  [{ LOCKSTEP_PORT: 'eighty' }, /LOCKSTEP_PORT is "eighty"/],
  [{ LOCKSTEP_PORT: '70000' }, /LOCKSTEP_PORT/],
  [{ LOCKSTEP_HOST: '0.0.0.0' }, /LOCKSTEP_HOST is 0\.0\.0\.0.*TLS/],
  [{ LOCKSTEP_LOG_LEVEL: 'loud' }, /LOCKSTEP_LOG_LEVEL must be one of/],
  [{ LOCKSTEP_PUBLIC_URL: 'hub' }, /LOCKSTEP_PUBLIC_URL/],
  [{ DATABASE_URL: 'mysql://localhost' }, /DATABASE_URL must be an address/],
  [{ LOCKSTEP_TLS_CERT_FILE: 'cert.pem' }, /LOCKSTEP_TLS_KEY_FILE is missing/],
]

for (const [variables, words] of badVariables)
  test(`${Object.entries(variables).flat().join('=')} is refused before anything is made`, async () => {
    const data = newFolder()
    await assertRefuses({ LOCKSTEP_DATA: data, ...variables }, words)
    await assert.rejects(stat(data))
  })

test('variables that cannot make the first administrator are named', async () => {
  const data = newFolder()
  const base = { LOCKSTEP_DATA: data, LOCKSTEP_PORT: String(port) }
  await assertRefuses({ ...base, LOCKSTEP_ADMIN_EMAIL: 'admin@example.com' }, /LOCKSTEP_ADMIN_PASSWORD is missing/)
  const errors = await assertRefuses(
    { ...base, ...administrator, LOCKSTEP_API_KEY: 'short-secret' },
    /LOCKSTEP_API_KEY needs at least 32/,
  )
  assert.doesNotMatch(errors, /short-secret|pass-word/)
})

test('a database that does not answer is named, without its password', async () => {
  const closed = await freePort()
  const errors = await assertRefuses(
    {
      LOCKSTEP_DATA: newFolder(),
      LOCKSTEP_PORT: String(port),
      DATABASE_URL: `postgresql://hub:geheim@127.0.0.1:${closed}/lockstep`,
    },
    /database does not answer.*DATABASE_URL/,
  )
  assert.doesNotMatch(errors, /geheim/)
})

test('a wrong name of the database is named, without the password', async () => {
  const { connection, drop } = await testDatabase({ migrations: 'none' })
  const errors = await assertRefuses(
    {
      LOCKSTEP_DATA: newFolder(),
      LOCKSTEP_PORT: String(port),
      DATABASE_URL: databaseUrl({ ...connection, database: 'nothing_here' }),
    },
    /nothing_here|DATABASE_URL/,
  )
  assert.doesNotMatch(errors, /geheim/)
  await drop()
})

test('the data of a newer version are left alone', async () => {
  const { database, connection, drop }: TestDatabase = await testDatabase()
  await database.execute({
    text: `insert into migrations (number, name, checksum) values (9999, '9999_future.sql', 'x')`,
  })
  await assertRefuses(
    { LOCKSTEP_DATA: newFolder(), LOCKSTEP_PORT: String(port), DATABASE_URL: databaseUrl(connection) },
    /newer Lockstep .*9999_future\.sql/,
  )
  await drop()
})

test('a master key that others can read is refused, and so is a broken one', async () => {
  const { connection, drop } = await testDatabase()
  const data = newFolder()
  await mkdir(data)
  const key = join(data, 'master.key')
  const variables = { LOCKSTEP_DATA: data, LOCKSTEP_PORT: String(port), DATABASE_URL: databaseUrl(connection) }
  const secret = randomBytes(32).toString('base64')
  await writeFile(key, `${secret}\n`, { mode: 0o644 })
  assert.doesNotMatch(
    await assertRefuses(variables, /Others can read the master key.*chmod 600/),
    new RegExp(secret.slice(0, 20).replaceAll('+', '\\+')),
  )
  await chmod(key, 0o600)
  await writeFile(key, 'nonsense')
  await assertRefuses(variables, /is not 32 bytes in base64/)
  await drop()
})

test('a master key that is not the one of the database is refused', async () => {
  const { connection, drop } = await testDatabase()
  const start = { LOCKSTEP_PORT: String(port), DATABASE_URL: databaseUrl(connection), ...administrator }
  const hub = spawnHub({ ...start, LOCKSTEP_DATA: newFolder() })
  assert.ok(await hub.ready, hub.errors())
  await stop(hub)
  await assertRefuses({ ...start, LOCKSTEP_DATA: newFolder() }, /master key/i)
  await drop()
})

const closedFolders = {
  'is closed to everybody else': '',
  'lies below a folder that is closed to everybody else': 'below/data',
}

for (const [what, path] of Object.entries(closedFolders))
  test(`a data folder that ${what} works`, async () => {
    const closed = newFolder()
    await mkdir(closed, { mode: 0o700 })
    const variables = { LOCKSTEP_DATA: join(closed, path), LOCKSTEP_PORT: String(port), ...administrator }
    for (let turn = 0; turn < 2; turn += 1) {
      const hub = spawnHub(variables)
      assert.ok(await hub.ready, hub.errors())
      assert.equal((await fetch(`http://127.0.0.1:${port}/readyz`)).status, 200)
      await stop(hub)
      assert.equal((await stat(closed)).mode & 0o777, 0o700, 'it stays closed')
    }
  })

test('the files that the hub makes are for nobody else', async () => {
  const data = newFolder()
  const hub = spawnHub({ LOCKSTEP_DATA: data, LOCKSTEP_PORT: String(port), ...administrator })
  assert.ok(await hub.ready, hub.errors())
  assert.equal((await stat(join(data, 'master.key'))).mode & 0o777, 0o600)
  await stop(hub)
})

test('a second hub on the same data folder is refused and harms nothing', async () => {
  const data = newFolder()
  const first = spawnHub({ LOCKSTEP_DATA: data, LOCKSTEP_PORT: String(port), ...administrator })
  assert.ok(await first.ready, first.errors())
  await assertRefuses(
    { LOCKSTEP_DATA: data, LOCKSTEP_PORT: String(await freePort()) },
    new RegExp(`Another Lockstep \\(process ${first.child.pid}\\) runs on this data folder`),
  )
  assert.equal((await fetch(`http://127.0.0.1:${port}/readyz`)).status, 200)
  await stop(first)
})

test('an external database is brought up to date at the first start and needs no data of its own', async () => {
  const { connection, database, drop } = await testDatabase({ migrations: 'none' })
  const data = newFolder()
  const hub = spawnHub({
    LOCKSTEP_DATA: data,
    LOCKSTEP_PORT: String(port),
    DATABASE_URL: databaseUrl(connection),
    ...administrator,
  })
  assert.ok(await hub.ready, hub.errors())
  assert.deepEqual(processesOn(data), [], 'no PostgreSQL of its own')
  const own = createDatabase({ connection, log: silentLog, poolSize: 1 })
  assert.equal((await own.query({ text: 'select from administrators' })).length, 1)
  await own.close()
  await stop(hub)
  await database.query({ text: 'select 1' })
  await drop()
})
