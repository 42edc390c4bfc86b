import { cursorOver, expectHeader, takeBytes, takeInteger } from './ber-reader.ts'
import { integer, octets, sequence, tags } from './ber-writer.ts'
import type { Control } from './ldap-result.ts'

/** Controls of Active Directory and RFC 2696 by what they do (MS-ADTS 3.1.1.3.4.1). */
export const controlOids = {
  dirSync: '1.2.840.113556.1.4.841',
  extendedDn: '1.2.840.113556.1.4.529',
  pagedResults: '1.2.840.113556.1.4.319',
  permissiveModify: '1.2.840.113556.1.4.1413',
  showDeleted: '1.2.840.113556.1.4.417',
} as const

/** Asks for deleted objects too (needed for searches under `CN=Deleted Objects`; DirSync shows them by itself). */
export const showDeleted: Control = { oid: controlOids.showDeleted, critical: true }

/** Makes adding a present value and deleting an absent one succeed. */
export const permissiveModify: Control = { oid: controlOids.permissiveModify, critical: true }

/** Makes DN values carry GUID and SID in text form: `<GUID=…>;<SID=…>;CN=…`. */
export const extendedDn: Control = { oid: controlOids.extendedDn, critical: false, value: sequence([integer(1)]) }

/** Asks for one page of a search; the first has an empty cookie. */
export function pagedResults(pageSize: number, cookie: Buffer): Control {
  return { oid: controlOids.pagedResults, critical: true, value: sequence([integer(pageSize), octets(cookie)]) }
}

/** The cookie of a page's answer; empty when it was the last page. */
export function pagedResultsCookie(value: Buffer): Buffer {
  const cursor = cursorOver(value)
  expectHeader(cursor, tags.sequence)
  expectHeader(cursor, tags.integer)
  takeInteger(cursor)
  expectHeader(cursor, tags.octets)
  return takeBytes(cursor)
}

/** Asks for what changed since the cookie (MS-ADTS 3.1.1.3.4.1.3). */
export function dirSyncRequest(flags: number, maxBytes: number, cookie: Buffer): Control {
  const value = sequence([integer(flags), integer(maxBytes), octets(cookie)])
  return { oid: controlOids.dirSync, critical: true, value }
}

/** The new position of a DirSync answer, copied so that it can outlive the message. */
export function dirSyncPosition(value: Buffer): { readonly more: boolean; readonly cookie: Buffer } {
  const cursor = cursorOver(value)
  expectHeader(cursor, tags.sequence)
  expectHeader(cursor, tags.integer)
  const more = takeInteger(cursor) !== 0
  expectHeader(cursor, tags.integer)
  takeBytes(cursor)
  expectHeader(cursor, tags.octets)
  return { more, cookie: Buffer.from(takeBytes(cursor)) }
}
