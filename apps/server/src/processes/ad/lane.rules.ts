/** A part of a domain's objects that one transaction at a time works on: a range of GUIDs, which are random, so that all parts are as large. */
export interface Lane {
  readonly index: number
  readonly count: number
}

/** The lowest and the highest GUID of a lane; of all GUIDs where there are no lanes. At most 256 lanes. */
export function guidRange({ index, count }: Lane = { index: 0, count: 1 }): readonly [string, string] {
  const firstByte = (lane: number): number => Math.ceil((lane * 256) / count)
  const hex = (byte: number): string => byte.toString(16).padStart(2, '0')
  return [
    `${hex(firstByte(index))}000000-0000-0000-0000-000000000000`,
    `${hex(firstByte(index + 1) - 1)}ffffff-ffff-ffff-ffff-ffffffffffff`,
  ]
}
