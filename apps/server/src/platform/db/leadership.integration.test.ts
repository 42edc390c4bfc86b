import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { testDatabase, type TestDatabase } from '../../../../../tests/database.ts'
import { silentLog } from '../log/log.ts'
import { createLeadership, LeadershipLost, requireEpoch, type Lead, type Leadership } from './leadership.ts'

let own: TestDatabase
before(async () => {
  own = await testDatabase({ migrations: 'none' })
  await own.database.execute({
    text: 'create table leaderships (key text primary key, epoch bigint not null, holder text not null, since timestamptz not null)',
  })
})
after(() => own.drop())

/** A candidate whose terms of office can be awaited one after the other. */
function candidate(key: string): { leadership: Leadership; nextTerm: () => Promise<Lead>; running: Promise<void> } {
  const leadership = createLeadership({ database: own.database, key, log: silentLog })
  const terms: Lead[] = []
  const waiting: ((lead: Lead) => void)[] = []
  const running = leadership.run(async (lead) => {
    const next = waiting.shift()
    if (next === undefined) terms.push(lead)
    else next(lead)
    await new Promise<void>((resolve) => lead.signal.addEventListener('abort', () => resolve(), { once: true }))
  })
  const nextTerm = (): Promise<Lead> => {
    const term = terms.shift()
    return term === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(term)
  }
  return { leadership, nextTerm, running }
}

test('of two candidates one leads at a time, and the other follows with the next epoch', async () => {
  const first = candidate('feed')
  const lead = await first.nextTerm()
  const second = candidate('feed')
  const other = candidate('another key')
  assert.equal((await other.nextTerm()).epoch, 1)
  assert.equal(lead.signal.aborted, false)
  const followed = second.nextTerm()
  await first.leadership.stop()
  assert.equal(lead.signal.aborted, true)
  assert.equal((await followed).epoch, lead.epoch + 1)
  await Promise.all([second.leadership.stop(), other.leadership.stop()])
  await Promise.all([first.running, second.running])
})

test('a leader whose session is lost is told, and leads again with a new epoch', async () => {
  const { leadership, nextTerm } = candidate('lost')
  const lead = await nextTerm()
  const told = new Promise<void>((resolve) => lead.signal.addEventListener('abort', () => resolve(), { once: true }))
  await own.database.query({
    text: `select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory'
      and database = (select oid from pg_database where datname = current_database())`,
  })
  await told
  assert.equal((await nextTerm()).epoch, lead.epoch + 1)
  await leadership.stop()
})

test('work that fails gives the leadership up and is tried again', async () => {
  const leadership = createLeadership({ database: own.database, key: 'failing', log: silentLog })
  const again = Promise.withResolvers<number>()
  const running = leadership.run(async ({ epoch }) => {
    if (epoch === 1) throw new Error('first term')
    again.resolve(epoch)
  })
  assert.equal(await again.promise, 2)
  await leadership.stop()
  await running
})

test('a leader of an old epoch cannot write', async () => {
  await own.database.execute({ text: "insert into leaderships values ('fenced', 5, 'x', now())" })
  const write = (epoch: number): Promise<void> =>
    own.database.transaction((transaction) => requireEpoch(transaction, { key: 'fenced', epoch }))
  await write(5)
  await assert.rejects(write(4), LeadershipLost)
  await assert.rejects(write(6), LeadershipLost)
})
