import type { Attributed } from './raw-entry.ts'

/** The first value as a date, for whenCreated and whenChanged (`20260131235959.0Z`); undefined when absent or not one. */
export function generalizedTime(entry: Attributed, attribute: string): Date | undefined {
  const value = entry.attributes.get(attribute.toLowerCase())?.[0]?.toString('latin1') ?? ''
  const match = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.\d+)?Z$/.exec(value)
  if (match === null) return undefined
  const [, year, month, day, hour, minute, second] = match
  const date = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
  return Number.isNaN(date.getTime()) ? undefined : date
}
