import pg from 'pg'
import { assert } from '@lockstep/kernel/assert'

const oid = { int8: 20, int8Array: 1016, date: 1082, dateArray: 1182 } as const

/** Reads an int8 as a number; counts and sequences here stay far below 2^53, so anything larger is a bug. */
function safeInteger(text: string): number {
  const value = Number(text)
  assert(Number.isSafeInteger(value), 'an int8 from the database fits a safe integer')
  return value
}

function safeIntegers(text: string): readonly (number | null)[] {
  const inner = text.slice(1, -1)
  return inner === '' ? [] : inner.split(',').map((item) => (item === 'NULL' ? null : safeInteger(item)))
}

function texts(text: string): readonly (string | null)[] {
  const inner = text.slice(1, -1)
  return inner === '' ? [] : inner.split(',').map((item) => (item === 'NULL' ? null : item))
}

const ours = new Map<number, (text: string) => unknown>([
  [oid.int8, safeInteger],
  [oid.int8Array, safeIntegers],
  // A calendar date has no time zone; the driver would make it midnight of the machine's zone.
  [oid.date, (text) => text],
  [oid.dateArray, texts],
])

/**
 * How values arrive: int8 as number, numeric and date as text, timestamptz as Date, json and jsonb parsed (cast to text
 * in the statement to pass them on unread).
 */
export const typeParsers: pg.CustomTypesConfig = {
  getTypeParser: (id, format) => {
    const own = format === 'binary' ? undefined : ours.get(Number(id))
    return own ?? (pg.types.getTypeParser(Number(id), format) as (text: string) => unknown)
  },
}
