const mostDays = 28
const mostNotices = 5
const mostLinkDays = 90

/** Days as one field shows them: "7, 1". */
export function daysText(days: readonly number[]): string {
  return days.join(', ')
}

/** Days from one field, the earliest notice first and each once; undefined for what is no list of days. */
export function daysOf(text: string): readonly number[] | undefined {
  const parts = text.split(/[\s,;]+/u).filter((part) => part !== '')
  if (!parts.every((part) => /^\d{1,2}$/u.test(part))) return undefined
  const days = [...new Set(parts.map(Number))].toSorted((a, b) => b - a)
  return days.length <= mostNotices && days.every((day) => day >= 1 && day <= mostDays) ? days : undefined
}

/** A rule of the form: the days before an expiry. */
export function noticeDays(text: string): string | undefined {
  return daysOf(text) === undefined ? 'Enter up to five numbers from 1 to 28, such as 7, 1.' : undefined
}

/** A rule of the form: how long a link can be used. */
export function linkDays(text: string): string | undefined {
  const isDays = /^\d{1,2}$/u.test(text.trim()) && Number(text) >= 1 && Number(text) <= mostLinkDays
  return isDays ? undefined : 'Enter a whole number from 1 to 90.'
}
