import { decodeText } from './decode-text.ts'
import { readCsv } from './read-csv.ts'

/** A file of rows, ready to be matched. */
export interface ImportSource {
  readonly name: string
  /** How the file was read: "UTF-8, semicolons". */
  readonly reading: string
  readonly headers: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

export type ReadSource =
  | { readonly ok: true; readonly source: ImportSource }
  | { readonly ok: false; readonly fault: string }

/** About three times what the hub takes at once. */
const fileLimitBytes = 96 * 1_048_576
/** As many as the hub takes. */
const rowsLimit = 100_000
const delimiterWords: Readonly<Record<string, string>> = { ',': 'commas', ';': 'semicolons', '\t': 'tabs', '|': 'bars' }

/** Reads a file that a person chose or dropped. */
export async function readFile(file: File): Promise<ReadSource> {
  if (file.size > fileLimitBytes) return { ok: false, fault: 'The file is larger than 96 MB. Divide it.' }
  const { text, encoding } = decodeText(new Uint8Array(await file.arrayBuffer()))
  return readText(text, { name: file.name, encoding })
}

/** Reads lines, the first of which names the columns. */
export function readText(
  text: string,
  { name, encoding }: { readonly name: string; readonly encoding?: string },
): ReadSource {
  if (text.includes('\u0000')) return { ok: false, fault: 'This is no text. Save the sheet as CSV first.' }
  const { rows: lines, delimiter, isCutOff } = readCsv(text)
  const [headers, ...rows] = lines
  if (isCutOff) return { ok: false, fault: 'A quoted cell never ends. Look for a quotation mark without its pair.' }
  if (headers === undefined || rows.length === 0)
    return { ok: false, fault: 'There are no rows. The first line names the columns, the others are users.' }
  if (rows.length > rowsLimit)
    return {
      ok: false,
      fault: `There are ${rows.length.toLocaleString('en')} rows; at most ${rowsLimit.toLocaleString('en')} go at once. Divide the file.`,
    }
  const separated = `separated by ${delimiterWords[delimiter] ?? `“${delimiter}”`}`
  const reading = [encoding, separated].filter((part) => part !== undefined).join(', ')
  return { ok: true, source: { name, reading, headers: headers.map((header) => header.trim()), rows } }
}
