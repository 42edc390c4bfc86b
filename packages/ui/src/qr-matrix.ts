// The modules of a QR code (ISO/IEC 18004): patterns, codewords in their zigzag, the mask that reads best, format and version.
import { drawnCodewords, versionFor } from './qr-codewords.ts'

/** A square of modules; `dark` row by row, 1 for dark. */
export interface QrMatrix {
  readonly size: number
  readonly dark: Uint8Array
}

interface Sheet extends QrMatrix {
  /** 1 where a pattern lies, which holds no codewords. */
  readonly fixed: Uint8Array
}

/** Whether a mask turns the module over (table 10). */
const masks: readonly ((row: number, column: number) => boolean)[] = [
  (row, column) => (row + column) % 2 === 0,
  (row) => row % 2 === 0,
  (_, column) => column % 3 === 0,
  (row, column) => (row + column) % 3 === 0,
  (row, column) => (Math.floor(row / 2) + Math.floor(column / 3)) % 2 === 0,
  (row, column) => ((row * column) % 2) + ((row * column) % 3) === 0,
  (row, column) => (((row * column) % 2) + ((row * column) % 3)) % 2 === 0,
  (row, column) => (((row + column) % 2) + ((row * column) % 3)) % 2 === 0,
]

/** The QR code of a text at level M; undefined when it is longer than 666 bytes. */
export function qrMatrix(text: string): QrMatrix | undefined {
  const bytes = new TextEncoder().encode(text)
  const version = versionFor(bytes.length)
  if (version === undefined) return undefined
  const sheet = emptySheet(version)
  drawWords(sheet, drawnCodewords(bytes, version))
  const candidates = masks.map((_, mask) => masked(sheet, mask))
  const penalties = candidates.map(penaltyOf)
  const best = candidates[penalties.indexOf(Math.min(...penalties))]
  return best && { size: best.size, dark: best.dark }
}

/** The 15 bits that tell level M and the mask (annex C). */
export function formatBits(mask: number): number {
  return ((mask << 10) | remainder(mask << 10, 0x537, 10)) ^ 0x5412
}

/** The 18 bits that tell the version, from 7 on (annex D). */
export function versionBits(version: number): number {
  return (version << 12) | remainder(version << 12, 0x1f25, 12)
}

function remainder(bits: number, divisor: number, degree: number): number {
  let rest = bits
  for (let top = 31 - Math.clz32(rest); top >= degree; top = 31 - Math.clz32(rest)) rest ^= divisor << (top - degree)
  return rest
}

function put(sheet: Sheet, row: number, column: number, isDark: boolean): void {
  if (row < 0 || column < 0 || row >= sheet.size || column >= sheet.size) return
  sheet.dark[row * sheet.size + column] = Number(isDark)
  sheet.fixed[row * sheet.size + column] = 1
}

/** The patterns of a version, with its format places still light. */
function emptySheet(version: number): Sheet {
  const size = 17 + 4 * version
  const sheet = { size, dark: new Uint8Array(size * size), fixed: new Uint8Array(size * size) }
  for (let index = 0; index < size; index += 1) {
    put(sheet, 6, index, index % 2 === 0)
    put(sheet, index, 6, index % 2 === 0)
  }
  for (const [row, column] of [
    [3, 3],
    [3, size - 4],
    [size - 4, 3],
  ] as const)
    drawRings(sheet, { row, column, radius: 4 })
  for (const [row, column] of alignmentCentres(version)) drawRings(sheet, { row, column, radius: 2 })
  drawFormat(sheet, 0)
  if (version >= 7) drawVersion(sheet, version)
  return sheet
}

/** Square rings round a centre: those at distance 2 and 4 are light. */
function drawRings(
  sheet: Sheet,
  { row, column, radius }: { readonly row: number; readonly column: number; readonly radius: 2 | 4 },
): void {
  for (let down = -radius; down <= radius; down += 1)
    for (let right = -radius; right <= radius; right += 1) {
      const ring = Math.max(Math.abs(down), Math.abs(right))
      put(sheet, row + down, column + right, radius === 4 ? ring !== 2 && ring !== 4 : ring !== 1)
    }
}

/** Where small squares help to find the grid (annex E): every crossing of these lines but those in the corners. */
function alignmentCentres(version: number): readonly (readonly [number, number])[] {
  if (version === 1) return []
  const last = 10 + 4 * version
  const count = Math.floor(version / 7) + 2
  const step = Math.ceil((last - 6) / (count - 1) / 2) * 2
  const lines = [6, ...Array.from({ length: count - 1 }, (_, index) => last - (count - 2 - index) * step)]
  const isCorner = (row: number, column: number): boolean =>
    (row === 6 && (column === 6 || column === last)) || (row === last && column === 6)
  return lines.flatMap((row) => lines.flatMap((column) => (isCorner(row, column) ? [] : [[row, column] as const])))
}

/** The format stands twice: round the first finder, and split between the two others. */
function drawFormat(sheet: Sheet, bits: number): void {
  const { size } = sheet
  for (let index = 0; index < 15; index += 1) {
    const isDark = ((bits >> index) & 1) === 1
    const near = index < 6 ? index : index < 8 ? index + 1 : size - 15 + index
    put(sheet, near, 8, isDark)
    const along = index < 8 ? size - 1 - index : index === 8 ? 7 : 14 - index
    put(sheet, 8, along, isDark)
  }
  put(sheet, size - 8, 8, true)
}

function drawVersion(sheet: Sheet, version: number): void {
  const bits = versionBits(version)
  for (let index = 0; index < 18; index += 1) {
    const isDark = ((bits >> index) & 1) === 1
    const across = sheet.size - 11 + (index % 3)
    put(sheet, Math.floor(index / 3), across, isDark)
    put(sheet, across, Math.floor(index / 3), isDark)
  }
}

/** In pairs of columns from the right, up and down by turns, past the patterns. */
function drawWords(sheet: Sheet, words: Uint8Array): void {
  const { size, dark, fixed } = sheet
  let bit = 0
  let isUpward = true
  for (let right = size - 1; right > 0; right -= right === 8 ? 3 : 2) {
    for (let step = 0; step < size; step += 1) {
      const row: number = isUpward ? size - 1 - step : step
      for (const column of [right, right - 1]) {
        const place = row * size + column
        if (fixed[place] === 1) continue
        dark[place] = ((words[bit >> 3] ?? 0) >> (7 - (bit & 7))) & 1
        bit += 1
      }
    }
    isUpward = !isUpward
  }
}

function masked({ size, dark, fixed }: Sheet, mask: number): Sheet {
  const turns = masks[mask]
  const turned = dark.map((module, place) =>
    fixed[place] !== 1 && turns?.(Math.floor(place / size), place % size) === true ? 1 - module : module,
  )
  const sheet = { size, dark: turned, fixed: fixed.slice() }
  drawFormat(sheet, formatBits(mask))
  return sheet
}

/** How hard a masked code is to read (table 11): runs, blocks, what looks like a finder, and too much of one colour. */
function penaltyOf({ size, dark }: Sheet): number {
  const lines: string[] = []
  for (let line = 0; line < size; line += 1) {
    let across = ''
    let down = ''
    for (let index = 0; index < size; index += 1) {
      across += dark[line * size + index]
      down += dark[index * size + line]
    }
    lines.push(across, down)
  }
  let penalty = 0
  for (const line of lines) {
    for (const run of line.match(/0{5,}|1{5,}/g) ?? []) penalty += run.length - 2
    penalty += 40 * (line.match(/(?=00001011101|10111010000)/g)?.length ?? 0)
  }
  for (let row = 0; row + 1 < size; row += 1)
    for (let column = 0; column + 1 < size; column += 1) {
      const place = row * size + column
      const count =
        (dark[place] ?? 0) + (dark[place + 1] ?? 0) + (dark[place + size] ?? 0) + (dark[place + size + 1] ?? 0)
      if (count === 0 || count === 4) penalty += 3
    }
  const share = dark.reduce((sum, module) => sum + module, 0) / dark.length
  return penalty + 10 * Math.floor(Math.abs(share - 0.5) / 0.05)
}
