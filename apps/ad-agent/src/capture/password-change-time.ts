const headerBytes = 16
const entryBytes = 48
/** unicodePwd (MS-ADA3 2.332, under the prefix table of MS-DRSR 5.16.4). */
const unicodePwd = 0x9005a
const stepsPerSecond = 10_000_000n

/**
 * When the password was last set, in 100 ns steps since 1601, out of replPropertyMetaData (MS-DRSR 5.169, PROPERTY_META_DATA_EXT_VECTOR);
 * exact to the second. Undefined when it does not say.
 */
export function passwordChangeTime(metadata: Buffer): bigint | undefined {
  if (metadata.length < headerBytes || metadata.readUInt32LE(0) !== 1) return undefined
  const count = metadata.readUInt32LE(8)
  for (let index = 0, offset = headerBytes; index < count; index += 1, offset += entryBytes) {
    if (offset + entryBytes > metadata.length) return undefined
    if (metadata.readUInt32LE(offset) === unicodePwd) return metadata.readBigUInt64LE(offset + 8) * stepsPerSecond
  }
  return undefined
}
