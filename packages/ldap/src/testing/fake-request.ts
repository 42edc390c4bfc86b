import { type Cursor, cursorOver, expectHeader, readHeader, takeBytes, takeInteger, takeText } from '../ber-reader.ts'
import { tags } from '../ber-writer.ts'

/** What a client asked; `controls` are the values by OID, empty when there was none. */
export type FakeRequest = FakeOperation & {
  readonly messageId: number
  readonly controls: ReadonlyMap<string, Buffer>
}

/** One operation as it was sent. A filter stays encoded: compare it with `encodeFilter(…)`. */
export type FakeOperation =
  | { readonly type: 'bind'; readonly name: string; readonly password: string }
  | { readonly type: 'unbind' }
  | { readonly type: 'abandon'; readonly abandonedId: number }
  | FakeSearch
  | { readonly type: 'modify'; readonly dn: string; readonly changes: readonly FakeChange[] }
  | { readonly type: 'add'; readonly dn: string; readonly attributes: ReadonlyMap<string, readonly Buffer[]> }
  | { readonly type: 'remove'; readonly dn: string }
  | { readonly type: 'rename'; readonly dn: string; readonly newRdn: string; readonly newParent: string | undefined }
  | { readonly type: 'unknown'; readonly tag: number }

/** A search as it was sent. */
export interface FakeSearch {
  readonly type: 'search'
  readonly base: string
  readonly scope: 'base' | 'one' | 'subtree'
  readonly filter: Buffer
  readonly attributes: readonly string[]
}

/** One change of a modify as it was sent. */
export interface FakeChange {
  readonly operation: 'add' | 'delete' | 'replace'
  readonly attribute: string
  readonly values: readonly Buffer[]
}

/** Reads one LDAPMessage of a client. */
export function readRequest(message: Buffer): FakeRequest {
  const cursor = cursorOver(message)
  expectHeader(cursor, tags.sequence)
  expectHeader(cursor, tags.integer)
  const messageId = takeInteger(cursor)
  const tag = readHeader(cursor)
  const operationEnd = cursor.stop
  const operation = readOperation(tag, cursor)
  cursor.offset = operationEnd
  return { ...operation, messageId, controls: readControls(cursor) }
}

function readOperation(tag: number, cursor: Cursor): FakeOperation {
  const operationEnd = cursor.stop
  switch (tag) {
    case 0x60:
      nextInteger(cursor)
      return { type: 'bind', name: nextText(cursor), password: nextText(cursor, 0x80) }
    case 0x42:
      return { type: 'unbind' }
    case 0x50:
      return { type: 'abandon', abandonedId: takeInteger(cursor) }
    case 0x63:
      return readSearch(cursor)
    case 0x66:
      return { type: 'modify', dn: nextText(cursor), changes: readChanges(cursor) }
    case 0x68:
      return { type: 'add', dn: nextText(cursor), attributes: readAttributes(cursor) }
    case 0x4a:
      return { type: 'remove', dn: takeText(cursor) }
    case 0x6c: {
      const dn = nextText(cursor)
      const newRdn = nextText(cursor)
      expectHeader(cursor, tags.boolean)
      takeBytes(cursor)
      return {
        type: 'rename',
        dn,
        newRdn,
        newParent: cursor.offset < operationEnd ? nextText(cursor, 0x80) : undefined,
      }
    }
    default:
      return { type: 'unknown', tag }
  }
}

function readSearch(cursor: Cursor): FakeSearch {
  const base = nextText(cursor)
  const scope = (['base', 'one', 'subtree'] as const)[nextInteger(cursor, tags.enumerated)] ?? 'base'
  nextInteger(cursor, tags.enumerated)
  nextInteger(cursor)
  nextInteger(cursor)
  expectHeader(cursor, tags.boolean)
  takeBytes(cursor)
  const start = cursor.offset
  readHeader(cursor)
  const filter = cursor.buffer.subarray(start, cursor.stop)
  cursor.offset = cursor.stop
  const attributesEnd = expectHeader(cursor, tags.sequence)
  const attributes: string[] = []
  while (cursor.offset < attributesEnd) attributes.push(nextText(cursor))
  return { type: 'search', base, scope, filter, attributes }
}

function readChanges(cursor: Cursor): readonly FakeChange[] {
  const changes: FakeChange[] = []
  const end = expectHeader(cursor, tags.sequence)
  while (cursor.offset < end) {
    expectHeader(cursor, tags.sequence)
    const operation = (['add', 'delete', 'replace'] as const)[nextInteger(cursor, tags.enumerated)] ?? 'replace'
    const [attribute, values] = readAttribute(cursor)
    changes.push({ operation, attribute, values })
  }
  return changes
}

function readAttributes(cursor: Cursor): ReadonlyMap<string, readonly Buffer[]> {
  const attributes = new Map<string, readonly Buffer[]>()
  const end = expectHeader(cursor, tags.sequence)
  while (cursor.offset < end) attributes.set(...readAttribute(cursor))
  return attributes
}

function readAttribute(cursor: Cursor): readonly [string, readonly Buffer[]] {
  expectHeader(cursor, tags.sequence)
  const name = nextText(cursor)
  const end = expectHeader(cursor, tags.set)
  const values: Buffer[] = []
  while (cursor.offset < end) {
    expectHeader(cursor, tags.octets)
    values.push(takeBytes(cursor))
  }
  return [name, values]
}

function readControls(cursor: Cursor): ReadonlyMap<string, Buffer> {
  const controls = new Map<string, Buffer>()
  if (cursor.offset >= cursor.end) return controls
  const end = expectHeader(cursor, 0xa0)
  while (cursor.offset < end) {
    const controlEnd = expectHeader(cursor, tags.sequence)
    const oid = nextText(cursor)
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

function nextText(cursor: Cursor, tag: number = tags.octets): string {
  expectHeader(cursor, tag)
  return takeText(cursor)
}

function nextInteger(cursor: Cursor, tag: number = tags.integer): number {
  expectHeader(cursor, tag)
  return takeInteger(cursor)
}
