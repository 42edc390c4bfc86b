/** The BER tags that LDAP uses outside its own operations (X.690, RFC 4511 section 5.1). */
export const tags = { boolean: 0x01, integer: 0x02, octets: 0x04, enumerated: 0x0a, sequence: 0x30, set: 0x31 } as const

/** One element: tag, definite length, then the parts as its contents. */
export function element(tag: number, parts: readonly Buffer[]): Buffer {
  let length = 0
  for (const part of parts) length += part.length
  return Buffer.concat([header(tag, length), ...parts])
}

/** A SEQUENCE of the parts. */
export function sequence(parts: readonly Buffer[]): Buffer {
  return element(tags.sequence, parts)
}

/** An OCTET STRING; text is written as UTF-8. The tag can be replaced for implicitly tagged fields. */
export function octets(value: string | Buffer, tag: number = tags.octets): Buffer {
  return element(tag, [typeof value === 'string' ? Buffer.from(value, 'utf8') : value])
}

/** A BOOLEAN. The tag can be replaced for implicitly tagged fields. */
export function boolean(value: boolean, tag: number = tags.boolean): Buffer {
  return element(tag, [Buffer.from([value ? 0xff : 0x00])])
}

/** A signed 32-bit INTEGER in the fewest bytes; values from 2^31 up to 2^32-1 are written as the negative number of the same bits. */
export function integer(value: number, tag: number = tags.integer): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value | 0)
  let start = 0
  while (start < 3 && isRedundant(bytes.readUInt8(start), bytes.readUInt8(start + 1))) start += 1
  return element(tag, [bytes.subarray(start)])
}

// X.690 section 8.3.2: the first nine bits of an integer must not all be equal.
function isRedundant(first: number, second: number): boolean {
  return (first === 0x00 && second < 0x80) || (first === 0xff && second >= 0x80)
}

function header(tag: number, length: number): Buffer {
  if (length < 0x80) return Buffer.from([tag, length])
  if (length < 0x100) return Buffer.from([tag, 0x81, length])
  if (length < 0x10000) return Buffer.from([tag, 0x82, length >>> 8, length & 0xff])
  const long = Buffer.from([tag, 0x84, 0, 0, 0, 0])
  long.writeUInt32BE(length, 2)
  return long
}
