/** How far something is, measured since the reader began to watch it. */
export interface ProgressFacts {
  readonly done: number
  readonly total: number
  /** What was done when the watching began, and how long ago that was. */
  readonly doneAtFirst: number
  readonly watchedMs: number
}

/** Before a rate says anything. */
const shortestWatchMs = 1_000

/** "1,204 of 8,000 · 310 a second · about 22 seconds left"; rate and rest only once they are known. */
export function progressWords({ done, total, doneAtFirst, watchedMs }: ProgressFacts): string {
  const count = `${done.toLocaleString('en')} of ${total.toLocaleString('en')}`
  const perSecond = ((done - doneAtFirst) * 1_000) / watchedMs
  if (watchedMs < shortestWatchMs || perSecond <= 0) return count
  const rate = perSecond >= 1 ? `${Math.round(perSecond).toLocaleString('en')} a second` : 'less than 1 a second'
  return `${count} · ${rate} · about ${restWords((total - done) / perSecond)} left`
}

function restWords(seconds: number): string {
  const amount = (count: number, unit: string): string =>
    `${count.toLocaleString('en')} ${unit}${count === 1 ? '' : 's'}`
  if (seconds < 90) return amount(Math.max(1, Math.round(seconds)), 'second')
  if (seconds < 5_400) return amount(Math.round(seconds / 60), 'minute')
  return amount(Math.round(seconds / 3_600), 'hour')
}
