/** A column of an exported file. */
export interface CsvColumn<T> {
  readonly header: string
  readonly value: (row: T) => string | number | boolean | undefined
}

/** A cell that spreadsheets show as text: quoted where needed, and never run as a formula. */
function cell(value: string | number | boolean | undefined): string {
  const text = value === undefined ? '' : String(value)
  const safe = typeof value === 'string' && /^[=+\-@\t\r]/u.test(text) ? `'${text}` : text
  return /[",\r\n]/u.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** The rows as comma-separated values after RFC 4180, with a header line. */
export function csvOf<T>(rows: readonly T[], columns: readonly CsvColumn<T>[]): string {
  const lines = [
    columns.map((column) => cell(column.header)),
    ...rows.map((row) => columns.map((column) => cell(column.value(row)))),
  ]
  return `${lines.map((line) => line.join(',')).join('\r\n')}\r\n`
}
