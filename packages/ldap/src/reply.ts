import { takeAttributeName } from './attribute-name.ts'
import { type Cursor, cursorOver, expectHeader, readHeader, takeBytes, takeInteger, takeText } from './ber-reader.ts'
import { tags } from './ber-writer.ts'
import type { LdapResult } from './ldap-result.ts'
import type { RawEntry } from './raw-entry.ts'

/** Tags of the operations a server sends (RFC 4511 section 4.2 and following). */
export const replyTags = {
  searchEntry: 0x64,
  searchDone: 0x65,
  searchReference: 0x73,
  extended: 0x78,
  intermediate: 0x79,
} as const

/** An LDAPMessage whose header is read: the cursor stands at the contents of the operation. */
export interface Reply {
  readonly messageId: number
  readonly tag: number
  readonly cursor: Cursor
}

/** Opens one whole LDAPMessage; throws a `protocol` DirectoryError when it is none. */
export function openReply(message: Buffer): Reply {
  const cursor = cursorOver(message)
  expectHeader(cursor, tags.sequence)
  expectHeader(cursor, tags.integer)
  const messageId = takeInteger(cursor)
  const tag = readHeader(cursor)
  return { messageId, tag, cursor }
}

/** Reads the entry of a search reply without copying its values. */
export function readEntry(cursor: Cursor): RawEntry {
  expectHeader(cursor, tags.octets)
  const dn = takeText(cursor)
  const attributesEnd = expectHeader(cursor, tags.sequence)
  const attributes = new Map<string, readonly Buffer[]>()
  while (cursor.offset < attributesEnd) {
    expectHeader(cursor, tags.sequence)
    expectHeader(cursor, tags.octets)
    const name = takeAttributeName(cursor)
    const valuesEnd = expectHeader(cursor, tags.set)
    const values: Buffer[] = []
    while (cursor.offset < valuesEnd) {
      expectHeader(cursor, tags.octets)
      values.push(takeBytes(cursor))
    }
    attributes.set(name, values)
  }
  return { dn, attributes }
}

/** Reads the result of any operation, with the controls behind it. */
export function readResult(cursor: Cursor): LdapResult {
  const operationEnd = cursor.stop
  expectHeader(cursor, tags.enumerated)
  const resultCode = takeInteger(cursor)
  expectHeader(cursor, tags.octets)
  takeBytes(cursor)
  expectHeader(cursor, tags.octets)
  const diagnosticMessage = takeText(cursor)
  cursor.offset = operationEnd
  return { resultCode, diagnosticMessage, controls: readControls(cursor) }
}

function readControls(cursor: Cursor): ReadonlyMap<string, Buffer> {
  const controls = new Map<string, Buffer>()
  if (cursor.offset >= cursor.end || readHeader(cursor) !== 0xa0) return controls
  const controlsEnd = cursor.stop
  while (cursor.offset < controlsEnd) {
    const controlEnd = expectHeader(cursor, tags.sequence)
    expectHeader(cursor, tags.octets)
    const oid = takeText(cursor)
    let value: Buffer = Buffer.alloc(0)
    while (cursor.offset < controlEnd) {
      const tag = readHeader(cursor)
      const bytes = takeBytes(cursor)
      if (tag === tags.octets) value = bytes
    }
    controls.set(oid, value)
  }
  return controls
}
