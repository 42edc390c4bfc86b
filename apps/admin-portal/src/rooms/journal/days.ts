// Days as the address of the journal holds them, "2026-11-22", read in the reader's time zone.

/** The first moment of a day; undefined for what is no day. */
export function dayStart(day: string | undefined): Date | undefined {
  const [, year = '', month = '', date = ''] = /^(\d{4})-(\d\d)-(\d\d)$/u.exec(day ?? '') ?? []
  if (year === '') return undefined
  const start = new Date(Number(year), Number(month) - 1, Number(date))
  // A date that does not exist rolls over into the next month.
  return start.getMonth() === Number(month) - 1 && start.getDate() === Number(date) ? start : undefined
}

/** The first moment after a day, which is 23 or 25 hours later when the clocks change. */
export function dayEnd(day: string | undefined): Date | undefined {
  const start = dayStart(day)
  return start && new Date(start.getFullYear(), start.getMonth(), start.getDate() + 1)
}

/** A day as people write it: "Nov 22, 2026". */
export function dayWords(day: string | undefined): string | undefined {
  const start = dayStart(day)
  return start && new Intl.DateTimeFormat('en', { dateStyle: 'medium' }).format(start)
}

/** The reader's time zone with its distance from UTC now: "Europe/Berlin (GMT+1)". */
export function zoneWords(): string {
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions()
  const offset = new Intl.DateTimeFormat('en', { timeZoneName: 'shortOffset' })
    .formatToParts()
    .find((part) => part.type === 'timeZoneName')?.value
  return offset === undefined || timeZone === 'UTC' ? timeZone : `${timeZone} (${offset})`
}
