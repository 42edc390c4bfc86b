import assert from 'node:assert/strict'
import { chmod, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { loadMasterKey } from './master-key.ts'

let folder = ''
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lockstep-key-'))
})
after(() => rm(folder, { recursive: true }))

test('a missing master key is made with mode 0600 and read again as the same key', async () => {
  const file = join(folder, 'made.key')
  const key = await loadMasterKey(file)
  assert.equal(key.length, 32)
  assert.equal((await stat(file)).mode & 0o777, 0o600)
  assert.deepEqual(await loadMasterKey(file), key)
})

test('the folder of a missing master key is made, closed to everybody else', async () => {
  const parent = join(folder, 'absent', 'data')
  await loadMasterKey(join(parent, 'master.key'))
  assert.equal((await stat(parent)).mode & 0o777, 0o700)
})

test('many that start at once get the same key and leave one file', async () => {
  const own = await mkdtemp(join(folder, 'race-'))
  const keys = await Promise.all(Array.from({ length: 10 }, () => loadMasterKey(join(own, 'key'))))
  assert.equal(new Set(keys.map((key) => key.toString('hex'))).size, 1)
  assert.deepEqual(await readdir(own), ['key'])
})

test('a master key that others can read is refused', async () => {
  const file = join(folder, 'exposed.key')
  await loadMasterKey(file)
  for (const mode of [0o640, 0o604, 0o620]) {
    await chmod(file, mode)
    await assert.rejects(loadMasterKey(file), { name: 'VaultError', code: 'exposedMasterKey' })
  }
})

test('a file that holds no 32 bytes in base64 is refused', async () => {
  for (const text of ['', 'short', 'A'.repeat(44)]) {
    const file = join(folder, 'malformed.key')
    await writeFile(file, text, { mode: 0o600 })
    await assert.rejects(loadMasterKey(file), { code: 'malformedMasterKey' })
  }
})
