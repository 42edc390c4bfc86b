/** One figure. `ratio` compares with `peer`, or with nothing when only the limit counts. */
export interface Figure {
  readonly bench: string
  readonly metric: string
  readonly value: number
  readonly unit: string
  /** The value beside the peer's. */
  readonly ratio?: number
  /** What the value is compared with. */
  readonly peer?: string
  /** In words; a figure without a target is there for the reader. */
  readonly target?: string
  readonly ok?: boolean
}

const precision = 3

function rounded(value: number): number {
  return Math.abs(value) >= 1000 ? Math.round(value) : Number(value.toPrecision(precision))
}

/** Prints a figure as one line of JSON. */
export function report(figure: Figure): void {
  const ratio = figure.ratio === undefined ? {} : { ratio: rounded(figure.ratio) }
  console.log(JSON.stringify({ ...figure, value: rounded(figure.value), ...ratio }))
}

/** Says on standard error what is going on; standard output is for figures. */
export function note(text: string): void {
  console.error(text)
}
