/** Where the properties of supplementalCredentials begin, and their number before them (MS-SAMR 2.2.10.1). */
const countOffset = 110
const firstOffset = 112
const signature = 0x50
const signatureOffset = 108
const headerBytes = 6
/** The package under which Samba keeps the password, encrypted for the holder of a GPG key. */
export const reversiblePackage = 'Primary:SambaGPG'

/**
 * The value of one property of a supplementalCredentials blob (MS-SAMR 2.2.10.1 and 2.2.10.2), decoded; undefined when it is not there or
 * the blob is none.
 */
export function userProperty(blob: Buffer, wanted: string): Buffer | undefined {
  if (blob.length < firstOffset || blob.readUInt16LE(signatureOffset) !== signature) return undefined
  const count = blob.readUInt16LE(countOffset)
  let offset = firstOffset
  for (let index = 0; index < count; index += 1) {
    if (offset + headerBytes > blob.length) return undefined
    const nameBytes = blob.readUInt16LE(offset)
    const valueBytes = blob.readUInt16LE(offset + 2)
    const name = blob.subarray(offset + headerBytes, offset + headerBytes + nameBytes)
    const value = blob.subarray(offset + headerBytes + nameBytes, offset + headerBytes + nameBytes + valueBytes)
    if (value.length < valueBytes) return undefined
    // The value is written in hexadecimal digits.
    if (name.toString('utf16le') === wanted) return Buffer.from(value.toString('latin1'), 'hex')
    offset += headerBytes + nameBytes + valueBytes
  }
  return undefined
}
