import pg from 'pg'
import { assert } from '@lockstep/kernel/assert'

const oid = { int8: 20, int8Array: 1016, date: 1082, dateArray: 1182, timestamptz: 1184 } as const

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

/** Where the parts of a time in UTC of the years to 9999 stand. */
const inUtc = { shortest: 22, longest: 29, separator: 10, zone: '+00' } as const
const readAnyTime = pg.types.getTypeParser(oid.timestamptz) as (text: string) => unknown

/** Reads `2026-01-31 09:00:00.123456+00`; the driver's pattern, which takes any form, is a good part of reading a row. */
function time(text: string): unknown {
  const { shortest, longest, separator, zone } = inUtc
  const isUsual = text.length >= shortest && text.length <= longest && text[separator] === ' ' && text.endsWith(zone)
  return isUsual
    ? new Date(`${text.slice(0, separator)}T${text.slice(separator + 1, -zone.length)}Z`)
    : readAnyTime(text)
}

const ours = new Map<number, (text: string) => unknown>([
  [oid.int8, safeInteger],
  [oid.int8Array, safeIntegers],
  // A calendar date has no time zone; the driver would make it midnight of the machine's zone.
  [oid.date, (text) => text],
  [oid.dateArray, texts],
  [oid.timestamptz, time],
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
