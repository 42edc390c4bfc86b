import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { testDatabase, type TestDatabase } from '../../../../../tests/database.ts'
import { silentLog } from '../log/log.ts'
import { createDatabase } from './database.ts'
import { migrate } from './migrate.ts'

let own: TestDatabase
let folder = ''
beforeEach(async () => {
  own = await testDatabase({ migrations: 'none' })
  folder = await mkdtemp(join(tmpdir(), 'lockstep-migrations-'))
  await write('0001_things.sql', 'create table things (id int); insert into things values (1);')
})
afterEach(async () => {
  await own.drop()
  await rm(folder, { recursive: true })
})

const write = (name: string, text: string): Promise<void> => writeFile(join(folder, name), text)
const run = (): Promise<{ applied: string[] }> => migrate({ database: own.database, folder })

test('migrations are applied once, in order of their numbers', async () => {
  await write('0003_last.sql', 'insert into things select max(id) + 1 from things;')
  await write('0002_more.sql', 'insert into things values (5);')
  assert.deepEqual(await run(), { applied: ['0001_things.sql', '0002_more.sql', '0003_last.sql'] })
  assert.deepEqual(await run(), { applied: [] })
  assert.deepEqual(await own.database.query({ text: 'select id from things order by id' }), [
    { id: 1 },
    { id: 5 },
    { id: 6 },
  ])
})

test('of starters that race, one applies and the others find it done', async () => {
  const others = [1, 2, 3].map(() => createDatabase({ connection: own.connection, log: silentLog }))
  const results = await Promise.all([own.database, ...others].map((database) => migrate({ database, folder })))
  assert.equal(results.flatMap(({ applied }) => applied).length, 1)
  assert.deepEqual(await own.database.query({ text: 'select id from things' }), [{ id: 1 }])
  await Promise.all(others.map((database) => database.close()))
})

test('a migration that fails leaves nothing behind and can be corrected', async () => {
  await write('0002_wrong.sql', 'insert into things values (2); select 1 / 0;')
  await assert.rejects(run(), { code: 'failed', message: /0002_wrong.sql failed: .*division by zero/ })
  assert.deepEqual(await own.database.query({ text: 'select id from things' }), [{ id: 1 }])
  await write('0002_wrong.sql', 'insert into things values (2);')
  assert.deepEqual(await run(), { applied: ['0002_wrong.sql'] })
})

test('a database of a newer program is refused', async () => {
  await write('0002_newer.sql', 'select 1;')
  await run()
  await rm(join(folder, '0002_newer.sql'))
  await assert.rejects(run(), { code: 'newer', message: /newer Lockstep.*start that version, or restore a backup/ })
})

test('a migration whose text changed after it was applied is refused', async () => {
  await run()
  await write('0001_things.sql', 'create table others (id int);')
  await assert.rejects(run(), { code: 'changed' })
})

test('a migration before one that was applied is refused, and so are bad names', async () => {
  await write('0003_third.sql', 'select 1;')
  await run()
  await write('0002_late.sql', 'select 1;')
  await assert.rejects(run(), { code: 'outOfOrder' })
  await write('0003_double.sql', 'select 1;')
  await assert.rejects(run(), { code: 'malformed', message: /same number/ })
  await write('4-name.sql', 'select 1;')
  await assert.rejects(run(), { code: 'malformed', message: /4-name.sql/ })
})
