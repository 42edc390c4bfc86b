import type { BulkJobRow } from '@lockstep/contract/hub/bulk-job'

const header = ['row', 'outcome', 'userId', 'username', 'email', 'code', 'field', 'message'] as const

/** The rows as CSV (RFC 4180). Spreadsheets take what begins with some signs for a formula, so those get an apostrophe in front. */
export function bulkRowsCsv(rows: readonly BulkJobRow[]): string {
  const lines = rows.map((row) => header.map((name) => cell(row[name])).join(','))
  return `${[header.join(','), ...lines].join('\r\n')}\r\n`
}

function cell(value: string | number | undefined): string {
  if (typeof value !== 'string') return String(value ?? '')
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
