import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { testDatabase, type TestDatabase } from '../../../../../tests/database.ts'
import { silentLog } from '../log/log.ts'
import { createJobs, installJobs, type Jobs } from './jobs.ts'
import type { Task } from './runner.ts'

let own: TestDatabase
let jobs: Jobs | undefined
beforeEach(async () => {
  own = await testDatabase({ migrations: 'none' })
})
afterEach(async () => {
  await jobs?.stop()
  jobs = undefined
  await own.drop()
})

async function started(tasks: Record<string, Task>): Promise<Jobs> {
  jobs = createJobs({ database: own.database, log: silentLog, tasks })
  await jobs.start()
  return jobs
}

const waitingJobs = (): Promise<readonly unknown[]> =>
  own.database.query({ text: 'select task_identifier as task, key from jobs.jobs' })

test('a job runs with its payload and is gone then', async () => {
  const ran = Promise.withResolvers<unknown>()
  const { add } = await started({ greet: async (payload) => ran.resolve(payload) })
  await add('greet', { name: 'Ada' })
  assert.deepEqual(await ran.promise, { name: 'Ada' })
  // The task has ended, its removal may still be under way; a stop at this moment leaves it for another try.
  while ((await waitingJobs()).length > 0) await new Promise((resolve) => setImmediate(resolve))
})

test('a job of a transaction that rolls back does not exist, one that commits does', async () => {
  const ran: unknown[] = []
  const both = Promise.withResolvers<void>()
  const { add } = await started({
    note: async (payload) => {
      ran.push(payload)
      if (payload === 'last') both.resolve()
    },
  })
  const failed = own.database.transaction(async (transaction) => {
    await add('note', 'rolled back', { transaction })
    throw new Error('no')
  })
  await assert.rejects(failed, /no/)
  await own.database.transaction((transaction) => add('note', 'last', { transaction }))
  await both.promise
  assert.deepEqual(ran, ['last'])
})

test('of jobs with one key the last is kept, and a later time is waited for', async () => {
  await installJobs({ database: own.database, log: silentLog })
  const { add } = createJobs({ database: own.database, log: silentLog, tasks: {} })
  for (const turn of [1, 2]) await add('later', turn, { key: 'k', runAt: new Date('2100-01-01') })
  assert.deepEqual(await waitingJobs(), [{ task: 'later', key: 'k' }])
})

test('stopping aborts the signal of a running job and waits for it', async () => {
  const running = Promise.withResolvers<void>()
  let isDone = false
  const { add, stop } = await started({
    long: async (_, { signal }) => {
      running.resolve()
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
      isDone = true
    },
  })
  await add('long', null)
  await running.promise
  await stop()
  assert.equal(isDone, true)
})

test('jobs run on after all connections were lost', async () => {
  const ran = Promise.withResolvers<void>()
  const { add } = await started({ note: async () => ran.resolve() })
  await own.database.query({
    text: `select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()`,
  })
  // The pool may hand out a connection before it has learned that it is dead.
  await add('note', null).catch(() => add('note', null))
  await ran.promise
})

test('a task that fails keeps its job for another try', async () => {
  const failed = Promise.withResolvers<void>()
  const { add, stop } = await started({
    broken: async () => {
      failed.resolve()
      throw new Error('broken')
    },
  })
  await add('broken', null, { key: 'k' })
  await failed.promise
  await stop()
  assert.deepEqual(await waitingJobs(), [{ task: 'broken', key: 'k' }])
})

test('a schedule that is no cron expression is refused at the start', async () => {
  const wrong = createJobs({
    database: own.database,
    log: silentLog,
    tasks: {},
    schedules: [{ task: 'x', cron: 'often' }],
  })
  await assert.rejects(wrong.start())
})
