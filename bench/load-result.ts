/** What a load process measured; times in milliseconds. */
export interface LoadResult {
  readonly count: number
  readonly failures: number
  readonly perSecond: number
  readonly p50: number
  readonly p95: number
  readonly p99: number
}

/** The value below which a share of the sorted numbers lies. */
export function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

/** Rate and quantiles of the times of all requests. */
export function summarize(
  times: readonly number[],
  run: { readonly seconds: number; readonly failures: number },
): LoadResult {
  const sorted = times.toSorted((a, b) => a - b)
  return {
    count: times.length,
    failures: run.failures,
    perSecond: times.length / run.seconds,
    p50: quantile(sorted, 0.5),
    p95: quantile(sorted, 0.95),
    p99: quantile(sorted, 0.99),
  }
}

/** The middle one; of an even number the lower middle. */
export function median(values: readonly number[]): number {
  return quantile(
    values.toSorted((a, b) => a - b),
    0.4999,
  )
}
