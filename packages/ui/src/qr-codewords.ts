// The bytes of a QR code (ISO/IEC 18004): the text in byte mode at error correction level M, which repairs 15 % of the symbol.

/** By version from 1: how many blocks the codewords are split into, and how many of each block correct errors (table 9, level M). */
const blockCounts = [1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16]
const correctionCounts = [10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26]

/** The largest version that is made: 97 by 97 modules, 666 bytes of text. */
const largestVersion = blockCounts.length

const byteMode = 0b0100
const pads = [0xec, 0x11]

/** The field of 256 elements that the code counts in: powers of 2 modulo x⁸+x⁴+x³+x²+1. */
const powers = new Uint8Array(510)
const logarithms = new Uint8Array(256)
for (let exponent = 0, value = 1; exponent < 255; exponent += 1) {
  powers[exponent] = value
  powers[exponent + 255] = value
  logarithms[value] = exponent
  value = value < 128 ? value << 1 : (value << 1) ^ 0x11d
}

function product(a: number, b: number): number {
  if (a === 0 || b === 0) return 0
  return powers[(logarithms[a] ?? 0) + (logarithms[b] ?? 0)] ?? 0
}

/** How many codewords of eight modules a version holds (annex D): all modules without its patterns. */
export function codewordCount(version: number): number {
  const size = 17 + 4 * version
  const rows = version === 1 ? 0 : Math.floor(version / 7) + 2
  // Finders with their borders and format places, timing lines, alignment patterns (two per row and column lie on the timing lines).
  const alignment = rows === 0 ? 0 : (rows * rows - 3) * 25 - (rows - 2) * 10
  const versionPlaces = version < 7 ? 0 : 36
  return Math.floor((size * size - 3 * 64 - 31 - 2 * (size - 16) - alignment - versionPlaces) / 8)
}

function dataCount(version: number): number {
  return codewordCount(version) - (blockCounts[version - 1] ?? 0) * (correctionCounts[version - 1] ?? 0)
}

/** The smallest version that holds so many bytes; undefined when none does. */
export function versionFor(byteCount: number): number | undefined {
  for (let version = 1; version <= largestVersion; version += 1)
    if (byteCount + (version < 10 ? 2 : 3) <= dataCount(version)) return version
  return undefined
}

/** The codewords that hold the text: mode, length, bytes, padding. */
export function dataCodewords(bytes: Uint8Array, version: number): Uint8Array {
  // The mode takes four bits and the end four more, so everything between lies across the codewords' borders.
  const nibbles: number[] = [byteMode]
  const lengthDigits = version < 10 ? 2 : 4
  for (let digit = lengthDigits - 1; digit >= 0; digit -= 1) nibbles.push((bytes.length >> (4 * digit)) & 15)
  for (const byte of bytes) nibbles.push(byte >> 4, byte & 15)
  nibbles.push(0)
  const used = nibbles.length / 2
  const pair = (index: number): number => ((nibbles[2 * index] ?? 0) << 4) | (nibbles[2 * index + 1] ?? 0)
  return Uint8Array.from({ length: dataCount(version) }, (_, index) =>
    index < used ? pair(index) : (pads[(index - used) % 2] ?? 0),
  )
}

/** The Reed–Solomon codewords of a block: what is left of it after division by the product of (x − 2ⁱ). */
export function correctionCodewords(block: Uint8Array, count: number): Uint8Array {
  const divisor = new Uint8Array(count)
  divisor[count - 1] = 1
  for (let root = 0; root < count; root += 1)
    for (let index = 0; index < count; index += 1)
      divisor[index] = product(divisor[index] ?? 0, powers[root] ?? 0) ^ (divisor[index + 1] ?? 0)
  const rest = new Uint8Array(count)
  for (const word of block) {
    const factor = word ^ (rest[0] ?? 0)
    rest.copyWithin(0, 1)
    rest[count - 1] = 0
    for (let index = 0; index < count; index += 1)
      rest[index] = (rest[index] ?? 0) ^ product(divisor[index] ?? 0, factor)
  }
  return rest
}

/** All codewords in the order in which they are drawn: the blocks' data by turns, then their corrections by turns. */
export function drawnCodewords(bytes: Uint8Array, version: number): Uint8Array {
  const words = dataCodewords(bytes, version)
  const blockCount = blockCounts[version - 1] ?? 1
  const shortLength = Math.floor(words.length / blockCount)
  const shortBlocks = blockCount - (words.length % blockCount)
  const blocks = Array.from({ length: blockCount }, (_, index) => {
    const start = index * shortLength + Math.max(0, index - shortBlocks)
    return words.subarray(start, start + shortLength + (index < shortBlocks ? 0 : 1))
  })
  const corrections = blocks.map((block) => correctionCodewords(block, correctionCounts[version - 1] ?? 0))
  return Uint8Array.from([...byTurns(blocks), ...byTurns(corrections)])
}

function byTurns(blocks: readonly Uint8Array[]): readonly number[] {
  const longest = Math.max(...blocks.map((block) => block.length))
  return Array.from({ length: longest }, (_, index) => blocks.flatMap((block) => block[index] ?? [])).flat()
}
