import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { testDatabase, type TestDatabase } from '../../../../../tests/database.ts'
import { createAlikeReader } from './alike.ts'
import type { Query, Queryable } from './database.ts'

let fixture: TestDatabase
before(async () => {
  fixture = await testDatabase()
})
after(() => fixture.drop())

/** Numbers up to a limit whose text contains a piece, the largest first. */
const asking = (piece: unknown, limit = 3): Query => ({
  text: `select n, n::text as written from generate_series(1, 30) as n where n::text like '%' || $1 || '%' order by n desc limit $2`,
  values: [piece, limit],
})

/** The database, with the statements that it was given. */
function watched(): { readonly db: Queryable; readonly texts: string[] } {
  const texts: string[] = []
  const { database } = fixture
  return {
    texts,
    db: {
      query: (query) => {
        texts.push(query.text)
        return database.query(query)
      },
      execute: (query) => database.execute(query),
    },
  }
}

test('questions of one form are one statement, and everybody gets the rows of their own in their order', async () => {
  const { db, texts } = watched()
  const ask = createAlikeReader(db)
  const answers = await Promise.all([asking('1'), asking('2'), asking('x'), asking('2')].map((query) => ask(query)))
  assert.deepEqual(answers, [
    [21, 19, 18].map((n) => ({ n, written: String(n) })),
    [29, 28, 27].map((n) => ({ n, written: String(n) })),
    [],
    [29, 28, 27].map((n) => ({ n, written: String(n) })),
  ])
  assert.equal(texts.length, 1)
})

test('questions of different forms, and those that differ in more than texts, are asked each for itself', async () => {
  const { db, texts } = watched()
  const ask = createAlikeReader(db)
  const other: Query = { text: 'select 1 as one' }
  const answers = await Promise.all([asking('30', 1), asking('3', 2), other].map((query) => ask(query)))
  assert.deepEqual(
    answers.map((rows) => rows.length),
    [1, 2, 1],
  )
  assert.equal(texts.length, 3)
})

test('a question that fails fails alone', async () => {
  const { db } = watched()
  const ask = createAlikeReader(db)
  const dividing = (by: string): Query => ({ text: 'select 10 / $1::integer as part', values: [by] })
  const answers = await Promise.allSettled([dividing('5'), dividing('0'), dividing('2')].map((query) => ask(query)))
  assert.deepEqual(
    answers.map((answer) => (answer.status === 'fulfilled' ? answer.value : 'failed')),
    [[{ part: 2 }], 'failed', [{ part: 5 }]],
  )
})
