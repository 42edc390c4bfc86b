import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { testDatabase, type TestDatabase } from '../../../../../tests/database.ts'
import { eventQuery } from './insight.store.ts'

let fresh: TestDatabase

before(async () => {
  fresh = await testDatabase()
  const { database } = fresh
  for (const month of ['2024-02-01', '2024-03-01', '2024-04-01'])
    await database.query({ text: 'select journal_make_partition($1::timestamptz)', values: [month] })
  await database.execute({
    text: `insert into journal (at, actor_kind, actor_id, action, subject_kind, subject_id, details)
      select timestamptz '2024-02-01T00:00:00Z' + n * interval '1 hour', 'system', 'hub', 'user.update', 'user', 'x', '{}'
      from generate_series(0, 2000) as n`,
  })
  await database.execute({ text: 'analyze journal' })
})
after(() => fresh.drop())

test('a page of a time range is read from the primary key’s index, in the partitions of the range alone', async () => {
  const since = new Date('2024-03-10T00:00:00Z')
  const page = { organizationId: 'x', since, until: new Date('2024-03-12T00:00:00Z'), limit: 100, skip: 0 }
  for (const descending of [false, true])
    for (const after of [{}, { after: { at: since, seq: 900 } }]) {
      const { text, values = [] } = eventQuery({ ...page, descending, ...after })
      const plan = await fresh.database.query<{ 'QUERY PLAN': string }>({ text: `explain ${text}`, values })
      const main = plan.map((line) => line['QUERY PLAN']).join('\n')
      assert.match(main, /Index Scan (Backward )?using journal_2024_03_pkey on journal_2024_03/)
      assert.doesNotMatch(main, /Seq Scan|Sort|using journal_2024_0[24]_pkey on journal_2024_0[24]_?\d* journal/)
    }
})
