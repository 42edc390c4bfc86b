// 100 ns steps between 1601-01-01 and 1970-01-01 (MS-DTYP 2.3.3).
const unixEpoch = 116_444_736_000_000_000n
const stepsPerMs = 10_000n
const never = 0x7fff_ffff_ffff_ffffn

/** A date from 100 ns steps since 1601; undefined for never (0 and the largest value). */
export function fileTimeToDate(fileTime: bigint): Date | undefined {
  return fileTime <= 0n || fileTime >= never ? undefined : new Date(Number((fileTime - unixEpoch) / stepsPerMs))
}
