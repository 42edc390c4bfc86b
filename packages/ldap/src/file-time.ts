// 100 ns steps between 1601-01-01 and 1970-01-01 (MS-DTYP 2.3.3).
const unixEpoch = 116_444_736_000_000_000n
const stepsPerMs = 10_000n

/** The value that Active Directory itself writes for "never", for example in accountExpires. */
export const neverFileTime = 0x7fff_ffff_ffff_ffffn

/** A date from 100 ns steps since 1601; undefined for never (0 and 2^63-1). Finer parts are cut off. */
export function fileTimeToDate(fileTime: bigint): Date | undefined {
  if (fileTime <= 0n || fileTime >= neverFileTime) return undefined
  return new Date(Number((fileTime - unixEpoch) / stepsPerMs))
}

/** 100 ns steps since 1601 of a date; never for undefined. Dates before 1601 become the first step, since 0 means never. */
export function dateToFileTime(date: Date | undefined): bigint {
  if (date === undefined) return neverFileTime
  const steps = BigInt(date.getTime()) * stepsPerMs + unixEpoch
  return steps < 1n ? 1n : steps
}
