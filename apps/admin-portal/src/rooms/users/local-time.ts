import { systemClock } from '@lockstep/kernel/clock'

/** The instant of a field's date and time, "2026-11-25T09:00", in the reader's time zone; undefined for what is none. */
export function instantOf(text: string): Date | undefined {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?$/u.test(text)) return undefined
  const instant = new Date(text)
  return Number.isNaN(instant.getTime()) ? undefined : instant
}

/** A rule: the field holds a date and time that is to come. */
export function timeToCome(text: string): string | undefined {
  const instant = instantOf(text)
  if (instant === undefined) return 'Enter a date and a time.'
  return instant.getTime() > systemClock.now().getTime() ? undefined : 'Choose a time in the future.'
}
