import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { testDatabase, type TestDatabase } from '../../../../../tests/database.ts'
import { silentLog } from '../log/log.ts'
import { createDatabase, type Database } from './database.ts'
import { DatabaseUnavailable, isCheckViolation, isForeignKeyViolation, isUniqueViolation } from './database-error.ts'

let own: TestDatabase
let database: Database
before(async () => {
  own = await testDatabase({ migrations: 'none' })
  database = own.database
  await database.execute({
    text: 'create table things (id int primary key, amount int constraint positive check (amount > 0))',
  })
  await database.execute({ text: 'create table parts (thing int constraint whole references things)' })
})
after(() => own.drop())

test('values arrive as numbers, texts, dates and parsed JSON', async () => {
  const rows = await database.query({
    text: `select 9007199254740991::int8 as large, array[1, null]::int8[] as list, 1.10::numeric as exact, '2026-02-28'::date as day,
      '2026-02-28T10:00:00Z'::timestamptz as time, '{"a": 1}'::jsonb as parsed, '{"a": 1}'::json::text as unread`,
  })
  assert.deepEqual(rows, [
    {
      large: Number.MAX_SAFE_INTEGER,
      list: [1, null],
      exact: '1.10',
      day: '2026-02-28',
      time: new Date('2026-02-28T10:00:00Z'),
      parsed: { a: 1 },
      unread: '{"a": 1}',
    },
  ])
  await assert.rejects(database.query({ text: 'select 9007199254740993::int8' }), /safe integer/)
})

test('violated constraints are told apart by kind and name, without the values of the row', async () => {
  await database.execute({ text: 'insert into things values (1, 1)' })
  const failure = (text: string): Promise<unknown> => database.execute({ text }).catch((error: unknown) => error)
  const unique = await failure('insert into things values (1, 1)')
  assert.ok(isUniqueViolation(unique, 'things_pkey'))
  assert.ok(!isUniqueViolation(unique, 'other'))
  assert.ok(isCheckViolation(await failure('insert into things values (2, -77123)'), 'positive'))
  const foreign = await failure('insert into parts values (77123)')
  assert.ok(isForeignKeyViolation(foreign, 'whole'))
  assert.doesNotMatch(JSON.stringify(foreign, Object.getOwnPropertyNames(foreign)), /77123/)
})

test('a transaction commits all or nothing and runs its effects after the commit only', async () => {
  const effects: string[] = []
  await database.transaction(async (transaction) => {
    transaction.afterCommit(() => effects.push('committed'))
    await transaction.execute({ text: 'insert into things values (10, 1)' })
    assert.deepEqual(effects, [])
  })
  const failed = database.transaction(async (transaction) => {
    transaction.afterCommit(() => effects.push('rolled back'))
    await transaction.execute({ text: 'insert into things values (11, 1)' })
    throw new Error('changed my mind')
  })
  await assert.rejects(failed, /changed my mind/)
  assert.deepEqual(effects, ['committed'])
  assert.deepEqual(await database.query({ text: 'select id from things where id in (10, 11)' }), [{ id: 10 }])
})

test('a transaction in which a failed statement was ignored is not taken for committed', async () => {
  const ignoring = database.transaction(async (transaction) => {
    await transaction.execute({ text: 'insert into things values (12, 1)' })
    await transaction.execute({ text: 'insert into things values (12, 1)' }).catch(() => 0)
  })
  await assert.rejects(ignoring, /not committed/)
})

test('transactions that lose against each other run again until both are done', async () => {
  await database.execute({ text: 'insert into things values (20, 1)' })
  const bothHaveRead = Promise.withResolvers<void>()
  let readers = 0
  const addOne = (): Promise<void> =>
    database.transaction(
      async (transaction) => {
        const [row] = await transaction.query<{ amount: number }>({ text: 'select amount from things where id = 20' })
        readers += 1
        if (readers === 2) bothHaveRead.resolve()
        await bothHaveRead.promise
        await transaction.execute({
          text: 'update things set amount = $1 where id = 20',
          values: [(row?.amount ?? 0) + 1],
        })
      },
      { isolation: 'serializable' },
    )
  await Promise.all([addOne(), addOne()])
  assert.equal(readers, 3)
  assert.deepEqual(await database.query({ text: 'select amount from things where id = 20' }), [{ amount: 3 }])
})

test('a lost connection fails the running statement with DatabaseUnavailable, and the next one works', async () => {
  const single = createDatabase({ connection: own.connection, log: silentLog, poolSize: 1 })
  try {
    const [row] = await single.query<{ pid: number }>({ text: 'select pg_backend_pid() as pid' })
    const running = assert.rejects(single.query({ text: 'select pg_sleep(60)' }), DatabaseUnavailable)
    const terminate = 'select pg_terminate_backend(pid) from pg_stat_activity where pid = $1 and query like $2'
    while ((await database.execute({ text: terminate, values: [row?.pid, '%pg_sleep(60)%'] })) === 0);
    await running
    assert.deepEqual(await single.query({ text: 'select 1 as one' }), [{ one: 1 }])
  } finally {
    await single.close()
  }
})

test('a connection lost inside a transaction fails it with DatabaseUnavailable', async () => {
  const failed = database.transaction(async (transaction) => {
    await transaction.query({ text: 'select pg_terminate_backend(pg_backend_pid())' })
  })
  await assert.rejects(failed, DatabaseUnavailable)
  assert.deepEqual(await database.query({ text: 'select 1 as one' }), [{ one: 1 }])
})

test('a server that cannot be reached is DatabaseUnavailable', async () => {
  const nowhere = createDatabase({ connection: { host: '/nonexistent', user: 'x', database: 'x' }, log: silentLog })
  await assert.rejects(nowhere.query({ text: 'select 1' }), DatabaseUnavailable)
  await assert.rejects(
    nowhere.transaction(async () => 0),
    DatabaseUnavailable,
  )
  await assert.rejects(nowhere.session(), DatabaseUnavailable)
  await nowhere.close()
})

test('a session tells when it was lost, and not when it was closed', async () => {
  const closed = await database.session()
  closed.onLost(() => assert.fail('it was closed'))
  await closed.close()
  const session = await database.session()
  const lost = new Promise<void>((resolve) => session.onLost(resolve))
  const [row] = await session.query<{ pid: number }>({ text: 'select pg_backend_pid() as pid' })
  await database.query({ text: 'select pg_terminate_backend($1)', values: [row?.pid] })
  await lost
  await assert.rejects(session.query({ text: 'select 1' }), DatabaseUnavailable)
  await session.close()
})

test('a statement that loses a deadlock runs again', async () => {
  await database.execute({ text: 'insert into things values (31, 1), (32, 1)' })
  const other = await database.session()
  // The other one waits without looking, so that PostgreSQL ends the statement.
  await other.execute({ text: `set deadlock_timeout = '5min'` })
  await other.execute({ text: 'begin' })
  await other.execute({ text: 'update things set amount = 2 where id = 32' })
  // The rows are taken one after the other: the first is held while the second is waited for.
  const [{ pid } = { pid: 0 }] = await other.query<{ pid: number }>({ text: 'select pg_backend_pid() as pid' })
  const both = database.execute({
    text: `with one as (select id from things where id = 31 for update), two as (
        select things.id from one, things where things.id = one.id + 1 for update of things
      ) update things set amount = amount + 1 from two where things.id = two.id`,
  })
  for (;;) {
    const waiting = await database.query({
      text: 'select from pg_stat_activity where $1 = any(pg_blocking_pids(pid))',
      values: [pid],
    })
    if (waiting.length > 0) break
  }
  await other.execute({ text: 'update things set amount = 2 where id = 31' })
  await other.execute({ text: 'commit' })
  assert.equal(await both, 1)
  assert.deepEqual(await database.query({ text: 'select amount from things where id in (31, 32) order by id' }), [
    { amount: 2 },
    { amount: 3 },
  ])
  await other.close()
})
