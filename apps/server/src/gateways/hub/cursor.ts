// Keyset cursors: a page begins after the sort value and id of the row before it, so that rows which come and go between two pages
// neither repeat nor hide others. On the wire a cursor is opaque: base64url of the two as JSON.
import { AppError } from '@lockstep/contract/app-error'

/** Where a page begins: the sort value and id of the row before it. Lists in id order have an empty value. */
export interface Cursor {
  readonly value: string
  readonly id: string
}

export function writeCursor({ value, id }: Cursor): string {
  return Buffer.from(JSON.stringify([value, id])).toString('base64url')
}

/** Reads the parameter `after`; refuses, naming it, what no list handed out. */
export function readCursor(text: string | undefined): Cursor | undefined {
  if (text === undefined) return undefined
  const parts = parse(text)
  if (!Array.isArray(parts) || parts.length !== 2) throw unreadable()
  const [value, id] = parts as readonly unknown[]
  if (!isStorable(value) || !isStorable(id)) throw unreadable()
  return { value, id }
}

/** Refuses a cursor whose value is no time, for lists in order of time. */
export function requireTimeValue(cursor: Cursor | undefined): void {
  if (cursor === undefined) return
  const time = new Date(cursor.value)
  if (Number.isNaN(time.getTime()) || time.toISOString() !== cursor.value) throw unreadable()
}

/** The page of rows that were fetched with one more than the limit, which tells whether another page follows. */
export function cutPage<Row>(
  rows: readonly Row[],
  limit: number,
  cursorOf: (row: Row) => Cursor,
): { readonly rows: readonly Row[]; readonly next?: string } {
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  return rows.length > limit && last !== undefined ? { rows: page, next: writeCursor(cursorOf(last)) } : { rows: page }
}

function parse(text: string): unknown {
  if (!/^[\w-]*$/.test(text)) throw unreadable()
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(text, 'base64url')))
  } catch {
    throw unreadable()
  }
}

/** PostgreSQL's text cannot hold NUL. */
function isStorable(part: unknown): part is string {
  return typeof part === 'string' && part.isWellFormed() && !part.includes('\u0000')
}

function unreadable(): AppError {
  return new AppError('invalid_request', {
    field: 'after',
    detail: 'after: is no place in this list. Take it from the "next" of the page before, or leave it out.',
  })
}
