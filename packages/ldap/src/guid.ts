import { assert } from '@lockstep/kernel/assert'

import type { Attributed } from './raw-entry.ts'

const shape = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const littleEndianFields = [
  [0, 4],
  [4, 6],
  [6, 8],
] as const

/** The objectGUID (or another GUID attribute) as lower-case 8-4-4-4-12 text; undefined when absent or not 16 bytes. */
export function guid(entry: Attributed, attribute = 'objectGUID'): string | undefined {
  const value = entry.attributes.get(attribute.toLowerCase())?.[0]
  return value?.length === 16 ? guidOfBytes(value) : undefined
}

/** Text form of 16 bytes whose first three fields are little-endian (MS-DTYP 2.3.4.2). */
export function guidOfBytes(bytes: Buffer): string {
  assert(bytes.length === 16, 'a GUID has 16 bytes')
  const hex = bytes.toString('hex')
  const first = hex.slice(6, 8) + hex.slice(4, 6) + hex.slice(2, 4) + hex.slice(0, 2)
  const second = hex.slice(10, 12) + hex.slice(8, 10)
  const third = hex.slice(14, 16) + hex.slice(12, 14)
  return `${first}-${second}-${third}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

/** The 16 bytes of a GUID in text form, for filters and writes. */
export function bytesOfGuid(text: string): Buffer {
  const lower = text.toLowerCase()
  assert(shape.test(lower), 'a GUID is written 8-4-4-4-12')
  const bytes = Buffer.from(lower.replaceAll('-', ''), 'hex')
  for (const [start, end] of littleEndianFields) bytes.subarray(start, end).reverse()
  return bytes
}

/** A search base that finds the object wherever it is (MS-ADTS 3.1.1.3.1.2.4). */
export function guidBase(text: string): string {
  assert(shape.test(text.toLowerCase()), 'a GUID is written 8-4-4-4-12')
  return `<GUID=${text}>`
}
