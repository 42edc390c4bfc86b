import { DirectoryError } from './directory-error.ts'

/**
 * A place in a buffer of BER elements. After `readHeader`, `offset` is at the element's contents and `stop` at their end:
 * the reader either takes the contents and moves on, or goes on reading headers to descend. One cursor serves a whole
 * message, so reading an entry allocates nothing but its values.
 */
export interface Cursor {
  readonly buffer: Buffer
  offset: number
  stop: number
  readonly end: number
}

/** A cursor at the start of the buffer. */
export function cursorOver(buffer: Buffer): Cursor {
  return { buffer, offset: 0, stop: buffer.length, end: buffer.length }
}

/** Reads tag and length and returns the tag; throws a `protocol` DirectoryError when the element does not fit the buffer. */
export function readHeader(cursor: Cursor): number {
  const { buffer } = cursor
  if (cursor.offset + 2 > cursor.end) throw malformed()
  const tag = buffer[cursor.offset] as number
  let length = buffer[cursor.offset + 1] as number
  let start = cursor.offset + 2
  if (length >= 0x80) {
    const count = length & 0x7f
    if (count === 0 || count > 4 || start + count > cursor.end) throw malformed()
    length = buffer.readUIntBE(start, count)
    start += count
  }
  if (start + length > cursor.end) throw malformed()
  cursor.offset = start
  cursor.stop = start + length
  return tag
}

/** Reads a header that must have the given tag; returns where its contents end. */
export function expectHeader(cursor: Cursor, tag: number): number {
  if (readHeader(cursor) !== tag) throw malformed()
  return cursor.stop
}

/** Takes the contents of the element whose header was just read, without copying. */
export function takeBytes(cursor: Cursor): Buffer {
  const bytes = cursor.buffer.subarray(cursor.offset, cursor.stop)
  cursor.offset = cursor.stop
  return bytes
}

/** Takes the contents of the element whose header was just read as UTF-8; bad bytes become U+FFFD. */
export function takeText(cursor: Cursor): string {
  const text = cursor.buffer.toString('utf8', cursor.offset, cursor.stop)
  cursor.offset = cursor.stop
  return text
}

/** Takes the contents of the element whose header was just read as a signed integer of at most 48 bits. */
export function takeInteger(cursor: Cursor): number {
  const length = cursor.stop - cursor.offset
  if (length < 1 || length > 6) throw malformed()
  const value = cursor.buffer.readIntBE(cursor.offset, length)
  cursor.offset = cursor.stop
  return value
}

function malformed(): DirectoryError {
  return new DirectoryError({ kind: 'protocol', operation: 'read a reply' })
}
