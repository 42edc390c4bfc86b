import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { testDatabase, type TestDatabase } from '../../../../../tests/database.ts'
import { createBatcher } from './batcher.ts'
import { isCheckViolation } from './database-error.ts'

interface Row {
  readonly name: string
  readonly amount: number
}

let own: TestDatabase
before(async () => {
  own = await testDatabase({ migrations: 'none' })
  await own.database.execute({
    text: `create table rows (id bigint generated always as identity, name text unique, amount int check (amount > 0));
      create table commits (rows int)`,
  })
})
after(() => own.drop())

test('many writers share commits, each gets its own answer, and a bad row fails alone', async () => {
  const batcher = createBatcher<Row, string>({
    send: async (items) => {
      const rows = await own.database.query<Row>({
        name: 'rows_insert',
        text: `with made as (
            insert into rows (name, amount) select name, amount from json_to_recordset($1) as item (name text, amount int)
            returning name),
          counted as (insert into commits select count(*) from made)
          select name from made`,
        values: [JSON.stringify(items)],
      })
      const made = new Set(rows.map(({ name }) => name))
      return items.map(({ name }) => (made.has(name) ? `made ${name}` : 'missing'))
    },
  })
  const items = Array.from({ length: 1_000 }, (_, index) => ({ name: `n${index}`, amount: index === 500 ? 0 : 1 }))
  const outcomes = await Promise.allSettled(items.map((item) => batcher.submit(item)))
  await batcher.close()
  for (const [index, outcome] of outcomes.entries()) {
    if (index === 500) assert.ok(outcome.status === 'rejected' && isCheckViolation(outcome.reason))
    else assert.deepEqual(outcome, { status: 'fulfilled', value: `made n${index}` })
  }
  const [counts] = await own.database.query<{ rows: number; commits: number }>({
    text: 'select (select count(*) from rows) as rows, (select count(*) from commits) as commits',
  })
  assert.equal(counts?.rows, 999)
  // Fifteen full batches, and the one with the bad row again in 63 single ones.
  assert.equal(counts.commits, 15 + 63)
})
