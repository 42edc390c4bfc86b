/** A column of a table: its heading and a row's text in it. */
export interface Column<Row> {
  readonly heading: string
  readonly text: (row: Row) => string
}

/** The rows as aligned lines below a heading; what names hold cannot move the terminal's cursor. */
export function tableLines<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): readonly string[] {
  const cells = [
    columns.map(({ heading }) => heading),
    ...rows.map((row) => columns.map(({ text }) => plainText(text(row)))),
  ]
  const widths = columns.map((_, index) => Math.max(...cells.map((line) => width(line[index] ?? ''))))
  return cells.map((line) =>
    line
      .map((cell, index) => cell + ' '.repeat((widths[index] ?? 0) - width(cell)))
      .join('  ')
      .trimEnd(),
  )
}

/** Text without control characters, which a terminal would obey. */
export function plainText(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '?')
}

function width(text: string): number {
  return [...text].length
}
