import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { testDatabase, type TestDatabase } from '../../../../../tests/database.ts'
import type { Database } from '../db/database.ts'
import { createVault, type Vault } from './vault.ts'

let own: TestDatabase
let folder = ''
beforeEach(async () => {
  own = await testDatabase({ migrations: 'none' })
  folder = await mkdtemp(join(tmpdir(), 'lockstep-vault-'))
  await own.database.execute({
    text: 'create table vault_keys (number bigint generated always as identity primary key, id text not null unique, wrapped_key text not null)',
  })
})
afterEach(async () => {
  await own.drop()
  await rm(folder, { recursive: true })
})

const openVault = (name = 'master.key'): Promise<Vault> =>
  createVault({ database: own.database, masterKeyFile: join(folder, name) })
const secret = Buffer.from('hunter2')

test('a secret opens for its purpose only, also in another process', async () => {
  const sealed = await (await openVault()).seal('connections/1/token', secret)
  assert.doesNotMatch(sealed, /hunter2/)
  const other = await openVault()
  assert.deepEqual(await other.open('connections/1/token', sealed), secret)
  await assert.rejects(other.open('connections/2/token', sealed), { code: 'notOpened' })
  await assert.rejects(
    other.open(
      'connections/1/token',
      `${sealed.slice(0, -10)}${sealed.at(-10) === 'A' ? 'B' : 'A'}${sealed.slice(-9)}`,
    ),
    {
      code: 'notOpened',
    },
  )
  await assert.rejects(other.open('connections/1/token', 'hunter2'), { code: 'notOpened' })
})

test('after a rotation new secrets use the new key and old ones go on opening', async () => {
  const vault = await openVault()
  const old = await vault.seal('a', secret)
  const other = await openVault()
  assert.equal(vault.isCurrent(old), true)
  await vault.rotate()
  assert.equal(vault.isCurrent(old), false)
  const fresh = await vault.seal('a', secret)
  assert.equal(vault.isCurrent(fresh), true)
  for (const sealed of [old, fresh]) {
    assert.deepEqual(await vault.open('a', sealed), secret)
    assert.deepEqual(await other.open('a', sealed), secret)
  }
})

test('a sealed text cannot be given to another data key', async () => {
  const vault = await openVault()
  const sealed = await vault.seal('a', secret)
  await vault.rotate()
  const [, fresh = ''] = (await vault.seal('a', secret)).split('.')
  const [version, , bytes] = sealed.split('.')
  await assert.rejects(vault.open('a', `${version}.${fresh}.${bytes}`), { code: 'notOpened' })
  await assert.rejects(vault.open('a', `${version}.000000000000.${bytes}`), { code: 'unknownKey' })
})

test('another master key is refused when the vault is opened', async () => {
  await openVault()
  await assert.rejects(openVault('other.key'), { code: 'wrongMasterKey', message: /put the right file in its place/ })
})

test('hubs that start at once on a new database open what each other sealed', async () => {
  const vaults = await Promise.all([openVault(), openVault(), openVault()])
  const sealed = await Promise.all(vaults.map((vault) => vault.seal('a', secret)))
  for (const vault of vaults) for (const text of sealed) assert.deepEqual(await vault.open('a', text), secret)
})

test('a key that is not there is looked for once a second, and opens one later when another hub made it meanwhile', async () => {
  let nowMs = Date.UTC(2026, 0, 5)
  let looks = 0
  const database: Database = {
    ...own.database,
    query(query) {
      looks += 1
      return own.database.query(query)
    },
  }
  const masterKeyFile = join(folder, 'master.key')
  const vault = await createVault({ database, masterKeyFile, clock: { now: () => new Date(nowMs) } })
  const other = await openVault()
  await other.rotate()
  const text = await other.seal('a', secret)
  const row = { values: [text.split('.')[1]] }
  const [kept] = await own.database.query<{ wrapped: string }>({
    text: 'delete from vault_keys where id = $1 returning wrapped_key as wrapped',
    ...row,
  })
  const refused = (): Promise<void> => assert.rejects(vault.open('a', text), { code: 'unknownKey' })
  looks = 0
  await Promise.all([refused(), refused(), refused()])
  await own.database.execute({
    text: 'insert into vault_keys (id, wrapped_key) values ($1, $2)',
    values: [...row.values, kept?.wrapped],
  })
  await refused()
  assert.equal(looks, 1)
  // Another key is looked for all the same, by whoever comes at once.
  await other.rotate()
  const fresh = await other.seal('a', secret)
  assert.deepEqual(await Promise.all([vault.open('a', fresh), vault.open('a', fresh)]), [secret, secret])
  nowMs += 1_000
  assert.deepEqual(await vault.open('a', text), secret)
  assert.equal(looks, 2)
})

test('a look that failed is made again at once', async () => {
  let isDown = false
  const database: Database = {
    ...own.database,
    query: (query) => (isDown ? Promise.reject(new Error('the database is down')) : own.database.query(query)),
  }
  const vault = await createVault({ database, masterKeyFile: join(folder, 'master.key') })
  const other = await openVault()
  await other.rotate()
  const text = await other.seal('a', secret)
  isDown = true
  await assert.rejects(vault.open('a', text), { message: 'the database is down' })
  isDown = false
  assert.deepEqual(await vault.open('a', text), secret)
})
