import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { testDatabase, type TestDatabase } from '../../../../../tests/database.ts'
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
