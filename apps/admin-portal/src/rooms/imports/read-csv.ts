/** A file's lines as cells; blank lines are left out. */
export interface CsvTable {
  readonly delimiter: string
  readonly rows: readonly (readonly string[])[]
  /** True when the last quoted cell never ends, so that what follows its quote may be wrong. */
  readonly isCutOff: boolean
}

const delimiters = [',', ';', '\t', '|'] as const

/** Reads separated values after RFC 4180, with the separator that the text names ("sep=;"), is given, or uses most in its first line. */
export function readCsv(given: string, delimiter?: string): CsvTable {
  const named = /^sep=(.)\r?\n/u.exec(given)
  const text = named ? given.slice(named[0].length) : given
  const separator = delimiter ?? named?.[1] ?? guessDelimiter(text)
  const rows: string[][] = []
  let row: string[] = []
  let at = 0
  let isCutOff = false
  while (at < text.length) {
    const cell = readCell(text, at, separator)
    isCutOff ||= cell.isCutOff
    row.push(cell.value)
    at = cell.end
    if (text[at] === separator) {
      at += 1
      // A separator at the very end is followed by an empty cell.
      if (at === text.length) row.push('')
      else continue
    }
    if (row.some((value) => value !== '')) rows.push(row)
    row = []
    at += text.startsWith('\r\n', at) ? 2 : 1
  }
  if (row.some((value) => value !== '')) rows.push(row)
  return { delimiter: separator, rows, isCutOff }
}

interface Cell {
  readonly value: string
  /** Where the separator, the line end or the end of the text stands. */
  readonly end: number
  readonly isCutOff: boolean
}

function readCell(text: string, start: number, separator: string): Cell {
  if (text[start] !== '"') {
    const end = plainEnd(text, start, separator)
    return { value: text.slice(start, end), end, isCutOff: false }
  }
  let value = ''
  let from = start + 1
  for (;;) {
    const quote = text.indexOf('"', from)
    if (quote < 0) return { value: value + text.slice(from), end: text.length, isCutOff: true }
    value += text.slice(from, quote)
    if (text[quote + 1] === '"') {
      value += '"'
      from = quote + 2
      continue
    }
    // What stands between the closing quote and the separator belongs to the cell, as spreadsheets read it.
    const end = plainEnd(text, quote + 1, separator)
    return { value: value + text.slice(quote + 1, end), end, isCutOff: false }
  }
}

function plainEnd(text: string, start: number, separator: string): number {
  let end = start
  while (end < text.length && text[end] !== separator && text[end] !== '\n' && text[end] !== '\r') end += 1
  return end
}

/** The separator that occurs most in the first line outside quotes; a comma where none does. */
function guessDelimiter(text: string): string {
  const counts = new Map<string, number>(delimiters.map((each) => [each, 0]))
  let isQuoted = false
  for (const sign of text) {
    if (sign === '"') isQuoted = !isQuoted
    else if (!isQuoted && (sign === '\n' || sign === '\r')) break
    else if (!isQuoted && counts.has(sign)) counts.set(sign, (counts.get(sign) ?? 0) + 1)
  }
  return delimiters.toSorted((a, b) => (counts.get(b) ?? 0) - (counts.get(a) ?? 0))[0] ?? ','
}
