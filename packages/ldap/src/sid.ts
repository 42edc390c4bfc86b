import type { Attributed } from './raw-entry.ts'

/** The objectSid (or another SID attribute) as `S-1-5-…`; undefined when absent or malformed. */
export function sid(entry: Attributed, attribute = 'objectSid'): string | undefined {
  const value = entry.attributes.get(attribute.toLowerCase())?.[0]
  return value === undefined ? undefined : sidOfBytes(value)
}

/** Text form of a binary SID (MS-DTYP 2.4.2.2); undefined when the bytes are none. */
export function sidOfBytes(bytes: Buffer): string | undefined {
  if (bytes.length < 8 || bytes.length !== 8 + bytes.readUInt8(1) * 4) return undefined
  let text = `S-${bytes.readUInt8(0)}-${bytes.readUIntBE(2, 6)}`
  for (let offset = 8; offset < bytes.length; offset += 4) text += `-${bytes.readUInt32LE(offset)}`
  return text
}
