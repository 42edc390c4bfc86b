import type { Cursor } from './ber-reader.ts'

// An answer repeats the same few names for every entry; making each string once halves the time spent on names.
const nameLimit = 1000
const known = new Map<number, { readonly bytes: Buffer; readonly name: string }>()

/** Takes the contents of the element whose header was just read as an attribute name in lower case. */
export function takeAttributeName(cursor: Cursor): string {
  const { buffer, offset, stop } = cursor
  cursor.offset = stop
  let hash = 0
  for (let index = offset; index < stop; index += 1) hash = (Math.imul(hash, 31) + (buffer[index] as number)) | 0
  const candidate = known.get(hash)
  if (candidate !== undefined && isEqual(candidate.bytes, cursor, offset)) return candidate.name
  const name = buffer.toString('latin1', offset, stop).toLowerCase()
  if (candidate === undefined && known.size < nameLimit)
    known.set(hash, { bytes: Buffer.from(buffer.subarray(offset, stop)), name })
  return name
}

function isEqual(bytes: Buffer, { buffer, stop }: Cursor, offset: number): boolean {
  if (bytes.length !== stop - offset) return false
  for (let index = 0; index < bytes.length; index += 1) if (bytes[index] !== buffer[offset + index]) return false
  return true
}
