/** Each unit with how many of it are told at most; what rounds to more is told in the next. */
const units: readonly (readonly [unit: Intl.RelativeTimeFormatUnit, seconds: number, most: number])[] = [
  ['minute', 60, 59],
  ['hour', 3_600, 23],
  ['day', 86_400, 13],
  ['week', 604_800, 4],
  ['month', 2_629_800, 11],
  ['year', 31_557_600, Infinity],
]

const plain = new Intl.RelativeTimeFormat('en', { numeric: 'always' })
/** "Yesterday", but not "next month": who waits for something wants the number. */
const worded = new Intl.RelativeTimeFormat('en', { numeric: 'auto' })

/** A moment as people say it ("3 minutes ago", "in 2 days"), rounded; both times in milliseconds since 1970. */
export function relativeTime(atMs: number, nowMs: number): string {
  const seconds = (atMs - nowMs) / 1_000
  if (Math.abs(seconds) < 60) return seconds > 1 ? 'in a moment' : 'just now'
  for (const [unit, size, most] of units) {
    const count = Math.round(seconds / size)
    if (Math.abs(count) <= most) return (unit === 'day' ? worded : plain).format(count, unit)
  }
  return exactTime(atMs)
}

/** A moment exactly, with the zone's name, in the reader's zone unless one is given. */
export function exactTime(atMs: number, timeZone?: string): string {
  return new Intl.DateTimeFormat('en', {
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hour12: false,
    timeZoneName: 'short',
    ...(timeZone === undefined ? {} : { timeZone }),
  }).format(atMs)
}
