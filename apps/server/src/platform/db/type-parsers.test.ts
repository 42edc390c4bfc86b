import assert from 'node:assert/strict'
import { test } from 'node:test'
import pg from 'pg'
import { typeParsers } from './type-parsers.ts'

const timestamptz = 1184
const readTime = typeParsers.getTypeParser(timestamptz, 'text') as (text: string) => Date | number
const asTheDriver = pg.types.getTypeParser(timestamptz) as (text: string) => Date | number

test('a time is what the driver makes of it, in every form', () => {
  const forms = [
    '2026-11-22 15:20:42+00',
    '2026-11-22 15:20:42.8+00',
    '2026-11-22 23:59:59.999999+00',
    '1969-12-31 23:59:59.9999+00',
    '0099-01-01 00:00:00+00',
    '12026-01-01 00:00:00+00',
    '2026-11-22 15:20:42.816+05:30',
    '2026-11-22 15:20:42.816-03',
    '0044-03-15 00:00:00+00 BC',
    'infinity',
    '-infinity',
  ]
  for (const form of forms) assert.equal(Number(readTime(form)), Number(asTheDriver(form)), form)
  assert.equal((readTime('2026-11-22 15:20:42.816123+00') as Date).toISOString(), '2026-11-22T15:20:42.816Z')
})
